//go:build unix

package process

import (
	"math"
	"os"
	"syscall"
)

// apart puts the guard into a session of its own, where the terminal's Ctrl-C
// and hang-up do not reach it.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// terminate also wakes a paused group, which would not hear otherwise.
func terminate(group int) {
	send(group, syscall.SIGTERM)
	send(group, syscall.SIGCONT)
}

func kill(group int) { send(group, syscall.SIGKILL) }

// send is the one place that signals, and the last that can notice a number that
// went astray: -1 would be every process of the machine, 0 ourselves, and of a
// number that is too long the kernel takes the lower half.
func send(group int, s syscall.Signal) error {
	if group <= 1 || group > math.MaxInt32 {
		return syscall.ESRCH
	}
	return syscall.Kill(-group, s)
}

// reachable tells whether the group has anybody in it; EPERM speaks of somebody
// whom we may not signal.
func reachable(group int) bool {
	err := send(group, 0)
	return err == nil || err == syscall.EPERM
}

func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return -int(status.Signal())
	}
	return state.ExitCode()
}

func signalName(number int) string { return syscall.Signal(number).String() }
