package cli

import (
	"slices"
	"testing"
)

// TestWrap: a command stays in one piece, so that it can be copied.
func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"one two three four", []string{"one two three", "four"}},
		{"undo it: make recover FILE=.workshop/runs/a/journal.json", []string{"undo it:", "make recover FILE=.workshop/runs/a/journal.json"}},
		{`type make init FILE="my own.json" PORT=1, then wait`, []string{"type", `make init FILE="my own.json" PORT=1,`, "then wait"}},
		{"try: ../bin/runner recover --x=1 'a b.json' again", []string{"try:", "../bin/runner recover --x=1 'a b.json'", "again"}},
		{"the runner was killed", []string{"the runner was", "killed"}},
		{"a line\nof two", []string{"a line", "of two"}},
	} {
		if got := wrap(c.text, 15); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.text, got)
		}
	}
}
