package main_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const faultThatWaits = `
title: Is the fault undone when nobody reads the output any more?
description: As in a pipe to head, or to a tee that Ctrl-C has ended.
method:
  - {type: action, name: fault, provider: {type: python, module: os, func: rename, arguments: {src: file, dst: moved}}}
  - {type: probe, name: wait, provider: {type: process, path: sh, arguments: [-c, "until test -f go; do sleep 0.01; done"]}}
rollbacks:
  - {type: action, name: undo, provider: {type: python, module: os, func: rename, arguments: {src: moved, dst: file}}}
`

// TestNobodyReads: a closed output ends no run. Its rollbacks are played, its
// journal is written, and its exit code is the right one.
func TestNobodyReads(t *testing.T) {
	for name, test := range map[string]struct {
		then  func(runner *exec.Cmd) error // once the reader is gone
		needs string
		code  int
	}{
		"to its end": {func(runner *exec.Cmd) error { return os.WriteFile(filepath.Join(runner.Dir, "go"), nil, 0o600) }, "", 0},
		"Ctrl-C":     {func(runner *exec.Cmd) error { return runner.Process.Signal(syscall.SIGINT) }, "kill -INT", 130},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needsSignals(t, test.needs)
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "experiment.yaml")
			runner.Dir, runner.Stdout, runner.Stderr = t.TempDir(), write, write
			for file, text := range map[string]string{"experiment.yaml": faultThatWaits, "file": ""} {
				if err := os.WriteFile(filepath.Join(runner.Dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := runner.Start(); err != nil {
				t.Fatal(err)
			}
			write.Close()
			read.SetReadDeadline(time.Now().Add(patience))
			lines := bufio.NewScanner(read)
			for lines.Scan() && !strings.Contains(lines.Text(), "Probe: wait") {
			}
			if err := read.Close(); err != nil {
				t.Fatal(err)
			}
			if err := test.then(runner); err != nil {
				t.Fatal(err)
			}
			runner.Wait()
			if code := runner.ProcessState.ExitCode(); code != test.code {
				t.Errorf("it ended with %v, want exit code %d", runner.ProcessState, test.code)
			}
			for _, file := range []string{"file", "journal.json"} {
				if !exists(filepath.Join(runner.Dir, file)) {
					t.Errorf("there is no %s", file)
				}
			}
		})
	}
}

// TestReaderSleeps: a pipe that is full ends no run either, and holds up nobody who wants to stop.
func TestReaderSleeps(t *testing.T) {
	needsSignals(t, "kill -INT")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	for err == nil { // until it is full
		write.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
		_, err = write.Write(make([]byte, 4096))
	}
	runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "experiment.yaml", "--log-file", "log")
	runner.Dir, runner.Stdout, runner.Stderr = t.TempDir(), write, write
	for file, text := range map[string]string{"experiment.yaml": faultThatWaits, "file": "", "go": ""} {
		if err := os.WriteFile(filepath.Join(runner.Dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(runner.Dir, "log")) {
	}
	start := time.Now()
	if err := runner.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	runner.Wait()
	if code, took := runner.ProcessState.ExitCode(), time.Since(start); code != 130 || took > patience || !exists(filepath.Join(runner.Dir, "file")) {
		t.Errorf("it ended with %v after %v", runner.ProcessState, took)
	}
}
