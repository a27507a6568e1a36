//go:build unix

package cli

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
)

// TestAsWord: a shell reads the words of commands that we show as the paths that they name.
func TestAsWord(t *testing.T) {
	for _, path := range []string{"my.json", "my own.json", "$HOME.json", "it's.json", `"quoted".json`, `it's "$(all)".json`, "`id`", `back\slash`, "a&b;c|d", "glob*?[x]", "#x", "~x", "bang!", "two\nlines", "caf\xe9 it's 100%\\"} {
		if out, err := exec.Command("sh", "-c", "printf %s "+asWord(path)).Output(); err != nil || string(out) != path {
			t.Errorf("%s is typed as %s, which is %q, %v", path, asWord(path), out, err)
		}
	}
}

// TestReportIntoAPipe: what cannot be written at the end is refused before the run.
func TestReportIntoAPipe(t *testing.T) {
	project(t)
	if err := syscall.Mkfifo("page.html", 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, said := runWith(t, "run", "--report", "page.html", "tiny.yaml"); code != problem.Usage || !strings.Contains(said, "the report cannot be written into the pipe page.html; name a file") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if _, err := os.Stat("journal.json"); err == nil {
		t.Error("it has run")
	}
}
