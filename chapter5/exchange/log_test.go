package exchange

import (
	"strings"
	"testing"
)

func TestWhatClientsSendIsCleaned(t *testing.T) {
	for sent, want := range map[string]string{
		"GET":                     "GET",
		"/a/b?c=%0Ad":             "/a/b?c=%0Ad",
		"/größe/文":                "/größe/文",
		"/\x1b[2Jx":               `"/\x1b[2Jx"`,
		"/one\ntwo":               `"/one\ntwo"`,
		"/\x9b2J":                 `"/\x9b2J"`,
		"/\u202eevil":             `"/\u202eevil"`,
		strings.Repeat("a", 100):  strings.Repeat("a", 100),
		strings.Repeat("a", 9000): strings.Repeat("a", 100) + "...",
	} {
		if got := clean(sent); got != want {
			t.Errorf("clean(%q) = %s, want %s", sent, got, want)
		}
	}
}
