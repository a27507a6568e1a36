package process

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// view is how all processes were at one moment.
type view struct {
	inGroup map[int][]sighted    // by the number of the group
	marked  map[string][]sighted // by markName in their environment
}

// sighted is a process as it was seen.
type sighted struct {
	pid            int
	group          int
	session        int
	zombie         bool
	hasEnvironment bool
}

// look shows all processes, as they are after the call. Calls that come at the same time share a look: each takes some milliseconds,
// and many commands may be ended at once.
func look() view {
	looks.mu.Lock()
	if looks.next == nil {
		looks.next = new(oneLook)
	}
	l := looks.next
	looks.mu.Unlock()
	l.once.Do(func() {
		looks.looking.Lock() // one after the other
		defer looks.looking.Unlock()
		looks.mu.Lock()
		looks.next = nil // who comes now needs a later one
		looks.mu.Unlock()
		l.seen = lookAtAll()
	})
	return l.seen
}

type oneLook struct {
	once sync.Once
	seen view
}

var looks struct {
	mu, looking sync.Mutex
	next        *oneLook // nil: nobody waits for one
	times       atomic.Int64
}

func lookAtAll() view {
	looks.times.Add(1)
	v := view{map[int][]sighted{}, map[string][]sighted{}}
	for _, pid := range processes() {
		fields := stats(pid)
		if fields == nil {
			continue
		}
		s := sighted{pid: pid, zombie: strings.Contains("ZX", fields[0])}
		s.group, _ = strconv.Atoi(fields[groupField-stateField])
		s.session, _ = strconv.Atoi(fields[sessionField-stateField])
		variables := environment(pid)
		s.hasEnvironment = len(variables) > 1
		v.inGroup[s.group] = append(v.inGroup[s.group], s)
		for _, variable := range variables {
			if mark, is := strings.CutPrefix(variable, markName+"="); is {
				v.marked[mark] = append(v.marked[mark], s)
			}
		}
	}
	return v
}

// markedFor are the processes that are to be ended with a group wherever they have moved to.
func (v view) markedFor(g group) []sighted {
	if !g.chases() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.marked[g.mark]), func(s sighted) bool { return !g.covers(s.pid) })
}
