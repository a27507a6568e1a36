package process

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// ownGroup also has the kernel end the process when we die. The kernel takes
// the end of the thread that started it for our death, so no goroutine that is
// locked to its thread and about to return may start a process.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// startTime is field 22 of /proc/PID/stat (proc_pid_stat(5)), in ticks since the
// system started; empty where there is no such process.
func startTime(pid int) string {
	const afterName = 22 - 3 // the fields are counted behind the name, from 3
	_, fields := stat(strconv.Itoa(pid))
	if len(fields) <= afterName {
		return ""
	}
	return string(fields[afterName])
}

// quickStartTime is what a short process can afford.
func quickStartTime(pid int) string { return startTime(pid) }

// stat splits /proc/PID/stat behind the program's name, which may hold anything.
func stat(pid string) (state byte, fields [][]byte) {
	var buffer [512]byte
	file, err := syscall.Open("/proc/"+pid+"/stat", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return 0, nil
	}
	defer syscall.Close(file)
	n, err := syscall.Read(file, buffer[:])
	if err != nil || n <= 0 {
		return 0, nil
	}
	name := bytes.LastIndexByte(buffer[:n], ')')
	fields = bytes.Fields(buffer[name+1 : n])
	if name < 0 || len(fields) == 0 {
		return 0, nil
	}
	return fields[0][0], fields
}

// alive does not count the dead whom nobody has buried yet. In a container whose
// first process does not bury orphans they would stay for ever.
func alive(group int) bool {
	if !reachable(group) {
		return false
	}
	processes, err := os.Open("/proc")
	if err != nil {
		return true
	}
	defer processes.Close()
	names, _ := processes.Readdirnames(-1)
	want, seen := strconv.Itoa(group), false
	for _, pid := range names {
		if strings.Trim(pid, "0123456789") != "" {
			continue
		}
		const afterName = 5 - 3 // the group is field 5
		state, fields := stat(pid)
		if len(fields) <= afterName || string(fields[afterName]) != want {
			continue
		}
		if seen = true; state != 'Z' && state != 'X' {
			return true
		}
	}
	return !seen && reachable(group) // where /proc hides others' processes
}

// bootID tells one start of the system from the next.
func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}
