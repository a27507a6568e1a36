package cli

import (
	"cmp"
	"fmt"
	"net"
	"strings"
	"testing"
)

// TestPlace: a service that writes its file empties it for a moment, and nobody has made that.
func TestPlace(t *testing.T) {
	for seen, want := range map[string]string{
		"there, empty, there":              "there, there, there",
		"there, empty, empty, there":       "there, there, empty, there",
		"gone, empty, there":               "gone, gone, there",
		"empty, there, empty, there":       "there, there, there, there",
		"gone, there":                      "gone, there",
		"there, something else, something": "there, something else, something",
	} {
		var p place
		var shown []string
		for now := range strings.SplitSeq(seen, ", ") {
			before := p.shown
			if changed := p.sees(strings.TrimPrefix(now, "there")); changed != (p.shown != before) {
				t.Errorf("%s: changed is %v", seen, changed)
			}
			shown = append(shown, cmp.Or(p.shown, "there"))
		}
		if got := strings.Join(shown, ", "); got != want {
			t.Errorf("seen %s: shown %s, want %s", seen, got, want)
		}
	}
}

// TestNamesOf: the first name can be typed, also where the page is at all addresses.
func TestNamesOf(t *testing.T) {
	at := func(ip string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: 8090} }
	for ip, want := range map[string]string{"127.0.0.1": "127.0.0.1:8090", "::1": "[::1]:8090", "192.0.2.7": "192.0.2.7:8090"} {
		if names, own := namesOf(at(ip)); names[0] != want || own != (ip != "192.0.2.7") {
			t.Errorf("%s: %v, %v", ip, names, own)
		}
	}
	for _, all := range []string{"::", "0.0.0.0"} {
		if names, own := namesOf(at(all)); own || strings.HasPrefix(names[0], "[::") || strings.HasPrefix(names[0], "0.") {
			t.Errorf("%s: %v, %v", all, names, own)
		}
	}
	var all []net.Addr
	for _, text := range []string{"127.0.0.1/8", "::1/128", "fe80::1/64", "fd00::2/64", "192.0.2.7/24", "192.0.2.123/24"} {
		ip, n, _ := net.ParseCIDR(text)
		all = append(all, &net.IPNet{IP: ip, Mask: n.Mask})
	}
	if got := fmt.Sprint(addressesOf(all)); got != "[192.0.2.7 192.0.2.123 fd00::2]" {
		t.Errorf("the addresses are %s", got)
	}
}
