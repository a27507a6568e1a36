package main_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// recoverKilled undoes what a run has left at a journal whose runner was killed with SIGKILL, at
// whatever moment. Its error says what is wrong: the exit code, the journal, what is left beside it,
// or that a second recover does something. Whether the fault is off, the caller knows.
func recoverKilled(program, journal string) error {
	out, code, err := recoverOnce(program, journal)
	notBegun := code == 3 && strings.Contains(out, "no run has left anything") || code == 0 && strings.Contains(out, "nothing is to be undone")
	before, unread := os.ReadFile(journal)
	switch {
	case err != nil:
		return err
	case notBegun && errors.Is(unread, fs.ErrNotExist): // it was killed before it had written how it is begun
		return nil
	case code != 0:
		return fmt.Errorf("recover ended with exit code %d:\n%s", code, out)
	case unread != nil:
		return unread
	}
	if err := isWhole(before); err != nil {
		return err
	}
	if out, code, err = recoverOnce(program, journal); err != nil || code != 0 || !strings.Contains(out, "nothing is to be undone") {
		return fmt.Errorf("the second recover ended with exit code %d (%v):\n%s", code, err, out)
	}
	if after, err := os.ReadFile(journal); err != nil || string(after) != string(before) {
		return fmt.Errorf("the second recover has changed the journal: %w", err)
	}
	if left, _ := filepath.Glob(journal + ".partial-*"); len(left) > 0 {
		return fmt.Errorf("left are %q", left)
	}
	return nil
}

func recoverOnce(program, journal string) (out string, code int, err error) {
	command := exec.Command(program, "recover", journal)
	text, err := command.CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = nil
	}
	return string(text), endOf(command.ProcessState), err
}

// isWhole tells whether a journal has all keys of the Chaos Toolkit, in its order, and ours behind them.
func isWhole(journal []byte) error {
	v, err := value.ParseJSON(journal)
	if err != nil {
		return err
	}
	m, _ := v.(*value.Map)
	var keys []string
	for key := range m.All() {
		keys = append(keys, key)
	}
	const want = "chaoslib-version platform node experiment start status deviated steady_states run rollbacks end duration verdict"
	if got := strings.Join(keys, " "); got != want {
		return fmt.Errorf("the journal has the keys %s", got)
	}
	for _, part := range []string{"run", "rollbacks"} {
		for _, run := range m.List(part) {
			if run, _ := run.(*value.Map); run.Map("activity") == nil || !run.Has("output") || !run.Has("start") {
				return fmt.Errorf("a run of %s in the journal is %s", part, value.JSON(run))
			}
		}
	}
	if states := m.Map("steady_states"); !states.Has("before") || !states.Has("after") || !states.Has("during") {
		return fmt.Errorf("the steady states in the journal are %s", value.JSON(states))
	}
	return nil
}

// removed is an experiment whose fault is that a file is gone; its rollback may be played at any time.
const removed = `
title: Is the fault undone?
description: The runner is killed.
steady-state-hypothesis:
  title: The folder is there.
  probes:
    - {type: probe, name: folder, tolerance: true, provider: {type: python, module: os.path, func: isdir, arguments: {s: .}}}
method:
  - {type: probe, name: size, provider: {type: python, module: os.path, func: getsize, arguments: {filename: file}}}
  - {type: action, name: remove, provider: {type: python, module: os, func: remove, arguments: {path: file}}, pauses: {after: 0.001}}
  - {type: action, name: beside, background: true, provider: {type: process, path: "true"}}
  - {type: probe, name: gone, tolerance: false, proof: throughout, provider: {type: python, module: os.path, func: exists, arguments: {path: file}}}
rollbacks:
  - {type: action, name: back, provider: {type: python, module: shutil, func: copyfile, arguments: {src: copy, dst: file}}}
  - {type: action, name: last, provider: {type: process, path: "true"}}
`

