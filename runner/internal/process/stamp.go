package process

import (
	"os"
	"sync"
)

// Stamp tells one process from all others, also from a later one that has its number.
type Stamp struct {
	PID     int    `json:"pid"`
	Started string `json:"started"` // as in a Record
	Boot    string `json:"boot"`    // as in a Record
}

// Self is the stamp of this program.
var Self = sync.OnceValue(func() Stamp { return stampOf(os.Getpid()) })

func stampOf(pid int) Stamp { return Stamp{pid, startTime(pid), bootID()} }

// Alive tells whether the process still runs. A zombie does not.
func (s Stamp) Alive() bool { return s.sameProcess() && !isZombie(s.PID) }

func (s Stamp) sameProcess() bool {
	return s.PID > 0 && s.Started != "" && s.Started == startTime(s.PID) && s.Boot == bootID()
}
