package process

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// What package syscall does not name, from the Windows headers.
const (
	detachedProcess  = 0x8
	ctrlBreak        = 1
	stillActive      = 259
	queryInformation = 0x1000 // PROCESS_QUERY_LIMITED_INFORMATION
)

func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// ownSession gives the watchdog no console, so that closing one does not reach it.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | detachedProcess}
}

// waitOrStop waits for the end of a watchdog. Here nobody is told that it was stopped, and a killed
// one looks like one that has ended by itself.
func waitOrStop(watchdog *os.Process) (killed bool, err error) {
	state, err := watchdog.Wait()
	if err == nil && !state.Success() {
		err = fmt.Errorf("the watchdog ended with exit code %d", state.ExitCode())
	}
	return false, err
}

// restingPlace is a folder of the user that is not on a disk which can be taken out.
func restingPlace() string { return os.TempDir() }

// terminate sends Ctrl-Break to the group, which a Go program sees as an
// interrupt; it needs a console that both share.
func (g group) terminate() {
	syscall.NewLazyDLL("kernel32.dll").NewProc("GenerateConsoleCtrlEvent").Call(ctrlBreak, uintptr(g.id))
}

// kill ends the process and what it started. Windows finds the children of a
// process only as long as that process lives.
func (g group) kill() {
	if !g.alive() || exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(g.id)).Run() == nil {
		return
	}
	if p, err := os.FindProcess(g.id); err == nil {
		p.Kill()
		p.Release()
	}
}

// isFound tells whether the group is still the one that was started.
func (g group) isFound() bool { return g.started != "" && startTime(g.id) == g.started }

func isWatchdog(int, string) bool { return true } // its start says it

func moment() string { return "" } // it would find nothing

func momentOf(group) string { return "" }

func (g group) ports() []int { return nil } // not known here

func (g group) living() int {
	process, err := syscall.OpenProcess(queryInformation, false, uint32(g.id))
	if err != nil {
		return 0
	}
	defer syscall.CloseHandle(process)
	var code uint32
	if syscall.GetExitCodeProcess(process, &code) != nil || code != stillActive {
		return 0
	}
	return g.id
}

func (g group) refuses() bool { return false } // it would be signalled and stay

func programOf(int) string { return "" } // not known here

// isZombie is for Unix: here an ended process stays only as long as another one holds it.
func isZombie(pid int) bool { return !group{id: pid}.alive() }

// startTime is the moment of creation, in nanoseconds since 1970; empty where
// there is no such process.
func startTime(pid int) string {
	process, err := syscall.OpenProcess(queryInformation, false, uint32(pid))
	if err != nil {
		return ""
	}
	defer syscall.CloseHandle(process)
	var creation, exit, kernel, user syscall.Filetime
	if syscall.GetProcessTimes(process, &creation, &exit, &kernel, &user) != nil {
		return ""
	}
	return fmt.Sprint(creation.Nanoseconds())
}
