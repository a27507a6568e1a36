package process

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownGroup also lets the kernel end the process when the runner dies. The kernel
// takes the end of the thread that started it for that, so no goroutine that is
// locked to its thread and about to return may start a process.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// The numbers of fields of /proc/PID/stat, as in proc_pid_stat(5).
const stateField, parentField, groupField, sessionField, startField, sizeField, environmentField = 3, 4, 5, 6, 22, 23, 50

// stat is a field of /proc/PID/stat; empty where there is no such process. The fields are counted
// from behind the program's name, field 2, which may contain anything.
func stat(pid, field int) string {
	if fields := stats(pid); field-stateField < len(fields) {
		return fields[field-stateField]
	}
	return ""
}

// stats are the fields of /proc/PID/stat from stateField on; nil where there is no such process.
func stats(pid int) []string {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) <= startField-stateField {
		return nil
	}
	return fields
}

// startTime is in ticks since the system started; empty where there is no such process.
func startTime(pid int) string { return stat(pid, startField) }

// isZombie tells whether a process has ended, and nobody has collected it yet.
func isZombie(pid int) bool { return strings.Contains("ZX", stat(pid, stateField)) }

// processes are the numbers of all processes that /proc shows.
func processes() (pids []int) {
	paths, _ := filepath.Glob("/proc/[0-9]*")
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(path))
		pids = append(pids, pid)
	}
	return pids
}

// programOf is the name of a process's program; empty where it is not shown.
func programOf(pid int) string {
	name, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/comm")
	return strings.TrimSpace(string(name))
}

// living is the number of a process of the group, or of what left it; 0 for none. Zombies do not
// count: in a container whose first process does not collect them, they would stay for ever.
func (g group) living() int {
	reachable := g.reachable()
	if !reachable && !g.chases() {
		return 0
	}
	v := look()
	var inGroup []sighted
	if reachable {
		inGroup = v.inGroup[g.id]
	}
	for _, s := range inGroup {
		if !s.zombie {
			return s.pid
		}
	}
	for _, s := range v.markedFor(g) {
		if !reachable || s.group != g.id {
			return s.pid
		}
	}
	if reachable && len(inGroup) == 0 && g.reachable() { // where /proc hides the processes of others
		return g.id
	}
	return 0
}

// refuses tells whether the group has processes, and this user may signal none of them.
func (g group) refuses() bool { return !g.rest && send(g.id, 0) == syscall.EPERM }

// marks tells whether the process is to be ended with the group wherever it has moved to.
func (g group) marks(pid int) bool {
	return g.chases() && g.covers(pid) && g.hasMark(pid)
}

// covers tells whether a process with the mark belongs to the group: of a shared one only what was started since.
func (g group) covers(pid int) bool { return !g.isShared() || pid != g.id && g.isLater(pid) }

// isLater tells whether a process was started since, and not by one that was there before, as a
// service starts others. The first process of the group has started all of them.
func (g group) isLater(pid int) bool {
	for up := pid; up != g.id && (up == pid || g.hasMark(up)); up, _ = strconv.Atoi(stat(up, parentField)) {
		if !isAfter(up, g.since) {
			return false
		}
	}
	return true
}

// ticks is how many there are in a second, for all programs.
const ticks = 100

// moment is now: the ticks since the system started, and the number of the last process.
func moment() string {
	var t unix.Timespec
	text, failed := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(text)); failed == nil && len(fields) > 4 && unix.ClockGettime(unix.CLOCK_BOOTTIME, &t) == nil {
		return fmt.Sprintf("%d.%s", t.Nano()/(int64(time.Second)/ticks), fields[4])
	}
	return ""
}

// momentOf is when the first process of a group was started.
func momentOf(g group) string { return fmt.Sprintf("%s.%d", g.started, g.id) }

