// Package live is the page for the projector: what two services answer while a room takes their
// file away. The page decides nothing: it shows what it is told, and passes on what somebody asks
// for with a button.
package live

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"
)

// Mark is one answer that a client of a service got.
type Mark struct {
	At     time.Time
	State  string // held, broke or no data, as in a report
	Word   string // in at most a few letters, as in 503
	Text   string // what was answered
	Wanted string // what was wanted; empty for the same as before
	fault  bool   // the fault was on
}

// Window is how long the page shows an answer.
const Window = time.Minute

// Predicted is a show of hands: how many say that the service will hold, and how many that it will not.
type Predicted struct{ Holds, Breaks int }

// Room is what the page shows. It is safe for concurrent use.
type Room struct {
	mu      sync.Mutex
	page    shown // without what news adds
	lanes   []*lane
	missing bool          // what the page says is true as long as a file is away
	changed chan struct{} // closed at each change
}

// lane is one service.
type lane struct {
	shown   shownLane // without what news adds
	marks   []Mark
	dropped int  // marks that are older than those
	fault   bool // the fault is on
	since   time.Time
	wanted  string // what its answers should be, in words; empty where that is not known yet
}

// NewRoom is a room with a lane for each service, by name and title.
func NewRoom(title, file string, services [][2]string) *Room {
	r := &Room{page: shown{Run: rand.Text(), Title: title, File: file, Step: "explore"}, changed: make(chan struct{})}
	for _, s := range services {
		r.lanes = append(r.lanes, &lane{shown: shownLane{Name: s[0], Title: s[1]}})
	}
	return r
}

// change changes the room, and wakes who waits for that.
func (r *Room) change(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
	close(r.changed)
	r.changed = make(chan struct{})
}

// Answered notes an answer of a service.
func (r *Room) Answered(service int, m Mark) {
	r.mu.Lock() // four a second for each service: the next tick shows them
	defer r.mu.Unlock()
	l := r.lanes[service]
	m.fault, l.wanted = l.fault, cmp.Or(m.Wanted, l.wanted)
	l.marks = append(l.marks, m)
	if old := slices.IndexFunc(l.marks, func(other Mark) bool { return m.At.Sub(other.At) <= Window }); old > 0 {
		l.marks, l.dropped = slices.Delete(l.marks, 0, old), l.dropped+old
	}
}

// File notes what stands in the place of a service's file: empty for the file, else in words.
func (r *Room) File(service int, instead string) {
	r.change(func() {
		l := r.lanes[service]
		if l.shown.Instead = instead; (instead != "") != l.fault {
			l.fault, l.since = instead != "", time.Now()
		}
		if r.missing && !slices.ContainsFunc(r.lanes, func(l *lane) bool { return l.fault }) {
			r.page.Does, r.missing = "the file is there again", false
		}
	})
}

// Does notes the step of the learning loop, empty for the same one, and what is going on, in words; missing
// says that this is true as long as a file is away.
func (r *Room) Does(step, does string, missing bool) {
	r.change(func() { r.page.Step, r.page.Does, r.missing = cmp.Or(step, r.page.Step), does, missing })
}

// Judged notes the verdict of a service's experiment: its word, and the same in words. An empty word
// takes the last one away.
func (r *Room) Judged(service int, word, shown string) {
	r.change(func() { r.lanes[service].shown.Verdict, r.lanes[service].shown.Shown = word, shown })
}

// Predict notes a show of hands.
func (r *Room) Predict(p Predicted) {
	r.change(func() { r.page.Predicted = &p })
}

// End ends the page: its last words say why.
func (r *Room) End(why string) {
	r.change(func() { r.page.Ended = why })
}

// wait returns a channel that is closed at the next change.
func (r *Room) wait() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// shown is the room as the page gets it: in one line of JSON, with all text cleaned before.
type shown struct {
	Now       int64       `json:"now"` // milliseconds
	Run       string      `json:"run"` // another one at each start
	Title     string      `json:"title"`
	Wanted    string      `json:"wanted"`
	File      string      `json:"file"` // the name of the file
	Step      string      `json:"step"` // of the learning loop
	Does      string      `json:"does"` // what is going on, in words
	Predicted *Predicted  `json:"predicted"`
	Ended     string      `json:"ended"` // why the page is over; empty while it goes on
	Lanes     []shownLane `json:"lanes"`
}

type shownLane struct {
	Name    string      `json:"name"`
	Title   string      `json:"title"`
	Instead string      `json:"instead"` // what is in the place of the file, in words; empty for the file itself
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
	s := r.page
	s.Now, s.Wanted, s.Title, s.File, s.Does = now.UnixMilli(), clean(r.wanted()), clean(s.Title), clean(s.File), clean(s.Does)
	all := make([]int, len(r.lanes))
	for i, l := range r.lanes {
		one := l.shown
		one.Name, one.Title, one.Instead, one.Shown, one.Marks = clean(one.Name), clean(one.Title), clean(one.Instead), clean(one.Shown), []shownMark{}
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
			all = append(all, l.shown.Name+": "+l.wanted)
		}
	}
	if same && len(r.lanes) > 0 {
		return r.lanes[0].wanted
	}
	return strings.Join(all, "; ")
}
