package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// watcher is Controls that note when they are called, and at the call of the
// given name do what the test wants.
type watcher struct {
	calls  []string
	events []string
	broken error // what cannot be configured
	at     string
	before func(subject *value.Map) error
	after  func(state any) (any, error)
}

func (w *watcher) Configure(context.Context) error                { return w.broken }
func (w *watcher) Cleanup(context.Context) error                  { w.calls = append(w.calls, "cleanup"); return nil }
func (w *watcher) Event(_ context.Context, name string, _ ...any) { w.events = append(w.events, name) }

func (w *watcher) Before(_ context.Context, level string, activity *value.Map) error {
	if w.note("before", level, activity) && w.before != nil {
		return w.before(activity)
	}
	return nil
}

func (w *watcher) After(_ context.Context, level string, activity *value.Map, state func() any, adopt func(any)) error {
	if !w.note("after", level, activity) || w.after == nil {
		return nil
	}
	changed, err := w.after(copyOf(state()))
	adopt(changed)
	return err
}

// copyOf is a state as a control gets it: a copy.
func copyOf(state any) any {
	copied, _ := valueOf("state", state).Clone().Get("state")
	return copied
}

func (w *watcher) note(when string, level string, subject *value.Map) bool {
	call := when + " " + level
	if name, ok := subject.Get("name"); ok {
		call = when + " " + value.Text(name)
	}
	w.calls = append(w.calls, call)
	return call == w.at
}

func (w *watcher) run(t *testing.T, controlled *world) *verdict.Result {
	t.Helper()
	e := controlled.engine(t)
	e.Controls = w
	return e.Run(t.Context(), t.Context())
}

func TestOrderOfControls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watcher{}
		w.run(t, &world{hypothesis: up(), method: []any{fault[0], ref("up")}, rollbacks: undo})
		want := "before experiment, before hypothesis, before up, after up, after hypothesis, before method, before fault, after fault, " +
			"before up, after up, after method, before hypothesis, before up, after up, after hypothesis, before rollback, before undo, after undo, after rollback"
		if got := strings.Join(w.calls, ", "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

// A control that asks for the end gets it wherever it asks; what had begun is
// undone.
func TestControlsThatStop(t *testing.T) {
	for _, c := range []struct{ at, want string }{
		{"before experiment", "interrupted; before none, during none, after none; ; "},
		{"before hypothesis", "interrupted; before none, during none, after none; ; "},
		{"before up", "interrupted; before none, during none, after none; ; "},
		{"after up", "interrupted; before none, during none, after none; ; "},
		{"after hypothesis", "interrupted; before none, during none, after none; ; "},
		{"before method", "interrupted; before +, during none, after none; ; "},
		{"before fault", "interrupted; before +, during none, after none; ; "},
		{"after fault", "interrupted; before +, during none, after none; fault succeeded; undo succeeded"},
		{"after method", "interrupted; before +, during none, after none; fault succeeded; undo succeeded"},
		{"before rollback", "interrupted; before +, during none, after +; fault succeeded; "},
		{"before undo", "interrupted; before +, during none, after +; fault succeeded; "},
		{"after undo", "interrupted; before +, during none, after +; fault succeeded; undo succeeded"},
		{"after rollback", "interrupted; before +, during none, after +; fault succeeded; undo succeeded, more succeeded"},
	} {
		t.Run(c.at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stop := byControl("enough")
				w := &watcher{at: c.at, before: func(*value.Map) error { return stop }, after: func(state any) (any, error) { return state, stop }}
				controlled := &world{hypothesis: up(), method: fault, rollbacks: []any{undo[0], action("more")}}
				r := w.run(t, controlled)
				want := c.want
				if strings.HasSuffix(c.at, "fault") || c.at == "after method" {
					want = strings.Replace(want, "undo succeeded", "undo succeeded, more succeeded", 1)
				}
				if got := outline(r); got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				said := strings.Count(strings.Join(controlled.log, "\n"), "CRITICAL enough")
				if r.Stop != stop || said != 1 {
					t.Errorf("stopped by %v, said %d times", r.Stop, said)
				}
			})
		})
	}
}

