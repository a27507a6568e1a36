//go:build unix && !linux

package process

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// startTime is what ps says, to the second, in a language and a time zone that
// do not change; empty where there is no such process.
func startTime(pid int) string {
	ps := exec.Command("ps", "-o", "lstart=", "-p", strconv.Itoa(pid))
	ps.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC0")
	out, err := ps.Output()
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// quickStartTime is what a short process can afford: ps costs as much as the
// process itself. The guard then trusts the number alone, which nobody else can
// have before the process has been waited for and reported.
func quickStartTime(int) string { return "" }

func alive(group int) bool { return reachable(group) }

// bootID is empty: startTime holds the date.
func bootID() string { return "" }
