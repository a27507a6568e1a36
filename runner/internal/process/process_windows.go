package process

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// stillActive is the exit code of a process that has not ended, from the Windows headers.
const stillActive = 259

// ownGroup starts a process that does nothing before contain lets it.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED}
}

// throughShell is how a line reaches the system's shell. That reads the line as it is: Go would put a
// backslash before each quote, which it does not understand.
func throughShell(line string, attributes *syscall.SysProcAttr) (args []string) {
	program := os.Getenv("COMSPEC")
	if program == "" {
		folder, _ := windows.GetSystemDirectory()
		program = folder + `\cmd.exe`
	}
	attributes.CmdLine = program + ` /c "` + line + `"`
	return []string{program}
}

// endsWithProgram tells that Windows ends what a program has started when the program is gone: no
// watchdog is needed.
const endsWithProgram = true

// contain puts the first process of a group into a job object. All that it starts is in there too, and
// Windows ends it when the last handle of the job is closed, as at the end of this program. What a
// shared process starts is not in there: see Share.
func (g group) contain(shared bool) (job uintptr) {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE|windows.PROCESS_SUSPEND_RESUME, false, uint32(g.id))
	if err != nil {
		return 0 // it has been killed
	}
	defer windows.CloseHandle(process)
	defer windows.NewLazySystemDLL("ntdll.dll").NewProc("NtResumeProcess").Call(uintptr(process))
	handle, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0
	}
	limits := uint32(windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)
	if shared {
		limits |= windows.JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK
	}
	limit(handle, limits)
	if windows.AssignProcessToJobObject(handle, process) != nil {
		windows.CloseHandle(handle)
		return 0
	}
	return uintptr(handle)
}

func limit(job windows.Handle, flags uint32) {
	l := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	l.BasicLimitInformation.LimitFlags = flags
	windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&l)), uint32(unsafe.Sizeof(l)))
}

// letGo closes the job of a group that has ended, or, if it stays, that goes on.
func (g group) letGo(stays bool) {
	if g.job == 0 {
		return
	}
	if stays {
		limit(windows.Handle(g.job), 0)
	}
	windows.CloseHandle(windows.Handle(g.job))
}

// terminate sends Ctrl-Break to the group, which a Go program sees as an interrupt. Without a console
// that both share, nothing can ask it to end.
func (g group) terminate() {
	if windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(g.id)) != nil {
		g.kill()
	}
}

func (g group) kill() {
	if g.job != 0 {
		windows.TerminateJobObject(windows.Handle(g.job), 1)
		return
	}
	if p, err := os.FindProcess(g.id); err == nil {
		p.Kill()
		p.Release()
	}
}

func (g group) living() int {
	if g.runs() {
		return g.id
	}
	return 0
}

func (g group) refuses() bool { return false } // it would be signalled and stay

func lookAround(int) (find func(group) (group, bool)) {
	return func(g group) (group, bool) { return g.found(), g.runs() }
}

func session() int { return 0 } // there is none

func programOf(int) string { return "" } // not known here

func (g group) runs() bool {
	if g.job == 0 {
		return isRunning(g.id)
	}
	var count struct { // JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, from the Windows headers
		times                                [4]int64
		pageFaults, total, active, forbidden uint32
	}
	err := windows.QueryInformationJobObject(windows.Handle(g.job), windows.JobObjectBasicAccountingInformation, uintptr(unsafe.Pointer(&count)), uint32(unsafe.Sizeof(count)), nil)
	return err == nil && count.active > 0
}

func isRunning(pid int) bool {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return false
	}
	defer windows.CloseHandle(process)
	var code uint32
	return windows.GetExitCodeProcess(process, &code) == nil && code == stillActive
}

// isZombie is for Unix: here an ended process stays only as long as another one holds it.
func isZombie(pid int) bool { return !isRunning(pid) }

// isFound tells whether the group is still the one that was started.
func (g group) isFound() bool { return g.started != "" && startTime(g.id) == g.started }

func moment() string { return "" } // it would find nothing

func (g group) ports() []int { return nil } // not known here

// startTime is the moment of creation, in nanoseconds since 1970; empty where
// there is no such process.
func startTime(pid int) string {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return ""
	}
	defer windows.CloseHandle(process)
	var creation, exit, kernel, user windows.Filetime
	if windows.GetProcessTimes(process, &creation, &exit, &kernel, &user) != nil {
		return ""
	}
	return fmt.Sprint(creation.Nanoseconds())
}

// No watchdog is started here.
func ownSession() *syscall.SysProcAttr                { return nil }
func restingPlace() string                            { return "" }
func isWatchdog(int, string) bool                     { return false }
func waitOrStop(*os.Process) (killed bool, err error) { return false, nil }
