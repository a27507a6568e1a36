package httpclient

import (
	"fmt"
	"strings"
	"testing"
)

// The table of package provider has more, with what the toolkit makes of them.
func TestParseURL(t *testing.T) {
	for written, want := range map[string]string{
		"  HTTP://h":              "http://h",
		"http://h/a b/../ü?q= #f": "http://h/%C3%BC?q=%20",
		"http://h/100%?x=%2f%7e":  "http://h/100%25?x=%2F~",
		"http://[::1]:80/":        "http://[::1]:80/",
		"http://h:/":              "http://h:/",
		"http://m%40e:p@w@h/":     "http://m%40e:p%40w@h/",
		"h":                       "'h' does not begin with http:// or https://",
		"ftp://h/":                "'ftp://h/' begins with neither http:// nor https://",
		"http:///x":               "names no host",
		"http://a:8080:80/":       "has more than one port",
		"http://me:pw@a:8080:80/": "the URL 'http://me:pw@a:8080:80/' has more than one port",
		"http://h:x/":             "invalid port",
		"http://h:70000/":         "has a port that is too high: ports end at 65535",
		"http://*.a/":             "has a host that starts with *",
		"http://a b/":             "invalid character",
		"http://me:p/w@h/":        "the URL 'http://me:p/w@h/' cannot be read: invalid port after host", // as for requests, the host ends at the first /
	} {
		u, err := ParseURL(written)
		got := fmt.Sprint(u)
		if err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%q: got %s, want %s", written, got, want)
		}
	}
}
