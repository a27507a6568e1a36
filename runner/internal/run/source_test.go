package run

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// TestSourceAsksAgain: the service may write its file between its answer and our look at it.
func TestSourceAsksAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "exchange.dat")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(body string) any { return value.MapOf("status", int64(200), "body", body) }
	for name, c := range map[string]struct {
		file, first string
		ask         func() (any, error)
		want        string // in what is said; empty for nothing
	}{
		"at once":           {"one", "one", func() (any, error) { t.Error("asked again"); return nil, nil }, ""},
		"in other words":    {"2026-11-26T01:47:42.188102", "it is 2026-11-26T01:47:42.188102 now", func() (any, error) { t.Error("asked again"); return nil, nil }, ""},
		"by chance":         {"e", "hello", func() (any, error) { return answer("hello"), nil }, "does not serve"},
		"written meanwhile": {"two", "one", func() (any, error) { return answer("two"), nil }, ""},
		"emptied meanwhile": {"", "one", func() (any, error) { write("two"); return answer("two"), nil }, ""},
		"another program":   {"two", "one", func() (any, error) { return answer("one"), nil }, "the program on port 8080 does not serve "},
		"gone meanwhile":    {"two", "one", func() (any, error) { return nil, errors.New("refused") }, "the program on port 8080 does not serve "},
		"an empty file":     {"", "", func() (any, error) { return answer(""), nil }, "is empty"},
	} {
		write(c.file)
		got := source(file, "http://localhost:8080/", answer(c.first), c.ask)
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestSourceOfALink: a fault that moves one of several names does not take the file away.
func TestSourceOfALink(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "exchange.dat")
	const text = "2026-11-26T01:47:42.188102"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, link := range map[string]func(old, new string) error{"soft": os.Symlink, "hard": os.Link} {
		other := filepath.Join(folder, name)
		if err := link(file, other); err != nil {
			t.Skip("this disk has no links of this kind: ", err)
		}
		if _, err := os.Stat(other); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
		got := source(other, "http://localhost:8080/", value.MapOf("status", int64(200), "body", text), nil)
		if !strings.Contains(got, "is a link, or has a second name") && !(runtime.GOOS == "windows" && name == "hard") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
