//go:build unix

package main_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

func kill(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) }

// endOf is the exit code of a program; -1 if a test has killed it.
func endOf(state *os.ProcessState) int { return state.ExitCode() }

// needsSignals skips a test of lines that Windows cannot do.
func needsSignals(*testing.T, ...string) {}

// keepsOpenFiles skips a test in which a file goes that is open.
func keepsOpenFiles(*testing.T) {}

// userShell is a line in the shell that a user types into.
func userShell(line string) *exec.Cmd { return exec.Command("sh", "-c", line) }

func makePipe(path string) error { return syscall.Mkfifo(path, 0o600) }

func asTool() {}

func installTools(string) error { return nil } // the system has them
