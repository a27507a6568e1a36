//go:build !unix

package conformance

import (
	"os"
	"os/exec"
)

func ownGroup(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}

func signalNamed(string) os.Signal { return os.Interrupt }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