// isAfter tells whether a process was started after a moment. Within a tick, numbers go up.
func isAfter(pid int, moment string) bool {
	var tick, number int
	start, err := strconv.Atoi(startTime(pid))
	if _, bad := fmt.Sscanf(moment, "%d.%d", &tick, &number); bad != nil || err != nil {
		return false
	}
	return start > tick || start == tick && pid > number
}

// isFound tells whether a process in the group has its mark.
func (g group) isFound() bool {
	return g.mark != "" && slices.ContainsFunc(look().marked[g.mark], func(s sighted) bool { return s.group == g.id })
}

// hasMark tells whether the process has the mark of the group in its environment.
// A process that replaced or overwrote its environment has not.
func (g group) hasMark(pid int) bool {
	return slices.Contains(environment(pid), markName+"="+g.mark)
}

// lookAround looks once at all processes. It finds any group, at once, of an Owner in this session: that which has its mark, or that
// whose first process is gone and whose others have no environment, as by env -i. Nobody else has a group of this number then:
// a number is used again only when its group is gone, and of another one in the same session the first process would be there.
func lookAround(session int) (find func(group) (group, bool)) {
	v := look()
	return func(g group) (group, bool) {
		switch {
		case g.mark == "":
			return g, false
		case len(v.marked[g.mark]) > 0:
			return g.found(), true
		}
		left := slices.ContainsFunc(v.inGroup[g.id], func(s sighted) bool {
			return !s.zombie && !s.hasEnvironment && s.session == session && isAfter(s.pid, momentOf(g))
		})
		first := startTime(g.id)
		return g, left && g.id > 1 && (first == "" || first == g.started && isZombie(g.id))
	}
}

// session is the number of this program's session.
func session() int {
	id, _ := unix.Getsid(0)
	return id
}

// isWatchdog tells whether the process is the watchdog to which an Owner gave a note.
func isWatchdog(pid int, note string) bool {
	return slices.ContainsFunc(environment(pid), func(variable string) bool {
		path, is := strings.CutPrefix(variable, noteName+"=")
		return is && filepath.Base(path) == filepath.Base(note)
	})
}

// environment is what a process was started with, as name=value.
func environment(pid int) []string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	for range 100 {
		if err != nil || len(text) > 0 || !isBetween(pid) {
			break
		}
		time.Sleep(time.Millisecond)
		text, err = os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	}
	return strings.Split(string(text), "\x00")
}

// isBetween tells whether a process is about to become another program: it has memory, and no
// environment yet.
func isBetween(pid int) bool {
	return stat(pid, sizeField) != "0" && stat(pid, environmentField) == "0"
}

// signalEscaped signals the processes that were started by the group's and left
// it. The handle (pidfd) of a process that was looked at after it was opened
// cannot mean another process with the same number.
func (g group) signalEscaped(s syscall.Signal) {
	for _, seen := range look().markedFor(g) {
		if !g.rest && seen.group == g.id {
			continue
		}
		if p, err := os.FindProcess(seen.pid); err == nil {
			if g.marks(seen.pid) {
				p.Signal(s)
			}
			p.Release()
		}
	}
}

// ports are the TCP ports on which processes of the group listen, sorted.
func (g group) ports() (ports []int) {
	listening := map[string]int64{} // by what the link of an open file says
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, _ := os.ReadFile(table)
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); len(fields) > 9 && fields[3] == "0A" { // 0A: it listens
				_, port, _ := strings.Cut(fields[1], ":")
				listening["socket:["+fields[9]+"]"], _ = strconv.ParseInt(port, 16, 32)
			}
		}
	}
	v := look()
	for _, s := range slices.Concat(v.inGroup[g.id], v.markedFor(g)) {
		files, _ := filepath.Glob("/proc/" + strconv.Itoa(s.pid) + "/fd/*")
		for _, file := range files {
			to, _ := os.Readlink(file)
			if port, ok := listening[to]; ok {
				ports = append(ports, int(port))
			}
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}
