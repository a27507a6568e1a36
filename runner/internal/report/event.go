package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// state is what an activity shows, with its word. Each has a shape of its own in the pictures, so
// that colour is never the only sign.
type state string

const (
	held   state = "held"       // a probe of the hypothesis was answered as wanted
	broke  state = "broke"      // it was not
	fault  state = "fault"      // an action of the method was done
	proven state = "proven"     // a probe found the fault on
	absent state = "not proven" // a probe did not find the fault on
	undone state = "undone"     // a rollback was played
	failed state = "failed"     // an action or a rollback did not do what it is there for
	asked  state = "asked"      // a probe without a tolerance was answered
	noData state = "no data"    // nothing was measured
)

// class is the name of the state for a style.
func (s state) class() string { return strings.ReplaceAll(string(s), " ", "-") }

// event is one activity of a run.
type event struct {
	part string // before, during, method, after, proof or rollback, as the engine calls it
	run  *verdict.Run
}

// events are all activities of a run, in the order in which they began.
func (r *Run) events() []event {
	if r.inOrder != nil {
		return r.inOrder
	}
	var all []event
	add := func(part string, runs verdict.Runs) {
		for _, run := range runs {
			all = append(all, event{part, run})
		}
	}
	for part, s := range map[string]*verdict.State{"before": r.Before, "after": r.After} {
		if s != nil {
			add(part, s.Runs)
		}
	}
	for _, s := range r.During {
		add("during", s.Runs)
	}
	add("method", r.Run)
	add("proof", r.Proof)
	add("rollback", r.Rollbacks)
	slices.SortStableFunc(all, func(a, b event) int {
		return cmp.Or(a.run.Start.Compare(b.run.Start), cmp.Compare(order[a.part], order[b.part]))
	})
	r.inOrder = all
	return all
}

var order = map[string]int{"before": 0, "method": 1, "during": 2, "after": 3, "proof": 4, "rollback": 5}

// told are the events that a table shows: all of a run, and of a recording those that differ from the
// one before of the same name.
func (r *Run) told() (all []event) {
	last := map[string]string{}
	for _, e := range r.events() {
		now := string(e.state()) + value.Text(outputOf(e.run).Value("status"))
		if e.part != "during" || !r.Recorded || last[e.run.Name] != now {
			all = append(all, e)
		}
		last[e.run.Name] = now
	}
	return all
}

func outputOf(run *verdict.Run) *value.Map {
	m, _ := run.Output.(*value.Map)
	return m
}

func (e event) state() state {
	met := e.run.ToleranceMet
	switch isGood := e.run.Succeeded() && e.run.Unproven == ""; {
	case e.run.Pretended:
		return noData
	case (e.run.Action || e.part == "rollback") && !isGood && !e.run.Unfinished():
		return failed
	case !isGood && e.run.Proves && e.run.Got != "":
		return absent
	case !isGood:
		return noData
	case e.part == "rollback":
		return undone
	case e.run.Action:
		return fault
	case e.run.Proves:
		return proven
	case met == nil:
		return asked
	case *met:
		return held
	}
	return broke
}

// isAnswer tells whether it is an answer of the hypothesis.
func (e event) isAnswer() bool { return e.part == "before" || e.part == "during" || e.part == "after" }

// since is the time from the start of the run, at least 0.
func (r *Run) since(t time.Time) time.Duration {
	if r.Start.IsZero() || t.Before(r.Start) {
		return 0
	}
	return t.Sub(r.Start)
}

// length is how long the run took, as far as it is known.
func (r *Run) length() time.Duration {
	last := r.End
	for _, e := range r.events() {
		for _, t := range []time.Time{e.run.Start, e.run.End} {
			if t.After(last) {
				last = t
			}
		}
	}
	return max(r.since(last), time.Millisecond)
}

// span is a time in which the fault was on, counted from the start of the run.
type span struct {
	from, to time.Duration
	open     bool // to the end of the run, or of what is known of it
	proven   bool // a probe found the fault on, or the verdict says so
	absent   bool // a probe did not find it on
}

// words say what a span is.
func (s span) words() string {
	switch {
	case !s.proven && s.absent:
		return "fault not proven"
	case !s.proven:
		return "fault not measured"
	case s.open:
		return "fault on to the end"
	}
	return "fault on"
}

// faults are the times in which the fault was on: from an action that was done to the last rollback,
// if all of them worked, or to a proof that has found it over, or else to the end.
func (r *Run) faults() (all []span) {
	var now *span
	for _, e := range r.events() {
		switch {
		case now == nil && e.part == "method" && e.state() == fault:
			now = &span{from: r.since(e.run.Start), proven: r.Recorded || r.Measured() && !r.Doubtful}
		case now == nil:
		case e.part == "method" && e.state() == absent:
			now.absent = true
		case e.state() == proven:
			now.proven = true
		case r.isUndone(e) || e.part == "proof" && e.state() == absent:
			now.to = r.since(e.run.Start)
			all, now = append(all, *now), nil
		}
	}
	if now != nil {
		now.to, now.open = r.length(), true
		all = append(all, *now)
	}
	return all
}

// isUndone tells whether the fault is over with this rollback.
func (r *Run) isUndone(e event) bool {
	last := len(r.Rollbacks) > 0 && e.run == r.Rollbacks[len(r.Rollbacks)-1]
	return e.state() == undone && r.Verdict.Word != verdict.NotUndone && (last || r.Recorded)
}
