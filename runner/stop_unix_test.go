//go:build unix

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStopped: what is said and done when a run is stopped, with Python code that does not end.
func TestStopped(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("needs Python")
	}
	const (
		signals = "rm file; kill -%d $PPID; exec sleep 20"
		more    = "; press Ctrl-C again to leave out the remaining rollbacks"
		control = "import os, signal, time\ndef called(at):\n    if at == os.environ['AT']:\n        if os.environ['SIGNAL']:\n            os.kill(os.getppid(), int(os.environ['SIGNAL']))\n        time.sleep(600)\n" +
			"def after_activity_control(context, **kw): called(context['name'])\ndef after_rollback_control(**kw): called('rollbacks')\ndef cleanup_control(): called('end')\n"
		thread = "import threading, time, os\ndef go():\n    threading.Thread(target=time.sleep, args=(600,)).start()\n    os.kill(os.getppid(), 2)\n    time.sleep(600)\n"
	)
	for name, c := range map[string]struct {
		fault, at, signal string // what the method does; where the control blocks, and which signal it sends before
		code              int
		says              string
	}{
		"a control blocks after the fault":          {fmt.Sprintf(signals, 2), "fault", "", 130, more},
		"a control blocks after the first rollback": {fmt.Sprintf(signals, 2), "back-1", "", 130, more},
		"a control blocks after the last rollback":  {fmt.Sprintf(signals, 2), "back-2", "", 130, more},
		"a control blocks after the rollbacks":      {fmt.Sprintf(signals, 2), "rollbacks", "", 130, more},
		"a control blocks at the end":               {fmt.Sprintf(signals, 2), "end", "", 130, more},
		"the signal comes after the first rollback": {"rm file", "back-1", "2", 130, more},
		"the signal comes after the last rollback":  {"rm file", "back-2", "2", 130, "\n"},
		"the signal comes at the end":               {"rm file", "end", "2", 130, "\n"},
		"no rollbacks":                              {fmt.Sprintf(signals, syscall.SIGUSR2), "", "", 128 + int(syscall.SIGUSR2), ", and its rollbacks are left out, as SIGUSR2 asks\n"},
		"a thread goes on":                          {"", "", "", 130, more},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			experiment := undone(c.fault, "cp copy file", "echo >second")
			if c.fault == "" {
				experiment = strings.Replace(undone("", "cp copy file", "echo >second"), `"type": "process", "path": "sh", "arguments": ["-c", ""]`, `"type": "python", "module": "thread", "func": "go"`, 1)
			}
			folder := killedIn(t, experiment)
			for file, text := range map[string]string{"block.py": control, "thread.py": thread, "controls.yaml": "block: {provider: {type: python, module: block}}\n"} {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "--control-file", "controls.yaml", "experiment.yaml")
			runner.Dir, runner.Env = folder, append(os.Environ(), "PYTHONPATH="+folder, "AT="+c.at, "SIGNAL="+c.signal)
			begun := time.Now()
			out, _ := runner.CombinedOutput()
			took := time.Since(begun)
			undone := exists(filepath.Join(folder, "file")) && exists(filepath.Join(folder, "second"))
			if code := runner.ProcessState.ExitCode(); code != c.code || undone == (name == "no rollbacks") || took > 20*time.Second || !exists(filepath.Join(folder, "journal.json")) {
				t.Errorf("exit code %d after %v:\n%s", code, took, out)
			}
			if says := "the run is stopping" + c.says; !strings.Contains(string(out), says) {
				t.Errorf("it does not say %q:\n%s", says, out)
			}
		})
	}
}
