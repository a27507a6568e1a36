package process

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// calls are those that share one process.
type calls struct {
	mu      sync.Mutex
	owner   *Owner
	process *Running       // nil before its start
	over    bool           // the process has ended
	open    map[int]string // those under way: the moments at which they began
	last    int
}

// Share lets many calls share the process: what left its group stays when it is ended. A call is
// under way from begin to end. What was started meanwhile is ended with the process or with the program,
// and if end gets a grace, because the call did not come to its end, also then. Only Linux finds it.
func (c *Command) Share() (begin func() (end func(grace time.Duration))) {
	s := &calls{open: map[int]string{}}
	c.calls = s
	return func() func(time.Duration) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.last++
		call := s.last
		s.open[call] = moment()
		s.tell()
		return func(grace time.Duration) { s.end(call, grace) }
	}
}

func (s *calls) end(call int, grace time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if since := s.open[call]; grace > 0 && s.process != nil && since != "" {
		g := s.process.current()
		g.since, g.rest = since, true
		s.mu.Unlock()
		endAll([]group{g}, s.owner.Patience(grace))
		s.mu.Lock()
	}
	delete(s.open, call)
	s.tell()
}

// started makes the process known: calls may have begun before, and after it was started.
func (s *calls) started(o *Owner, p *Running) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owner, s.process = o, p
	s.tell()
}

// ended is called before the end of the process is told.
func (s *calls) ended() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}

// tell lets the group, and the watchdog, know since when the first call is under way.
func (s *calls) tell() {
	if s.process == nil || s.over {
		return
	}
	since := ""
	if len(s.open) > 0 {
		since = s.open[slices.Min(slices.Collect(maps.Keys(s.open)))]
	}
	before, now := s.process.setSince(since)
	s.owner.change(before, now)
}
