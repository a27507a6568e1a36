package run

import (
	"errors"
	"os"
	"path/filepath"
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
		got, warning := source(file, "http://localhost:8080/", answer(c.first), c.ask)
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || warning != "" {
			t.Errorf("%s: %q, %q", name, got, warning)
		}
	}
}

func TestWarningOf(t *testing.T) {
	for header, want := range map[string]string{
		`199 service "stop it"`: "stop it", `110 - "Response is stale"`: "", "": "", "199": "",
	} {
		if got := warningOf(value.MapOf("headers", value.MapOf("Warning", header))); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
}