// killedIn is a folder with an experiment, and a file that its fault takes away.
func killedIn(t *testing.T, experiment string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for file, text := range map[string]string{"experiment.yaml": experiment, "file": "x", "copy": "x"} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestKilledAtEachLine kills the runner as soon as it has said so many lines, from the first to the last.
func TestKilledAtEachLine(t *testing.T) {
	killed := 0
	for n, over := 0, false; !over; n++ {
		folder := killedIn(t, removed)
		runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "--verbose", "--hypothesis-strategy", "continuously", "experiment.yaml")
		runner.Dir = folder
		said, err := runner.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(said)
		for range n {
			if over = !lines.Scan(); over {
				break
			}
		}
		kill(runner.Process.Pid)
		runner.Wait()
		if endOf(runner.ProcessState) == -1 {
			killed++
		}
		if err := recoverKilled(runner.Path, filepath.Join(folder, "journal.json")); err != nil {
			t.Errorf("killed after %d lines: %v", n, err)
		}
		if !exists(filepath.Join(folder, "file")) {
			t.Errorf("killed after %d lines: the fault is still on", n)
		}
	}
	if killed < 10 {
		t.Errorf("only %d runs were killed", killed)
	}
}

// TestKilledInside: an activity kills the runner itself, once, before or after it has done what it does.
func TestKilledInside(t *testing.T) {
	const kill = "test -e killed || { touch killed; kill -9 $PPID; sleep 20; }"
	for name, c := range map[string]struct{ hypothesis, method, rollback string }{
		"in the hypothesis":   {kill, "rm file", "cp copy file"},
		"before the fault":    {"true", kill + "; rm file", "cp copy file"},
		"after the fault":     {"true", "rm file; " + kill, "cp copy file"},
		"before the rollback": {"true", "rm file", kill + "; cp copy file"},
		"after the rollback":  {"true", "rm file", "cp copy file; " + kill},
		"after the method":    {"test -e file || { " + kill + "; }", "rm file", "cp copy file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shell := func(line string) any {
				return value.MapOf("type", "process", "path", "sh", "arguments", []any{"-c", line})
			}
			activity := func(kind, name, line string) *value.Map {
				return value.MapOf("type", kind, "name", name, "provider", shell(line))
			}
			probe := activity("probe", "ask", c.hypothesis)
			probe.Set("tolerance", int64(0))
			folder := killedIn(t, value.JSON(value.MapOf("title", "T", "description", "D",
				"steady-state-hypothesis", value.MapOf("title", "H", "probes", []any{probe}),
				"method", []any{activity("action", "fault", c.method)}, "rollbacks", []any{activity("action", "back", c.rollback)})))
			runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "experiment.yaml")
			runner.Dir = folder
			out, _ := runner.CombinedOutput()
			if endOf(runner.ProcessState) != -1 {
				t.Fatalf("it was not killed:\n%s", out)
			}
			if err := recoverKilled(runner.Path, filepath.Join(folder, "journal.json")); err != nil {
				t.Error(err)
			}
			if !exists(filepath.Join(folder, "file")) {
				t.Error("the fault is still on")
			}
		})
	}
}

// TestRecoverIsKilled: what recover has not finished, another one goes on with.
func TestRecoverIsKilled(t *testing.T) {
	const kill = "test -e %[1]s || { touch %[1]s; kill -9 $PPID; sleep 20; }"
	folder := killedIn(t, strings.NewReplacer("METHOD", fmt.Sprintf("rm file; "+kill, "first"), "ROLLBACK", fmt.Sprintf(kill+"; cp copy file", "second")).Replace(`
title: T
description: D
method:
  - {type: action, name: fault, provider: {type: process, path: sh, arguments: [-c, "METHOD"]}}
rollbacks:
  - {type: action, name: once, provider: {type: process, path: sh, arguments: [-c, "echo >>once"]}}
  - {type: action, name: back, provider: {type: process, path: sh, arguments: [-c, "ROLLBACK"]}}
`))
	program, journal := filepath.Join(programs, "runner"), filepath.Join(folder, "journal.json")
	run := exec.CommandContext(t.Context(), program, "run", "experiment.yaml")
	run.Dir = folder
	run.Run()
	if out, code, err := recoverOnce(program, journal); code != -1 || err != nil || exists(filepath.Join(folder, "file")) {
		t.Fatalf("recover was not killed, %v:\n%s", err, out)
	}
	if err := recoverKilled(program, journal); err != nil {
		t.Error(err)
	}
	if once, err := os.ReadFile(filepath.Join(folder, "once")); err != nil || string(once) != "\n" || !exists(filepath.Join(folder, "file")) {
		t.Errorf("the rollback that had succeeded was played %d times (%v), or the fault is still on", len(once), err)
	}
}
