//go:build unix

package cli

import (
	"os/exec"
	"testing"
)

// TestAsWord: a shell reads the words of commands that we show as the paths that they name.
func TestAsWord(t *testing.T) {
	for _, path := range []string{"my.json", "my own.json", "$HOME.json", "it's.json", `"quoted".json`, `it's "$(all)".json`, "`id`", `back\slash`, "a&b;c|d", "glob*?[x]", "#x", "~x", "bang!", "two\nlines", "caf\xe9 it's 100%\\"} {
		if out, err := exec.Command("sh", "-c", "printf %s "+asWord(path)).Output(); err != nil || string(out) != path {
			t.Errorf("%s is typed as %s, which is %q, %v", path, asWord(path), out, err)
		}
	}
}