// After a stop that means a signal, the rollbacks go on, wherever beside or within them a control or a function asks for it.
func TestExitsDuringRollbacks(t *testing.T) {
	const all = "undo succeeded, more succeeded"
	for _, c := range []struct {
		at, goesOn, ends string
	}{
		{"before rollback", all, ""},
		{"before undo", all, ""},
		{"after undo", all, "undo succeeded"},
		{"undo", "undo -, more succeeded", "undo -"},
	} {
		for stop, want := range map[*verdict.Stop]string{
			verdict.BySignal("SIGUSR1", 10): c.goesOn, verdict.ByExit("3"): c.goesOn, verdict.BySignal("SIGUSR2", 12): c.ends, verdict.ByExit("30"): c.ends,
		} {
			synctest.Test(t, func(t *testing.T) {
				w := &watcher{at: c.at, before: func(*value.Map) error { return stop }, after: func(state any) (any, error) { return state, stop }}
				controlled := &world{method: fault, rollbacks: []any{undo[0], action("more")}}
				if c.at == "undo" {
					controlled.answers = map[string][]any{"undo": {stop}}
				}
				r := w.run(t, controlled)
				if got := entries(r.Rollbacks); got != want || r.Status != interrupted || r.Stop != stop || (len(r.NotUndone) > 0) != (want != all) {
					t.Errorf("%s, %s: %s: %s; not undone: %v", stop.Why, c.at, r.Status, got, r.NotUndone)
				}
			})
		}
	}
}

// A control that empties the list of runs does not keep the rollbacks from being played,
// and the reason does not say that nothing was done.
func TestControlEmptiesTheRuns(t *testing.T) {
	const taken = "a control took the run of 'fault' out of the journal"
	for _, c := range []struct {
		stop     error
		up, want string
	}{
		{byControl("enough"), "", "interrupted: enough"},
		{nil, "boom", "no-verdict: " + taken},
		{nil, "", "no-verdict: " + taken},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &watcher{at: "after method", after: func(any) (any, error) { return []any{}, c.stop }}
			controlled := &world{hypothesis: up(), method: fault, rollbacks: undo}
			if c.up != "" {
				controlled.answers = map[string][]any{"up": {ok, broken(c.up)}}
			}
			r := w.run(t, controlled)
			if got := r.Verdict.Word + ": " + r.Verdict.Reason; got != c.want || len(r.Rollbacks) != 1 {
				t.Errorf("got %s, %d rollbacks", got, len(r.Rollbacks))
			}
		})
	}
}

func TestControlStopsFromTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watcher{at: "before load", before: func(*value.Map) error { return byControl("enough") }}
		r := w.run(t, &world{method: []any{action("load", "background", true), fault[0]}})
		if r.Verdict != (verdict.Verdict{Word: verdict.Interrupted, Reason: "enough"}) {
			t.Errorf("got %v", r.Verdict)
		}
	})
}

// What ends a run while the controls are configured ends it before anything is done.
func TestControlsThatCannotBeConfigured(t *testing.T) {
	for _, c := range []struct {
		broken       error
		status, word string
	}{
		{errOdd, aborted, verdict.NoVerdict},
		{verdict.BySignal("SIGINT", 2), interrupted, verdict.Interrupted},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &watcher{broken: c.broken}
			r := w.run(t, &world{hypothesis: up(), method: fault, rollbacks: undo})
			if r.Status != c.status || r.Verdict.Word != c.word || len(r.Run)+len(r.Rollbacks) > 0 || r.Before != nil {
				t.Errorf("%v: %s, %v, %d runs", c.broken, r.Status, r.Verdict, len(r.Run)+len(r.Rollbacks))
			}
		})
	}
}

// What is left out is not done and proves nothing.
func TestControlThatSkips(t *testing.T) {
	for name, why := range map[string]string{
		"fault": "the fault is not proven: 'fault' was skipped",
		"up":    "the hypothesis was not checked: 'up' was skipped",
	} {
		synctest.Test(t, func(t *testing.T) {
			controlled := &world{hypothesis: up(), method: fault}
			w := &watcher{at: "before " + name, before: func(*value.Map) error { return fmt.Errorf("by the room: %w", ErrSkip) }}
			r := w.run(t, controlled)
			if controlled.calls[name] != 0 || r.Verdict != (verdict.Verdict{Word: verdict.NoVerdict, Reason: why, Next: "run the experiment again, and skip nothing"}) || r.Deviated {
				t.Errorf("%v after %d calls", r.Verdict, controlled.calls[name])
			}
		})
	}
}

// control is what to do about a control that has changed what counts.
const control = "find out why the control changed it, or run without the control"

