//go:build unix

package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestChaosReport: the toolkit's own report reads our journals.
func TestChaosReport(t *testing.T) {
	if *chaosFlag == "" {
		t.Skip("-chaos is not given")
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "exchange.dat"), []byte("now"), 0o600); err != nil {
		t.Fatal(err)
	}
	experiment := `{"title": "A file is moved away", "description": "d", "steady-state-hypothesis": {"title": "it is there", "probes": [
		{"type": "probe", "name": "it-is-there", "tolerance": true, "provider": {"type": "python", "module": "os.path", "func": "exists", "arguments": {"path": "exchange.dat"}}}]},
		"method": [{"type": "action", "name": "move-it", "provider": {"type": "python", "module": "os", "func": "rename", "arguments": {"src": "exchange.dat", "dst": "old"}}}],
		"rollbacks": [{"type": "action", "name": "move-it-back", "provider": {"type": "python", "module": "os", "func": "rename", "arguments": {"src": "old", "dst": "exchange.dat"}}}]}`
	if err := os.WriteFile(filepath.Join(folder, "experiment.json"), []byte(experiment), 0o600); err != nil {
		t.Fatal(err)
	}
	ours := exec.Command(programUnderTest(t).path, "run", "--rollback-strategy", "always", "experiment.json")
	ours.Dir, ours.Env = folder, append(os.Environ(), "CHAOSWORKSHOP_MAKE=")                              // under make, a verdict is no error
	if out, err := ours.CombinedOutput(); ours.ProcessState == nil || ours.ProcessState.ExitCode() != 1 { // deviated
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := chaos(t, folder, nil, "report", "--export-format=html5", "journal.json", "report.html"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"A file is moved away", "it-is-there", "move-it"} { // it shows no rollbacks
		if !strings.Contains(string(text), want) {
			t.Errorf("the toolkit's report does not have %q", want)
		}
	}
}
