package live

import (
	"strings"
	"time"
)

// shown is the room as the page gets it: in one line of JSON, with all text cleaned before.
type shown struct {
	Now       int64       `json:"now"` // milliseconds
	Run       string      `json:"run"` // another one at each start
	Title     string      `json:"title"`
	Wanted    string      `json:"wanted"`
	File      string      `json:"file"`
	Step      string      `json:"step"`
	Does      string      `json:"does"`
	Predicted *Predicted  `json:"predicted"`
	Ended     string      `json:"ended"`
	Lanes     []shownLane `json:"lanes"`
}

type shownLane struct {
	Name    string      `json:"name"`
	Title   string      `json:"title"`
	Instead string      `json:"instead"`
	Seconds int         `json:"seconds"` // since the file is gone
	Verdict string      `json:"verdict"` // its word
	Shown   string      `json:"shown"`   // the same in words
	Last    string      `json:"last"`    // the last answer
	State   string      `json:"state"`
	Marks   []shownMark `json:"marks"`
}

type shownMark struct {
	At    int64  `json:"at"` // milliseconds
	State string `json:"state"`
	Word  string `json:"word"`
	Fault bool   `json:"fault"`
}

// news is the room now, with the marks that are new: seen says for each lane how many were shown before,
// and is nil for none. It returns how many there are now.
func (r *Room) news(seen []int, clean func(string) string) (shown, []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	s := shown{Now: now.UnixMilli(), Run: r.run, Wanted: clean(r.wanted()), Title: clean(r.title), File: clean(r.file), Step: r.step, Does: clean(r.does), Predicted: r.predicted, Ended: r.ended}
	all := make([]int, len(r.lanes))
	for i, l := range r.lanes {
		one := shownLane{Name: clean(l.name), Title: clean(l.title), Instead: clean(l.file), Verdict: l.verdict, Shown: clean(l.shown), Marks: []shownMark{}}
		if l.fault {
			one.Seconds = int(now.Sub(l.since).Seconds())
		}
		first := 0
		if seen != nil {
			first = max(0, seen[i]-l.dropped)
		}
		for _, m := range l.marks[min(first, len(l.marks)):] {
			one.Marks = append(one.Marks, shownMark{m.At.UnixMilli(), m.State, clean(m.Word), m.fault})
		}
		if n := len(l.marks); n > 0 {
			last := l.marks[n-1]
			if one.Last, one.State = clean(last.Word+" "+last.Text), last.State; last.Word == "none" {
				one.Last = clean(last.Text)
			}
		}
		all[i] = l.dropped + len(l.marks)
		s.Lanes = append(s.Lanes, one)
	}
	return s, all
}

// wanted is what the answers of the services should be, in words.
func (r *Room) wanted() string {
	var all []string
	same := true
	for _, l := range r.lanes {
		same = same && l.wanted == r.lanes[0].wanted
		if l.wanted != "" {
			all = append(all, l.name+": "+l.wanted)
		}
	}
	if same && len(r.lanes) > 0 {
		return r.lanes[0].wanted
	}
	return strings.Join(all, "; ")
}
