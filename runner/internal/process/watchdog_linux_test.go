package process

import (
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestWatchdogIgnoresSignals: the signals that end the runner, or all programs of
// a terminal, must not end the watchdog before its work.
func TestWatchdogIgnoresSignals(t *testing.T) {
	told := signalled{signals: []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}}
	if err := RunWatchdog(&told, nil); err != nil || len(told.signals) > 0 {
		t.Errorf("still to send: %v; %v", told.signals, err)
	}
}

// TestWatchdogKnowsTheMark: the runner is killed between the start of a process and
// the line with its number.
func TestWatchdogKnowsTheMark(t *testing.T) {
	cmd := exec.Command("sleep", "20")
	cmd.Env = append(os.Environ(), markName+"=of-the-test")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go RunWatchdog(strings.NewReader("started\t0\tof-the-test\t\n"), nil)
	if err := cmd.Wait(); cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("it ended by itself: %v", err)
	}
}

// signalled sends us a signal each time that the watchdog reads.
type signalled struct{ signals []syscall.Signal }

// Read sends it to its own thread, where it has arrived when the call returns:
// one to the whole process may come after the watchdog has ended.
func (s *signalled) Read(to []byte) (int, error) {
	if len(s.signals) == 0 {
		return 0, io.EOF
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_, _, failed := syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(os.Getpid()), uintptr(syscall.Gettid()), uintptr(s.signals[0]))
	if failed != 0 {
		return 0, failed
	}
	s.signals = s.signals[1:]
	return copy(to, "\n"), nil
}