// What controls change takes effect: in an activity, in what came of it, in a
// pass over the hypothesis.
func TestControlsThatChange(t *testing.T) {
	set := func(key string, v any) func(any) (any, error) {
		return func(state any) (any, error) { state.(*value.Map).Set(key, v); return state, nil }
	}
	for _, c := range []struct {
		name    string
		watcher watcher
		want    string
		verdict verdict.Verdict
	}{
		{"nothing", watcher{}, "completed; before +, during none, after +; fault succeeded; ", verdict.Verdict{Word: verdict.Held, Reason: steady}},
		{"the output of an action", watcher{at: "after fault", after: set("output", exit(3))}, "completed; before +, during none, after +; fault succeeded; ",
			verdict.Verdict{Word: verdict.NoVerdict, Reason: "the fault is not proven: a control changed the output of 'fault'", Next: control}},
		{"the output of an action that had failed", watcher{at: "after bad", after: set("output", exit(0))}, "completed; before +, during none, after +; fault succeeded, bad succeeded; ",
			verdict.Verdict{Word: verdict.NoVerdict, Reason: "the fault is not proven: a control changed the output of 'bad'", Next: control}},
		{"the status of an action", watcher{at: "after fault", after: set("status", "failed")}, "completed; before +, during none, after +; fault failed; ",
			verdict.Verdict{Word: verdict.NoVerdict, Reason: "the fault is not proven: a control set the status of 'fault' to 'failed'", Next: control}},
		{"the status of a probe", watcher{at: "after up", after: set("status", "failed")}, "failed; before -, during none, after none; ; ",
			verdict.Verdict{Word: verdict.NoVerdict, Reason: "the steady state could not be measured before the method: up: a control says so", Next: "start the system if it does not run, or repair the probe"}},
		{"the output of a probe", watcher{at: "after up", after: set("output", bad)}, "completed; before -, during none, after none; ; ",
			verdict.Verdict{Word: verdict.NoVerdict, Reason: "the system was not steady before the method, so nothing was done to it: a control changed the output of 'up': wanted 200, got 500", Next: "start or repair the system, then run the experiment again"}},
		{"the name of a probe", watcher{at: "before up", before: func(m *value.Map) error { m.Set("name", "other"); return nil }},
			"completed; before +, during none, after +; fault succeeded; ", verdict.Verdict{Word: verdict.Held, Reason: steady}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{hypothesis: up(), method: []any{action("fault")}, answers: map[string][]any{"bad": {exit(1)}}}
				if strings.HasSuffix(c.watcher.at, "bad") {
					w.method = append(w.method, action("bad"))
				}
				r := c.watcher.run(t, w)
				if got := outline(r); got != c.want || r.Verdict != c.verdict {
					t.Errorf("got  %s, %v\nwant %s", got, r.Verdict, c.want)
				}
			})
		})
	}
}

// What a control weakens proves nothing, also where it puts it back again.
func TestControlsThatWeakenTheProof(t *testing.T) {
	set := func(list string, i int, key string, v any) func(written *value.Map) {
		return func(written *value.Map) { activities(written, list)[i].(*value.Map).Set(key, v) }
	}
	take := func(list string) func(written *value.Map) {
		return func(written *value.Map) {
			holder := written
			if list == "probes" {
				holder = written.Map("steady-state-hypothesis")
			}
			all := holder.List(list)
			holder.Set(list, all[:len(all)-1])
		}
	}
	python := value.MapOf("type", "python", "module", "m", "func", "f")
	for _, c := range []struct {
		at     string
		change func(written *value.Map)
		reason string
	}{
		{"before method", take("probes"), "a control has taken 'down' out of the experiment"},
		{"before method", take("method"), "a control has taken 'gone' out of the experiment"},
		{"before experiment", take("probes"), "a control has taken 'down' out of the experiment"},
		{"before up", set("probes", 0, "tolerance", 200.0), "a control has changed 'up'"},
		{"after up", set("probes", 0, "tolerance", 200.0), "a control has changed 'up'"},
		{"before up", set("probes", 0, "provider", python), "a control has changed 'up'"},
		{"before fault", set("method", 0, "provider", python), "a control has changed 'fault'"},
		{"before fault", set("method", 0, "pauses", value.MapOf("after", int64(0))), "a control has changed 'fault'"},
		{"before method", set("method", 1, "tolerance", nil), "a control has changed 'gone'"},
		{"after gone", set("method", 1, "tolerance", 200.0), "a control has changed 'gone'"},
		{"before gone", set("method", 1, "proof", "no"), "a control has changed 'gone'"},
		{"before method", set("method", 1, "type", "note"), "a control has changed 'gone'"},
		{"before fault", set("method", 0, "note", "mine"), proven},
		{"after method", take("method"), proven},
		{"before rollback", take("rollbacks"), proven},
	} {
		t.Run(c.at+" "+c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{hypothesis: []any{up()[0], probe("down", "tolerance", ok)}, method: []any{action("fault"), probe("gone", "tolerance", ok, "proof", "throughout")},
					rollbacks: []any{action("undo")}}
				e := w.engine(t)
				e.Experiment.Controlled = true
				change := func() { e.Experiment.Change(c.change) }
				e.Controls = &watcher{at: c.at, before: func(*value.Map) error { change(); return nil }, after: func(state any) (any, error) { change(); return state, nil }}
				r := e.Run(t.Context(), t.Context())
				if want := map[bool]string{true: verdict.Held, false: verdict.NoVerdict}[c.reason == proven]; r.Verdict.Word != want || r.Verdict.Reason != c.reason {
					t.Errorf("got %v", r.Verdict)
				}
			})
		})
	}
}

