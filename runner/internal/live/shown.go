package live

import "time"

// shown is the room as the page gets it: in one line of JSON, with all text cleaned before.
type shown struct {
	Now       int64       `json:"now"` // milliseconds
	Title     string      `json:"title"`
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

// since is the room now, with the marks after a time.
func (r *Room) since(after time.Time, clean func(string) string) (shown, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	s := shown{Now: now.UnixMilli(), Title: clean(r.title), File: clean(r.file), Step: r.step, Does: clean(r.does), Predicted: r.predicted, Ended: r.ended}
	latest := after
	for _, l := range r.lanes {
		one := shownLane{Name: clean(l.name), Title: clean(l.title), Instead: clean(l.file), Verdict: l.verdict, Shown: clean(l.shown), Marks: []shownMark{}}
		if l.fault {
			one.Seconds = int(now.Sub(l.since).Seconds())
		}
		for _, m := range l.marks {
			one.Last, one.State = clean(m.Word+" "+m.Text), m.State
			if m.At.After(after) {
				one.Marks = append(one.Marks, shownMark{m.At.UnixMilli(), m.State, clean(m.Word), m.fault})
				if m.At.After(latest) {
					latest = m.At
				}
			}
		}
		s.Lanes = append(s.Lanes, one)
	}
	return s, latest
}
