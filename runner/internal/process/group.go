package process

import "time"

// settle is the time for what nothing can refuse: a killed group to vanish, a
// closed pipe to be read to its end.
const settle = 500 * time.Millisecond

// markName is the environment variable by which the processes of a command are
// found that left its group. Only Linux shows the environment of a process.
const markName = "CHAOSWORKSHOP_COMMAND"

// group is everything that one command started.
type group struct {
	id      int    // the number of the process group and of its first process
	started string // when that process started, as the system says it; empty: not known
	mark    string // the value of markName in its processes; empty: none
}

// replaced tells whether the number belongs to another process by now. As long
// as the group has any process, the system does not use its number again.
func (g group) replaced() bool {
	now := startTime(g.id)
	return now != "" && g.started != "" && now != g.started
}

// vanishes waits until no process of the group is left, or until the deadline.
// It tells whether the group is gone.
func (g group) vanishes(deadline time.Time) bool {
	for pause := time.Millisecond; g.alive(); pause = min(2*pause, 20*time.Millisecond) {
		if !time.Now().Before(deadline) {
			return false
		}
		time.Sleep(pause)
	}
	return true
}

// endAll ends groups, all at the same time: a request first, force after grace.
// It returns those that did not end.
func endAll(groups []group, grace time.Duration) (left []group) {
	for _, g := range groups {
		g.terminate()
	}
	left = remaining(groups, grace)
	for _, g := range left {
		g.kill()
	}
	return remaining(left, settle)
}

func remaining(groups []group, within time.Duration) (left []group) {
	deadline := time.Now().Add(within)
	for _, g := range groups {
		if !g.vanishes(deadline) && !g.replaced() {
			left = append(left, g)
		}
	}
	return left
}
