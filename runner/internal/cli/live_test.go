package cli

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/target"
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

// TestCannotListen: a port that is not allowed is not a port that is taken.
func TestCannotListen(t *testing.T) {
	for err, want := range map[error]string{syscall.EADDRINUSE: "is taken", syscall.EACCES: "is not allowed for this account"} {
		if got := cannotListen(&net.OpError{Op: "listen", Err: os.NewSyscallError("bind", err)}); got != want {
			t.Errorf("%v: %s", err, got)
		}
	}
}

// TestMove: what was moved where is said, and why not where it was not. The fault of the record ends at once.
func TestMove(t *testing.T) {
	w := &livePage{session: testSession(""), room: live.NewRoom("", exchangeFile, [][2]string{{"weak", ""}, {"resilient", ""}})}
	c, _, said := testConsole("never")
	w.console = c
	var folders []string
	for _, name := range []string{"weak", "resilient"} {
		folder := t.TempDir()
		folders = append(folders, folder)
		w.stages = append(w.stages, &demo.Stage{Target: &target.Target{Name: name, Folder: folder}})
		w.records = append(w.records, newRecord(name, nil, &show.Mask{}, true))
	}
	const weak, resilient = 0, 1
	for i, step := range []struct {
		in   int
		file string // that is made before in the folder of one; empty for none
		key  string
		want string // at the beginning of what is said
	}{
		{weak, exchangeFile, "t", "the file of weak is taken away; not moved: resilient (exchange.dat is not there)\n"},
		{resilient, exchangeFile, "b", "the file of weak is put back; not moved: resilient (exchange.dat is there)\n"},
		{weak, "", "t", "the file is taken away\n"},
		{weak, "", "t", "nothing was moved: exchange.dat is not there\n"},
		{weak, exchangeFile, "b", "the file of resilient is put back; not moved: weak (exchange.dat is there)\n"},
		{weak, "", "b", "nothing was moved: exchange.dat is there\n"},
		{resilient, awayFile + "/in-the-way", "t", "the file of weak is taken away; not moved: resilient ("},
		{weak, "", "t", "nothing was moved: weak (exchange.dat is not there), resilient ("},
	} {
		if path := filepath.Join(folders[step.in], step.file); step.file != "" {
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		said.Reset()
		if step.key == "t" {
			w.move(exchangeFile, awayFile, "taken away")
		} else {
			w.move(awayFile, exchangeFile, "put back")
		}
		if got := strings.Join(strings.Fields(said.String()), " ") + "\n"; !strings.HasPrefix(got, step.want) || strings.Contains(got, folders[step.in]) {
			t.Errorf("step %d: %s", i, got)
		}
	}
	if got := len(w.records[weak].run.Rollbacks); got != 1 {
		t.Errorf("%d faults of the record have ended", got)
	}
}