func activities(written *value.Map, list string) []any {
	if list == "probes" {
		return written.Map("steady-state-hypothesis").List(list)
	}
	return written.List(list)
}

// A configuration that changes between two checks makes them two questions. A Python
// function may use all of it, any other activity what it names.
func TestControlChangesTheConfiguration(t *testing.T) {
	python := value.MapOf("type", "python", "module", "m", "func", "f")
	naming, plain := value.MapOf("type", "http", "url", "${url}"), value.MapOf("type", "http", "url", "http://a")
	withPython := value.MapOf("type", "http", "url", "http://a", "arguments", python)
	for _, c := range []struct {
		name, at string
		probe    *value.Map
		want     string
	}{
		{"before the first check", "before hypothesis", probe("up", "tolerance", ok, "provider", naming), verdict.Held},
		{"named", "before method", probe("up", "tolerance", ok, "provider", naming), verdict.NoVerdict},
		{"not named", "before method", probe("up", "tolerance", ok, "provider", plain), verdict.Held},
		{"a function", "before method", probe("up", "tolerance", ok, "provider", python), verdict.NoVerdict},
		{"a function as the tolerance", "before method", probe("up", "tolerance", probe("t"), "provider", plain), verdict.NoVerdict},
		{"arguments that look like a function", "before method", probe("up", "tolerance", ok, "provider", withPython), verdict.Held},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{hypothesis: []any{c.probe}, method: fault, variables: map[string]any{"url": "http://a"}}
				e := w.engine(t)
				e.Experiment.Controlled, e.Variables = true, func() any { return w.variables["url"] }
				e.Controls = &watcher{at: c.at, before: func(*value.Map) error { w.variables["url"] = "http://b"; return nil }}
				if r := e.Run(t.Context(), t.Context()); r.Verdict.Word != c.want {
					t.Errorf("got %v", r.Verdict)
				}
			})
		})
	}
}

// An output that a control changes in the journal is judged as it is now.
func TestControlChangesTheJournal(t *testing.T) {
	for list, want := range map[string]verdict.Verdict{
		"run":       {Word: verdict.NoVerdict, Reason: "the fault is not proven: a control changed the output of 'fault'", Next: control},
		"rollbacks": {Word: verdict.NotUndone, Reason: "a rollback did not work: a control changed the output of 'undo'"},
		"after":     {Word: verdict.NoVerdict, Reason: "a control changed the output of 'up'", Next: control},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := (&world{hypothesis: up(), method: fault, rollbacks: undo}).engine(t)
			e.Experiment.Controlled = true
			e.Controls = &watcher{at: "after experiment", after: func(state any) (any, error) {
				journal := state.(*value.Map)
				runs, output := journal.List(list), any(exit(3))
				if list == "after" {
					runs, output = journal.Map("steady_states").Map("after").List("probes"), bad
				}
				runs[0].(*value.Map).Set("output", output)
				return journal, nil
			}}
			r := e.Run(t.Context(), t.Context())
			e.Conclude(value.MapOf("status", r.Status, "deviated", r.Deviated, "run", r.Run.Values(), "rollbacks", r.Rollbacks.Values(),
				"steady_states", value.MapOf("before", r.Before.Value(), "after", r.After.Value(), "during", []any{})))
			if r.Verdict != want {
				t.Errorf("got %v", r.Verdict)
			}
		})
	}
}

// A rollback that the room leaves out undoes nothing, whatever else held.
func TestSkippedRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watcher{at: "before undo", before: func(*value.Map) error { return ErrSkip }}
		r := w.run(t, &world{hypothesis: up(), method: []any{fault[0]}, rollbacks: undo})
		if r.Verdict.Word != verdict.NotUndone || r.Verdict.Reason != "the rollback 'undo' was skipped" {
			t.Errorf("got %v", r.Verdict)
		}
	})
}
