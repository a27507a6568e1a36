//go:build unix

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMakeEndsWithTheVerdict: whatever the verdict, make does not call it an error, and its
// commands are named in make's form. The runner itself has an exit code for each verdict.
func TestMakeEndsWithTheVerdict(t *testing.T) {
	project := copyOfProject(t)
	target := filepath.Join(project, "targets", "weak.yaml")
	text, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	// Nothing listens on port 1, so the book's way has no verdict; and the weak service does not hold.
	if err := os.WriteFile(target, []byte(strings.Replace(string(text), "expect: deviated", "expect: held", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command string
		code    int
		want    []string // lines of the output
	}{
		{"make experiment PORT=1", 0, []string{"NO VERDICT: this run cannot say if the system is weak", "           make start-weak PORT=1", "           make experiment PORT=1"}},
		{"make demo-weak", 0, []string{"WEAKNESS FOUND (deviated), but this demo should end with HELD"}},
		{".workshop/bin/runner demo weak", 1, []string{"WEAKNESS FOUND (deviated), but this demo should end with HELD"}},
		{"make demo-resilient", 0, []string{"HELD, as this demo should", "  next     make diff, which shows the lines that repair the service"}},
		{".workshop/bin/runner demo resilient", 0, []string{"HELD, as this demo should"}},
		{"make demo-weak PORT=x", 2, nil},
	} {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", c.command)
		cmd.Dir = project
		cmd.Env = slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "MAKE") || strings.HasPrefix(pair, "COLUMNS=") })
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.code || c.code == 0 && strings.Contains(string(out), "make: ") {
			t.Errorf("%s: exit code %d, want %d\n%s", c.command, code, c.code, out)
		}
		for _, line := range c.want {
			if !strings.Contains(string(out), "\n"+line+"\n") {
				t.Errorf("%s: no line %q in\n%s", c.command, line, out)
			}
		}
		if lines := strings.Split(strings.TrimSpace(string(out)), "\n"); c.code == 0 && !strings.HasPrefix(lines[len(lines)-1], "  journal  ") {
			t.Errorf("%s: the journal is not last:\n%s", c.command, out)
		}
	}
}
