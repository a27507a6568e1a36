package report

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The sizes of a timeline, in its own units.
const (
	labels  = 300.0 // the width of the names of the lanes
	plot    = 550.0 // the width of what is beside them
	margin  = 134.0 // behind it, for a last word
	height  = 38.0  // of a lane
	top     = 36.0  // above the first lane
	radius  = 7.0   // half the size of a mark
	letter  = 13.5  // the width of a letter, about
	maxRows = 14
	// maxMarks is how many activities have a mark each. Of more, some stand on others.
	maxMarks = 120
)

// timeline is the picture of a run. All its numbers are made here: the template only places them.
type timeline struct {
	Width, Height float64
	Faults        []band
	Lanes         []lane
	Ticks         []tick
	More          int    // names that are left out
	Words         string // the picture in words
}

// band is the time in which the fault was on.
type band struct {
	X, Y, Width, Height, Label float64
	Anchor, Words              string
	Proven                     bool
}

type tick struct {
	Line, Text string
	X, Label   float64
}

// lane has the activities of one name.
type lane struct {
	Name, Line string
	y, Label   float64
	Marks      []mark
	strokes    *strokes // nil where each answer has a mark
	Strokes    []stroke
	Words      []word
}

// mark is an activity: a shape, as the data of a path, and its words.
type mark struct {
	Path, Class, Title, Word string // no word where there is no room for it
	X, Y                     float64
}

// draw makes the timeline of a run on an axis of this length; title says what came of an activity.
func (r *Run) draw(axis time.Duration, title func(event) string) timeline {
	place := func(d time.Duration) float64 { return round(labels + radius + plot*float64(d)/float64(axis)) }
	t := timeline{Width: labels + plot + margin}
	events := r.events()
	names, answers := map[string]int{}, map[string]int{}
	for _, e := range events {
		if e.isAnswer() {
			answers[e.run.Name]++
		}
	}
	bottom := top
	for _, e := range events {
		at, known := names[e.run.Name]
		if !known {
			at = len(names)
			names[e.run.Name] = at
		}
		if at >= maxRows {
			continue
		}
		if at == len(t.Lanes) {
			l := lane{Name: e.run.Name, y: bottom + height/2}
			if answers[e.run.Name] > 20 { // so many are thin strokes, which stand close together
				l.strokes = &strokes{map[state]int{}, map[state]*strings.Builder{}, map[state]float64{}, nil}
				l.y += wordsAbove
			}
			l.Label, l.Line, bottom = l.y+8, fmt.Sprintf("M%v %vH%v", labels, l.y, labels+plot+radius), l.y+height/2
			t.Lanes = append(t.Lanes, l)
		}
		s, x, l := e.state(), place(r.since(e.run.Start)), &t.Lanes[at]
		switch {
		case l.strokes != nil && e.isAnswer():
			l.strokes.add(s, x, l.y)
		case len(events) <= maxMarks || !l.covers(s, x):
			l.Marks = append(l.Marks, mark{shape(s, x, l.y), s.class(), title(e), string(s), x + radius + 3, l.y + 8})
		}
	}
	t.More = max(0, len(names)-maxRows)
	t.Height = bottom + 34
	for i := range t.Lanes {
		t.Lanes[i].thin()
		t.Lanes[i].Strokes, t.Lanes[i].Words = t.Lanes[i].strokes.drawn(t.Lanes[i].y)
	}
	t.Faults = r.bands(place, bottom)
	for _, at := range ticks(axis) {
		x := place(at)
		t.Ticks = append(t.Ticks, tick{fmt.Sprintf("M%v %vV%v", x, top, bottom+5), short(at), x, bottom + 27})
	}
	return t
}

// bands are the times in which the fault was on.
func (r *Run) bands(place func(time.Duration) float64, bottom float64) (all []band) {
	clear := 0.0 // the end of the last label
	for _, f := range r.faults() {
		b := band{X: place(f.from), Y: top, Width: max(round(place(f.to)-place(f.from)), 3), Height: bottom - top, Label: place(f.from), Anchor: "start", Proven: f.proven}
		if b.X > labels+plot*0.75 {
			b.Label, b.Anchor = place(f.to), "end"
		}
		if len(all) == 0 || b.X > clear {
			b.Words = f.words()
			clear = b.X + letter*float64(len(b.Words))
		}
		all = append(all, b)
	}
	return all
}

// covers tells whether a mark of this state would stand on one that is there.
func (l *lane) covers(s state, x float64) bool {
	for i := len(l.Marks) - 1; i >= 0 && l.Marks[i].X-radius-3 > x-radius; i-- {
		if l.Marks[i].Class == s.class() {
			return true
		}
	}
	return false
}

