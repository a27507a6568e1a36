package cli

import (
	"os"
	"strings"
	"testing"
)

// Lines are broken at words, nothing is lost, and a long word stays whole.
func TestWrapped(t *testing.T) {
	for _, c := range []struct {
		text   string
		width  int
		indent int
		want   string
	}{
		{"a short line", 40, 2, "a short line"},
		{"", 40, 2, ""},
		{"exactly ten", 11, 2, "exactly ten"},
		{"one two three four", 10, 2, "one two\n  three\n  four"},
		{"one  two   three", 40, 2, "one  two   three"},
		{"weak  | a/very/long/path here", 12, 8, "weak  |\n        a/very/long/path\n        here"},
		{"a/very/long/path", 10, 2, "a/very/long/path"},
		{"größe größe größe", 11, 1, "größe größe\n größe"},
		{"two\nlines that are long", 12, 2, "two\n  lines that\n  are long"},
	} {
		got := wrapped(c.text, c.width, c.indent)
		if got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.width, got, c.want)
		}
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(c.text), " ") {
			t.Errorf("%q lost words: %q", c.text, got)
		}
	}
}

// COLUMNS counts, then the terminal; a pipe has no width.
func TestWidth(t *testing.T) {
	pipe, _, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	for variables, want := range map[string]int{"": 0, "COLUMNS=100": 100, "COLUMNS=x": 0, "COLUMNS=-1": 0, "COLUMNS=5": narrowest} {
		if got := widthOf(World{Environment: environment(variables)}, pipe); got != want {
			t.Errorf("%s: %d, want %d", variables, got, want)
		}
	}
}
