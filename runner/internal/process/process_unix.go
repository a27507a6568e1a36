//go:build unix

package process

import (
	"fmt"
	"math"
	"os"
	"syscall"
)

// throughShell is how a line reaches the system's shell.
func throughShell(line string, _ *syscall.SysProcAttr) (args []string) {
	return []string{"/bin/sh", "-c", line}
}

// endsWithProgram tells that nothing here ends what a program has started when the program is gone.
const endsWithProgram = false

func (g group) contain(bool) (job uintptr) { return 0 }
func (g group) letGo(bool)                 {}

// ownSession gives the watchdog a session of its own, where the terminal's
// Ctrl-C and hang-up do not reach it.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// waitOrStop waits for the end of a watchdog, and kills it if it was stopped: it would not notice the
// end of the runner.
func waitOrStop(watchdog *os.Process) (killed bool, err error) {
	for {
		var status syscall.WaitStatus
		_, err := syscall.Wait4(watchdog.Pid, &status, syscall.WUNTRACED, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return false, err
		case status.Stopped():
			watchdog.Kill()
		case status.Signaled():
			return true, fmt.Errorf("the watchdog ended with %v", Exit{Code: -int(status.Signal())})
		case status.ExitStatus() != 0:
			return false, fmt.Errorf("the watchdog ended with %v", Exit{Code: status.ExitStatus()})
		default:
			return false, nil
		}
	}
}

// restingPlace is a folder that is always there.
func restingPlace() string { return "/" }

// terminate also continues a paused group, which would not notice otherwise.
func (g group) terminate() {
	g.signal(syscall.SIGTERM)
	g.signal(syscall.SIGCONT)
}

func (g group) kill() { g.signal(syscall.SIGKILL) }

func (g group) signal(s syscall.Signal) {
	if !g.rest {
		send(g.id, s)
	}
	g.signalEscaped(s)
}

// send is the only place that signals a group. It refuses numbers that would
// reach others: -1 is every process of the machine, 0 the runner's own group,
// and of a number that is too long the kernel takes the lower half.
func send(id int, s syscall.Signal) error {
	if id <= 1 || id > math.MaxInt32 {
		return syscall.ESRCH
	}
	return syscall.Kill(-id, s)
}

// reachable tells whether the process group has any process. EPERM means one
// that the runner may not signal.
func (g group) reachable() bool {
	err := send(g.id, 0)
	return !g.rest && (err == nil || err == syscall.EPERM)
}
