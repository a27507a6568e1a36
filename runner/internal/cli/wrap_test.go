package cli

import (
	"os"
	"strings"
	"testing"
)

// What stands behind a label is broken at words, nothing is lost, and a long word stays whole.
func TestBehind(t *testing.T) {
	c := newConsole(World{Environment: environment("COLUMNS=40"), Stdout: os.Stdin, Stderr: os.Stdin})
	const label = "label     "
	for text, want := range map[string]string{
		"a  short   line":                       "a  short   line",
		"":                                      "",
		strings.Repeat("x", 30):                 strings.Repeat("x", 30),
		strings.Repeat("x", 50) + " end":        strings.Repeat("x", 50) + "\n          end",
		"twenty letters here, and more of them": "twenty letters here, and more\n          of them",
		"größer größer größer größer größer": "größer größer größer größer\n          größer",
		"two\nlines": "two\n          lines",
	} {
		if got := c.behind(label, text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
