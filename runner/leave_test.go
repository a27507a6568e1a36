//go:build unix

package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// leaving are a module and a control that end the run as the functions of chaoslib.exit do, each
// in one place of it.
var leaving = map[string]string{
	"places.py": `import os, signal
def leave(place, value=None):
    if os.environ["PLACE"] == place:
        os.kill(os.getpid(), getattr(signal, os.environ["SIGNAL"]))
    return True
`,
	"imported.py": "import places\nplaces.leave('import')\ndef ask(): return True\n",
	"watch.py": `from places import leave
def validate_control(control): leave("validate")
def configure_control(**_): leave("configure")
def cleanup_control(): leave("cleanup")
def before_loading_experiment_control(**_): leave("load")
def before_experiment_control(**_): leave("before")
def after_activity_control(context, **_): leave("after " + context["name"])
def after_experiment_control(**_): leave("end")
`,
	"controls.yaml": "watch: {provider: {type: python, module: watch}}\n",
	"e.yaml": `title: Where does it end?
description: Wherever a function asks for it.
configuration: {asked: {type: probe, name: asked, provider: {type: python, module: places, func: leave, arguments: {place: configuration}}}}
controls: [{name: watch too, provider: {type: python, module: watch}}]
steady-state-hypothesis:
  title: All is well
  probes:
    - type: probe
      name: steady
      provider: {type: python, module: places, func: leave, arguments: {place: hypothesis}}
      tolerance: {type: probe, name: is-true, provider: {type: python, module: places, func: leave, arguments: {place: tolerance, value: 0}}}
method:
  - {type: action, name: move, provider: {type: python, module: os, func: rename, arguments: {src: here, dst: away}}}
  - {type: probe, name: seen, provider: {type: python, module: imported, func: ask},
     tolerance: {type: probe, name: is-true-2, provider: {type: python, module: places, func: leave, arguments: {place: proof, value: 0}}}}
  - {type: action, name: act, provider: {type: python, module: places, func: leave, arguments: {place: method}}}
rollbacks:
  - {type: action, name: back, provider: {type: python, module: os, func: rename, arguments: {src: away, dst: here}}}
`,
}

// TestPythonLeaves: the functions of chaoslib.exit mean the same wherever they are called: the
// rollbacks are played with the one, and not with the other.
func TestPythonLeaves(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no Python here")
	}
	begun := []string{"after move", "proof", "method"} // the fault is on
	for _, place := range slices.Concat([]string{"import", "validate", "configuration", "configure", "load", "before", "hypothesis", "tolerance"}, begun, []string{"cleanup", "end"}) {
		for signal, number := range map[string]syscall.Signal{"SIGUSR1": syscall.SIGUSR1, "SIGUSR2": syscall.SIGUSR2} {
			t.Run(place+" "+signal, func(t *testing.T) {
				t.Parallel()
				folder := t.TempDir()
				for name, text := range leaving {
					if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.WriteFile(filepath.Join(folder, "here"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
				run := exec.Command(filepath.Join(programs, "runner"), "run", "--control-file", "controls.yaml", "e.yaml")
				run.Dir, run.Env = folder, append(os.Environ(), "PYTHONPATH=.", "PLACE="+place, "SIGNAL="+signal)
				said, err := run.CombinedOutput()
				var exit *exec.ExitError
				if !errors.As(err, &exit) || exit.ExitCode() != 128+int(number) || !strings.Contains(string(said), "stopped by "+signal) || strings.Contains(string(said), "install") {
					t.Errorf("%v\n%s", err, said)
				}
				left := slices.Contains(begun, place) && signal == "SIGUSR2"
				if _, err := os.Stat(filepath.Join(folder, "away")); left != (err == nil) {
					t.Errorf("the fault is left on: %v\n%s", err == nil, said)
				}
			})
		}
	}
}
