package report

import (
	"fmt"
	"math"
	"strings"
)

// stroke is all answers of one state in a lane: the data of a path.
type stroke struct{ Path, Class, Title string }

// word stands above the strokes where they change.
type word struct {
	X, Y float64
	Text string
}

// wordsAbove is the room for words above strokes.
const wordsAbove = 22.0

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

func newStrokes(wanted bool) *strokes {
	if !wanted {
		return nil
	}
	return &strokes{map[state]int{}, map[state]*strings.Builder{}, map[state]float64{}, nil}
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
