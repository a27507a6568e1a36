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

// TestReportIntoNoFile: what cannot be written at the end is refused before the run.
func TestReportIntoNoFile(t *testing.T) {
	project(t)
	if err := syscall.Mkfifo("page.html", 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("folder.html", 0o700); err != nil {
		t.Fatal(err)
	}
	wants := map[string]string{
		"page.html":   "the report cannot be written into the pipe page.html; name a file",
		"folder.html": "the report cannot be written: folder.html is a folder; name a file",
	}
	if isThere("/dev/full") {
		wants["/dev/full"] = "the report cannot be written to /dev/full; name a file"
	}
	for page, want := range wants {
		if code, _, said := runWith(t, "run", "--report", page, "tiny.yaml"); code != problem.Usage || !strings.Contains(said, want) {
			t.Errorf("exit code %d:\n%s", code, said)
		}
		if isThere("journal.json") {
			t.Error("it has run")
		}
	}
}

// TestLateTolerance: a tolerance's own probe that takes too long has no answer, and that is not a no.
func TestLateTolerance(t *testing.T) {
	project(t)
	const late = `title: T
description: D
steady-state-hypothesis: {title: S, probes: [{type: probe, name: up, provider: {type: process, path: "true"}, tolerance:
  {type: probe, name: t, provider: {type: process, path: sh, arguments: {-c: "sleep 60", value: null}}}}]}
method: []
`
	if err := os.WriteFile("late.yaml", []byte(late), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := runWith(t, "run", "--max-time", "0.2", "late.yaml")
	for _, said := range []string{"no answer: its tolerance could not be asked: the activity took longer than 0.2 s in all (--max-time)", "or allow more: --max-time SECONDS"} {
		if code != problem.NoVerdict || !strings.Contains(strings.Join(strings.Fields(out), " "), said) {
			t.Errorf("exit code %d:\n%s", code, out)
		}
	}
}
