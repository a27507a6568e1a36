package engine

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Pauses lie outside of what an activity took, and a dry run only names them.
func TestPauses(t *testing.T) {
	pauses := func(before, after any) []any { return []any{"pauses", valueOf("before", before, "after", after)} }
	for _, c := range []struct {
		name  string
		dry   string
		more  []any
		begin time.Duration // from the start of the run to that of the activity
		total time.Duration
	}{
		{"both", "", pauses(int64(2), 0.5), 2 * time.Second, 3500 * time.Millisecond},
		{"none", "", nil, 0, time.Second},
		{"nothing", "", pauses(int64(0), nil), 0, time.Second},
		{"yes is one second", "", pauses(true, false), time.Second, 2 * time.Second},
		{"by a variable", "", pauses("${long}", nil), time.Hour, time.Hour + time.Second},
		{"dry pause", "pause", pauses(int64(2), int64(3)), 0, time.Second},
		{"dry actions", "actions", pauses(int64(2), int64(3)), 0, 0},
		{"dry actions with a pause that is none", "actions", pauses("x", "y"), 0, 0},
		{"dry probes", "probes", pauses(int64(2), int64(3)), 2 * time.Second, 6 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{Strategy: experiment.Strategy{Dry: c.dry}, method: []any{action("fault", c.more...)},
					answers: map[string][]any{"fault": {takes(time.Second, nil)}}, variables: map[string]any{"long": int64(3600)}}
				r := w.run(t)
				run := r.Run[0]
				if begin := run.Start.Sub(r.Start); begin != c.begin {
					t.Errorf("began after %s", begin)
				}
				if total := r.End.Sub(r.Start); total != c.total {
					t.Errorf("took %s", total)
				}
				if took := run.End.Sub(run.Start); took != min(time.Second, c.total) {
					t.Errorf("the activity took %s", took)
				}
			})
		})
	}
}

// What is checked again and again is checked at its pace, the time of the checks
// not counted, until the method is over.
func TestFrequency(t *testing.T) {
	for _, c := range []struct {
		every float64
		want  []time.Duration
	}{
		{2, []time.Duration{0, 3 * time.Second, 6 * time.Second, 9 * time.Second}},
		{0.5, []time.Duration{0, 1500 * time.Millisecond, 3 * time.Second, 4500 * time.Millisecond, 6 * time.Second, 7500 * time.Millisecond, 9 * time.Second}},
		{1e300, []time.Duration{0}},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &world{Strategy: experiment.Strategy{Hypothesis: "during-method-only", Frequency: c.every}, hypothesis: up(), method: fault,
				answers: map[string][]any{"up": {takes(time.Second, ok)}, "fault": {takes(9500*time.Millisecond, nil)}}}
			r := w.run(t)
			if len(r.During) != len(c.want) {
				t.Fatalf("every %g s: %d checks", c.every, len(r.During))
			}
			for i, state := range r.During {
				if at := state.Runs[0].Start.Sub(r.Start); at != c.want[i] {
					t.Errorf("every %g s: check %d at %s, not %s", c.every, i, at, c.want[i])
				}
			}
			if took := r.End.Sub(r.Start); took > 10*time.Second {
				t.Errorf("the run took %s: it waited for a pause between two checks", took)
			}
		})
	}
}

