package process

import (
	"os"
	"sync"
)

// Stamp tells one process from all others, also from a later one that has its number.
type Stamp struct {
	PID     int    `json:"pid"`
	Started string `json:"started"`         // as in a Record
	Boot    string `json:"boot"`            // as in a Record
	Space   string `json:"space,omitempty"` // in which the number counts, as of a container; empty where that is not known
}

// Self is the stamp of this program.
var Self = sync.OnceValue(func() Stamp { return stampOf(os.Getpid()) })

func stampOf(pid int) Stamp { return Stamp{pid, startTime(pid), bootID(), space()} }

// space is the namespace of the processes that this program sees, of which Linux has several.
var space = sync.OnceValue(func() string {
	name, _ := os.Readlink("/proc/self/ns/pid")
	return name
})

// Alive tells whether the process still runs. A zombie does not. One that this program cannot see, as in a
// container, perhaps does.
func (s Stamp) Alive() bool { return s.isElsewhere() || s.sameProcess() && !isZombie(s.PID) }

func (s Stamp) isElsewhere() bool { return s.Space != "" && s.Space != space() && s.Boot == bootID() }

func (s Stamp) sameProcess() bool {
	return s.PID > 0 && !s.isElsewhere() && s.Started != "" && s.Started == startTime(s.PID) && s.Boot == bootID()
}
