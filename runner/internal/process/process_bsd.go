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

func (g group) signalEscaped(syscall.Signal) {}

// isFound tells whether the group is still the one that was started.
func (g group) isFound() bool { return g.started != "" && startTime(g.id) == g.started }

func isWatchdog(int, string) bool { return true } // its start says it

func moment() string { return "" } // it would find nothing

func (g group) ports() []int { return nil } // not known here

func (g group) living() int {
	if g.reachable() {
		return g.id
	}
	return 0
}

func (g group) refuses() bool { return false } // not told apart here from zombies

func lookAround(int) (find func(group) (group, bool)) {
	return func(g group) (group, bool) { return g.found(), g.reachable() }
}

func session() int { return 0 } // not needed here

func programOf(int) string { return "" } // not known here

func isZombie(int) bool { return false } // not known here

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