// thin leaves out the words of marks that stand too close to each other.
func (l *lane) thin() {
	for i := range l.Marks {
		m := &l.Marks[i]
		end := m.X + letter*float64(len(m.Word))
		if end > labels+plot+margin || i+1 < len(l.Marks) && end > l.Marks[i+1].X-2*radius-3 {
			m.Word = ""
		}
	}
}

// shape is the data of a path around a point.
func shape(s state, x, y float64) string {
	var d strings.Builder
	fmt.Fprintf(&d, "M%v %v", round(x), round(y))
	outline := map[state]string{
		held:   "m-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z",                         // a disc
		broke:  "m-8 -5l3 -3l5 5l5 -5l3 3l-5 5l5 5l-3 3l-5 -5l-5 5l-3 -3l5 -5z", // a cross
		fault:  "m-6 -6h12v12h-12z",                                             // a square
		proven: "m-8 0l4 -7h8l4 7l-4 7h-8z",                                     // a hexagon
		absent: "m-8 0l4 -7h8l4 7l-4 7h-8zm5 3h6v-6h-6z",                        // a hexagon with a hole
		undone: "m0 -9l8 9l-8 9l-8 -9z",                                         // a diamond
		failed: "m-8 -7h16l-8 14z",                                              // a triangle that stands on its point
		asked:  "m-7 6l7 -13l7 13z",                                             // a triangle
		noData: "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z",                         // a ring
	}
	return d.String() + outline[s]
}

func round(f float64) float64 { return math.Round(f*10) / 10 }

// ticks are some round times on an axis.
func ticks(axis time.Duration) (all []time.Duration) {
	step := time.Duration(1)
	for i := 0; axis/step > 6; i++ { // 1, 2, 5, 10 and so on
		step = step * []time.Duration{4, 5, 4}[i%3] / 2
	}
	for at := time.Duration(0); at <= axis; at += step {
		all = append(all, at)
	}
	return all
}

// short is a time in few letters.
func short(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d < time.Second:
		return fmt.Sprintf("%g ms", round(float64(d)/float64(time.Millisecond)))
	case d < 10*time.Minute:
		return fmt.Sprintf("%g s", round(d.Seconds()))
	}
	return fmt.Sprintf("%g min", round(d.Minutes()))
}

// stroke is all answers of one state in a lane: the data of a path.
type stroke struct{ Path, Class, Title string }

// word stands above the strokes where they change.
type word struct {
	X, Y float64
	Text string
}

// wordsAbove is the room for words above strokes.
const wordsAbove = 24.0

// strokes are answers that stand close together: one stroke each, for a good one above the line and
// for a bad one below it, where it is taller. What falls on the same place is drawn once.
type strokes struct {
	count   map[state]int
	path    map[state]*strings.Builder
	last    map[state]float64
	changes []change
}

// change is where the answers have another state than before.
type change struct {
	x float64
	s state
}

// add notes an answer.
func (a *strokes) add(s state, x, y float64) {
	if n := len(a.changes); n == 0 || a.changes[n-1].s != s {
		a.changes = append(a.changes, change{x, s})
	}
	a.count[s]++
	if a.path[s] == nil {
		a.path[s] = &strings.Builder{}
	}
	if x = math.Round(x); a.last[s] == x {
		return
	}
	a.last[s] = x
	shape := map[state]string{held: "h2v-12h-2z", broke: "h2v16h-2z"}[s]
	if shape == "" {
		shape = "m0 -2h2v4h-2z"
	}
	fmt.Fprintf(a.path[s], "M%v %v%s", x, y, shape)
}

// drawn are the paths, and the words that have room. Those of bad answers come first.
func (a *strokes) drawn(y float64) (all []stroke, words []word) {
	if a == nil {
		return nil, nil
	}
	for _, s := range []state{noData, held, broke} {
		if path := a.path[s]; path != nil {
			all = append(all, stroke{path.String(), s.class(), fmt.Sprintf("%s: %d", s, a.count[s])})
		}
	}
	free := func(x float64, s state) bool {
		for _, w := range words {
			if x < w.X+letter*float64(len(w.Text)) && w.X < x+letter*float64(len(s)) {
				return false
			}
		}
		return true
	}
	for _, isBroke := range []bool{true, false} {
		for _, c := range a.changes {
			if isBroke == (c.s == broke) && free(c.x, c.s) {
				words = append(words, word{c.x, y - 18, string(c.s)})
			}
		}
	}
	return all, words
}