// Runs stand in the order in which they started; nothing goes on before what
// runs in the background is over.
func TestBackground(t *testing.T) {
	long := func(d time.Duration) []any { return []any{takes(d, nil)} }
	for _, c := range []struct {
		name   string
		method []any
		want   string
		after  time.Duration // when the method is over
	}{
		{"beside the others", []any{action("a", "background", true), action("b"), action("c", "background", true), action("d")},
			"a succeeded, b succeeded, c succeeded, d succeeded", 5 * time.Second},
		{"with a pause before", []any{action("a", "background", true, "pauses", valueOf("before", int64(3))), action("b"), action("d")},
			"b succeeded, d succeeded, a succeeded", 8 * time.Second},
		{"a ref says so itself", []any{ref("a", "background", true), action("b"), action("a")},
			"a succeeded, b succeeded, a succeeded", 6 * time.Second},
		{"the target of a ref does not say so", []any{ref("a"), action("b"), action("a", "background", true)},
			"a succeeded, b succeeded, a succeeded", 11 * time.Second},
		{"a ref to what begins with a pause", []any{ref("p", "background", true), action("b"), probe("p", "pauses", valueOf("before", int64(3)))},
			"b succeeded, p succeeded, p succeeded", 4 * time.Second},
		{"a ref pauses as its target does", []any{ref("q", "pauses", valueOf("before", int64(100), "after", int64(100))), probe("q", "pauses", valueOf("after", int64(3)))},
			"q succeeded, q succeeded", 6 * time.Second},
		{"a ref to nothing", []any{ref("nobody", "background", true), action("b")}, "b succeeded", time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{method: c.method, answers: map[string][]any{"a": long(5 * time.Second), "b": long(time.Second), "c": long(3 * time.Second), "d": long(time.Second)}}
				r := w.run(t)
				if got := entries(r.Run); got != c.want {
					t.Errorf("got %s", got)
				}
				if took := r.End.Sub(r.Start); took != c.after {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

// Neither the background nor continuous checks reach into the check that follows
// the method.
func TestLastCheckStandsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{Strategy: experiment.Strategy{Hypothesis: "continuously", Rollbacks: "never", Frequency: 0.1}, hypothesis: up(),
			method:  []any{action("load", "background", true), action("fault")},
			answers: map[string][]any{"up": {takes(time.Second, ok)}, "load": {takes(5*time.Second, nil)}}}
		r := w.run(t)
		began := r.After.Runs[0].Start
		if since := began.Sub(r.Start); since < 6*time.Second {
			t.Errorf("it began after %s, before the background was over", since)
		}
		for i, state := range r.During {
			if state.Runs[0].End.After(began) {
				t.Errorf("continuous check %d of %d reaches into it", i+1, len(r.During))
			}
		}
	})
}

// The suffix of the log line is the target's, as in the toolkit.
func TestBackgroundInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{hypothesis: []any{probe("up", "tolerance", ok, "background", true)}, method: []any{ref("a", "background", true), action("a")}}
		w.run(t)
		for _, line := range []string{"INFO Probe: up [in background]", "INFO Action: a"} {
			if !w.has(line) {
				t.Errorf("no line %q in\n%s", line, strings.Join(w.log, "\n"))
			}
		}
	})
}

// Many at once, for the race detector.
func TestManyInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{Strategy: experiment.Strategy{Hypothesis: "continuously", Frequency: 0.01}, hypothesis: up(), answers: map[string][]any{}}
		for i := range 40 {
			name := string(rune('a' + i%20))
			pauses := valueOf("before", 0.001) // so that many begin at once
			w.method = append(w.method, action(name, "background", i%2 == 0, "tolerance", "done", "pauses", pauses))
			w.rollbacks = append(w.rollbacks, action(name, "background", i%2 == 0))
			w.answers[name] = []any{takes(time.Duration(i)*time.Millisecond, "done"), broken("boom"), errOdd, takes(time.Second, "done")}
		}
		r := w.run(t)
		if failed := strings.Count(entries(r.Run), "failed"); len(r.Run) != 40 || failed != 20 || len(r.Rollbacks) != 40 || r.Status != aborted {
			t.Errorf("%s: %d runs, %d of them failed, %d rollbacks", r.Status, len(r.Run), failed, len(r.Rollbacks))
		}
	})
}

// nothing performs, judges and logs without a lock that would hide a race.
type nothing struct{ *world }

func (nothing) Perform(context.Context, *experiment.Activity) (any, error) { return nil, nil }

func TestManyBeginAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		for range 50 {
			w.method = append(w.method, action("a", "background", true, "pauses", valueOf("before", int64(1))))
		}
		e := w.engine(t)
		e.Perform, e.Log = nothing{w}.Perform, slog.New(slog.DiscardHandler)
		if r := e.Run(t.Context(), t.Context()); len(r.Run) != 50 {
			t.Errorf("%d runs", len(r.Run))
		}
	})
}

// A run has the toolkit's shape whatever became of it.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{method: []any{ref("fine"), action("fine"), action("broken"), action("odd")},
			answers: map[string][]any{"fine": {takes(time.Second, "out")}, "broken": {broken("OSError: x")}, "odd": {errOdd}}}
		runs := w.run(t).Run
		fine, broken, odd := runs[0], runs[2], runs[3]
		if name, _ := fine.Activity.Get("name"); name != "fine" || fine.Output != "out" || fine.Value().Has("exception") || fine.End.Sub(fine.Start) != time.Second {
			t.Errorf("%+v", fine)
		}
		if broken.Output != nil || !value.Equal(broken.Value().List("exception"), []any{"chaoslib.exceptions.ActivityFailed: OSError: x\n"}) {
			t.Errorf("%+v", broken)
		}
		if odd.Status != "" || odd.End.IsZero() || odd.Value().Has("exception") {
			t.Errorf("%+v", odd)
		}
		if under := (&verdict.Run{Start: time.Now().Add(-time.Hour)}).Value(); under.Has("end") || under.Has("duration") {
			t.Errorf("a run under way is over: %s", value.Repr(under))
		}
	})
}
