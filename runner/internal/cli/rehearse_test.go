package cli

import (
	"errors"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/rehearsal"
)

// A step that failed says why, and what it printed last, in lines that fit.
func TestRehearsed(t *testing.T) {
	c, _, _ := testConsole("never")
	for said, want := range map[string]string{
		"":                          "",
		"\n  one\ntwo\n\n":          "\n      |   one\n      | two",
		strings.Repeat("0123 ", 20): "\n      | " + strings.TrimSpace(strings.Repeat("0123 ", 14)) + "\n      | " + strings.TrimSpace(strings.Repeat("0123 ", 6)),
		strings.Repeat("x\n", 30):   strings.Repeat("\n      | x", 25),
	} {
		want = "FAIL    0.0 s  a step\n      why" + want
		if got := c.rehearsed(rehearsal.Outcome{Name: "a step", Err: errors.New("why"), Said: said}); got != want {
			t.Errorf("of %q:\n%s\nwant:\n%s", said, got, want)
		}
	}
}
