package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/python"
)

// TestRecoverWhatChanged: what a run changed while it ran, its rollbacks find again after it was killed.
func TestRecoverWhatChanged(t *testing.T) {
	killing := undone("touch ${fault}; kill -9 $PPID; sleep 20", "rm ${fault}")
	chdir := `"method": [{"type": "action", "name": "cd", "provider": {"type": "python", "module": "os", "func": "chdir", "arguments": {"path": "sub"}}}, `
	for name, c := range map[string]struct{ experiment, fault string }{
		"a control sets the configuration": {strings.Replace(killing, `"description"`, `"controls": [{"name": "c", "provider": {"type": "python", "module": "late"}}], "description"`, 1), "late"},
		"a function sets the environment":  {strings.Replace(killing, `"method": [`, `"method": [{"type": "action", "name": "set", "provider": {"type": "python", "module": "late", "func": "set_variable"}}, `, 1), "late"},
		"a function changes the folder":    {strings.ReplaceAll(strings.Replace(killing, `"method": [`, chdir, 1), "${fault}", "fault"), "sub/fault"},
	} {
		t.Run(name, func(t *testing.T) {
			if python.Find(os.LookupEnv) == "" {
				t.Skip("NOT TESTED: there is no Python here")
			}
			folder := killedIn(t, c.experiment)
			control := "def before_experiment_control(context, configuration=None, **kwargs):\n    configuration['fault'] = 'late'\n\ndef set_variable():\n    import os\n    os.environ['fault'] = 'late'\n"
			if err := os.WriteFile(filepath.Join(folder, "late.py"), []byte(control), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(filepath.Join(folder, "sub"), 0o700); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PYTHONPATH", folder)
			run, _ := runIn(t, folder, "run", "experiment.yaml")
			if !exists(filepath.Join(folder, c.fault)) {
				t.Fatalf("there is no fault:\n%s", run)
			}
			if out, code := runIn(t, folder, "recover", "journal.json"); code != 0 || exists(filepath.Join(folder, c.fault)) {
				t.Errorf("exit code %d:\n%s\n%s", code, run, out)
			}
		})
	}
}

// killedAndLeft runs an experiment that kills its runner, and returns the file that it leaves, and what is in it.
func killedAndLeft(t *testing.T, folder string) (file, text string) {
	t.Helper()
	run, _ := runIn(t, folder, "run", "experiment.yaml")
	files, err := filepath.Glob(filepath.Join(folder, "journal.json.partial-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v\n%s", files, err, run)
	}
	left, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return files[0], string(left)
}

// TestRecoverWithoutLines: a run whose lines could not be kept has perhaps begun, and is undone.
func TestRecoverWithoutLines(t *testing.T) {
	folder := killedIn(t, undone("rm file; kill -9 $PPID; sleep 20", "cp copy file"))
	file, text := killedAndLeft(t, folder)
	begun, _, _ := strings.Cut(text, `{"part"`)
	if err := os.WriteFile(file, []byte(begun), 0o700); err != nil {
		t.Fatal(err)
	}
	mark := map[bool]os.FileMode{true: 0o400, false: 0o700}[runtime.GOOS == "windows"]
	if err := os.Chmod(file, mark); err != nil {
		t.Fatal(err)
	}
	if out, code := runIn(t, folder, "recover", "journal.json"); code != 0 || !exists(filepath.Join(folder, "file")) || !strings.Contains(out, "Not all that the run saw could be kept") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestRecoverOfHalfALine: where the line is not whole that says what had begun, as after a power cut, the rollbacks are played.
func TestRecoverOfHalfALine(t *testing.T) {
	folder := killedIn(t, undone("rm file; kill -9 $PPID; sleep 20", "cp copy file"))
	file, text := killedAndLeft(t, folder)
	at := strings.Index(text, `{"part": "method"`)
	if err := os.Truncate(file, int64(at+len(`{"part": "method"`)/2)); err != nil || at < 0 {
		t.Fatal(err)
	}
	if out, code := runIn(t, folder, "recover", "journal.json"); code != 0 || !exists(filepath.Join(folder, "file")) || !strings.Contains(out, "Not all that the run saw could be kept") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestJournalFolderMoved: a run whose journal's folder was moved away has ended well, and nobody is told to undo it.
func TestJournalFolderMoved(t *testing.T) {
	keepsOpenFiles(t)
	folder := killedIn(t, undone("mv j k; mkdir j", "true"))
	if err := os.Mkdir(filepath.Join(folder, "j"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"j", "k"} {
		out, code := runIn(t, folder, "run", "--journal-path", place+"/journal.json", "experiment.yaml")
		if !exists(filepath.Join(folder, place, "journal.json")) || strings.Contains(out, "Undo it") || strings.Contains(out, "can be read") {
			t.Errorf("%s: exit code %d:\n%s", place, code, out)
		}
		if err := os.WriteFile(filepath.Join(folder, "experiment.yaml"), []byte(undone("true", "true")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRecoverOneName: of two rollbacks with the same name, the one is played again that has not succeeded.
func TestRecoverOneName(t *testing.T) {
	experiment := `title: T
description: D
method: [{type: action, name: fault, provider: {type: process, path: touch, arguments: [a, b]}}]
rollbacks:
  - {type: action, name: undo, provider: {type: process, path: sh, arguments: [-c, "test -e ok && rm a"]}}
  - {type: action, name: undo, provider: {type: process, path: rm, arguments: [-f, b]}}
`
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "experiment.yaml"), []byte(experiment), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		do   []string
		code int
	}{{[]string{"run", "experiment.yaml"}, 5}, {[]string{"recover", "journal.json"}, 5}} {
		if out, code := runIn(t, folder, c.do...); code != c.code {
			t.Fatalf("%s: exit code %d\n%s", c.do, code, out)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "ok"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := runIn(t, folder, "recover", "journal.json"); code != 0 || exists(filepath.Join(folder, "a")) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestRecoverStars: five stars in an experiment without secrets are no secret, also where its file is not there any more.
func TestRecoverStars(t *testing.T) {
	text := strings.Replace(undone("echo '${fault}' >fault; kill -9 $PPID; sleep 20", "test '${fault}' = '*****' && rm fault"), `"description": "`, `"configuration": {"fault": "*****"}, "description": "***** `, 1)
	folder := killedIn(t, text)
	run, _ := runIn(t, folder, "run", "experiment.yaml")
	if !exists(filepath.Join(folder, "fault")) {
		t.Fatalf("there is no fault:\n%s", run)
	}
	if err := os.Remove(filepath.Join(folder, "experiment.yaml")); err != nil {
		t.Fatal(err)
	}
	if out, code := runIn(t, folder, "recover", "journal.json"); code != 0 || exists(filepath.Join(folder, "fault")) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestRecoverFromElsewhere: an experiment that had a secret, and came from standard input, is named again.
func TestRecoverFromElsewhere(t *testing.T) {
	text := strings.Replace(undone("touch fault; kill -9 $PPID; sleep 20", "rm fault"), `"description": "`, `"secrets": {"s": {"token": "open-sesame"}}, "description": "open-sesame `, 1)
	folder := killedIn(t, text)
	runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "-")
	runner.Dir, runner.Stdin = folder, strings.NewReader(text)
	if run, _ := runner.CombinedOutput(); !exists(filepath.Join(folder, "fault")) {
		t.Fatalf("there is no fault:\n%s", run)
	}
	if out, code := runIn(t, folder, "recover", "journal.json"); code == 0 || !strings.Contains(out, "--experiment FILE") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if out, code := runIn(t, folder, "recover", "--experiment", "experiment.yaml", "journal.json"); code != 0 || exists(filepath.Join(folder, "fault")) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}
