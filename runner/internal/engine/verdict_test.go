package engine

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// A row of the verdict table: a world, and what its run shows.
type verdictRow struct {
	name   string
	world  *world
	word   string
	reason string // the whole sentence
}

// Shorthands for the rows.
var (
	fault    = []any{action("fault")}
	failing  = []any{broken("boom")}
	ok, bad  = int64(200), int64(500)
	proving  = probe("gone", "tolerance", true)
	lasting  = probe("gone", "tolerance", true, "proof", "throughout")
	undo     = []any{action("undo")}
	fails    = map[string][]any{"fault": failing}
	deviates = map[string][]any{"up": {ok, bad}}
)

// The reasons of a run that held: without and with a probe that proves the fault.
const (
	steady = "every action succeeded, and the hypothesis was met before and after"
	proven = "the fault is proven by 'gone', and the hypothesis was met before and after"
)

var gateRows = []verdictRow{
	{"held", &world{hypothesis: up(), method: fault}, verdict.Held, steady},
	{"deviated", &world{hypothesis: up(), method: fault, answers: deviates}, verdict.Deviated, "up: wanted 200, got 500"},
	{"not steady before", &world{hypothesis: up(), method: fault, answers: map[string][]any{"up": {bad}}}, verdict.NoVerdict,
		"the system was not steady before the method, so nothing was done to it: up: wanted 200, got 500"},
	{"not measured before", &world{hypothesis: up(), method: fault, answers: map[string][]any{"up": failing}}, verdict.NoVerdict,
		"the steady state could not be measured before the method: up: boom"},
	{"not measured after", &world{hypothesis: up(), method: fault, answers: map[string][]any{"up": {ok, broken("boom")}}}, verdict.NoVerdict,
		"the steady state could not be measured after the method: up: boom"},
	{"an unexpected error before", &world{hypothesis: up(), method: fault, answers: map[string][]any{"up": {errOdd}}}, verdict.NoVerdict,
		"the run met an unexpected error: nobody foresaw this"},
	{"an unexpected error after", &world{hypothesis: up(), method: fault, answers: map[string][]any{"up": {ok, errOdd}}}, verdict.NoVerdict,
		"the run met an unexpected error: nobody foresaw this"},
	{"a tolerance that cannot be compared", &world{hypothesis: []any{probe("up", "tolerance", "odd")}, method: fault}, verdict.NoVerdict,
		"the run met an unexpected error: the tolerance of 'up' cannot be compared with what the probe got: a str is no int"},
	{"a tolerance without an answer", &world{hypothesis: []any{probe("up", "tolerance", "late")}, method: fault}, verdict.NoVerdict,
		"the steady state could not be measured before the method: up: its tolerance could not be asked: too late"},
	{"a tolerance that cannot say no", &world{hypothesis: []any{probe("up", "tolerance", activity("probe", "t", "process", nil))}, method: fault}, verdict.NoVerdict,
		"the tolerance of 'up' is always met: any answer of its own probe counts as yes"},
	{"a tolerance that can say no", &world{hypothesis: []any{probe("up", "tolerance", probe("t"))}, method: fault}, verdict.Held, steady},
	{"a ref to nothing in the hypothesis", &world{hypothesis: []any{ref("nobody", "tolerance", ok)}, method: fault}, verdict.NoVerdict,
		"the run met an unexpected error: could not find referenced activity 'nobody'"},
	{"a ref in the hypothesis is judged by the ref's own tolerance", &world{
		hypothesis: []any{ref("gone", "tolerance", "${wanted}")}, method: []any{fault[0], proving}, variables: map[string]any{"wanted": int64(7)},
		answers: map[string][]any{"gone": {int64(7), true, int64(8)}}}, verdict.Deviated, "gone: wanted 7, got 8"},
}

var faultRows = []verdictRow{
	{"an action failed", &world{hypothesis: up(), method: fault, answers: fails}, verdict.NoVerdict, "the fault is not proven: the action 'fault' failed: boom"},
	{"an action failed, and deviated", &world{hypothesis: up(), method: fault, answers: map[string][]any{"fault": failing, "up": {ok, bad}}}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' failed: boom"},
	{"an action failed, and not measured after", &world{hypothesis: up(), method: fault, answers: map[string][]any{"fault": failing, "up": {ok, broken("mute")}}}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' failed: boom"},
	{"one action of two failed", &world{hypothesis: up(), method: []any{action("first"), fault[0]}, answers: fails}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' failed: boom"},
	{"exit code 3", &world{hypothesis: up(), method: fault, answers: map[string][]any{"fault": {exit(3)}}}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' ended with exit code 3"},
	{"killed", &world{hypothesis: up(), method: fault, answers: map[string][]any{"fault": {exit(-9)}}}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' was killed by signal 9"},
	{"exit code 3 as wanted", &world{hypothesis: up(), method: []any{action("fault", "tolerance", exit(3))}, answers: map[string][]any{"fault": {exit(3)}}}, verdict.Held,
		"the fault is proven by 'fault', and the hypothesis was met before and after"},
	{"a tolerance of null is none", &world{hypothesis: up(), method: []any{action("fault", "tolerance", nil)}, answers: map[string][]any{"fault": {exit(3)}}}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' ended with exit code 3"},
	{"an action's tolerance not met", &world{hypothesis: up(), method: []any{action("fault", "tolerance", "done")}}, verdict.NoVerdict,
		"the fault is not proven: fault: wanted done, got {'status': 0, 'stdout': '', 'stderr': ''}"},
	{"answered 404", &world{hypothesis: up(), method: []any{activity("action", "fault", "http", nil)}, answers: map[string][]any{"fault": {status(404)}}}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' was answered with status 404"},
	{"answered 400", &world{hypothesis: up(), method: []any{activity("action", "fault", "http", nil)}, answers: map[string][]any{"fault": {status(400)}}}, verdict.NoVerdict,
		"the fault is not proven: the action 'fault' was answered with status 400"},
	{"answered 399", &world{hypothesis: up(), method: []any{activity("action", "fault", "http", nil)}, answers: map[string][]any{"fault": {status(399)}}}, verdict.Held, steady},
	{"a function that returns a status", &world{hypothesis: up(), method: []any{activity("action", "fault", "python", nil)}, answers: map[string][]any{"fault": {status(404)}}}, verdict.Held, steady},
	{"a probe that failed, without a tolerance", &world{hypothesis: up(), method: []any{fault[0], probe("look")}, answers: map[string][]any{"look": failing}}, verdict.Held, steady},
	{"a proof", &world{hypothesis: up(), method: []any{fault[0], proving}, answers: map[string][]any{"gone": {true}}}, verdict.Held, proven},
	{"a proof not met", &world{hypothesis: up(), method: []any{fault[0], proving}, answers: map[string][]any{"gone": {false}}}, verdict.NoVerdict,
		"the fault is not proven: gone: wanted True, got False"},
	{"a proof that failed", &world{hypothesis: up(), method: []any{fault[0], proving}, answers: map[string][]any{"gone": failing}}, verdict.NoVerdict,
		"the fault is not proven: 'gone' could not be asked: boom"},
	{"a proof that cannot be compared", &world{hypothesis: up(), method: []any{fault[0], probe("gone", "tolerance", "odd")}}, verdict.NoVerdict,
		"the fault is not proven: the tolerance of 'gone' cannot be compared with what it got: a str is no int"},
	{"a proof that ran into an unexpected error", &world{hypothesis: up(), method: []any{fault[0], proving}, answers: map[string][]any{"gone": {errOdd}}}, verdict.NoVerdict,
		"'gone' ran into an unexpected error: nobody foresaw this"},
	{"a proof alone", &world{hypothesis: up(), method: []any{proving}, answers: map[string][]any{"gone": {true}}}, verdict.Held, proven},
	{"a lasting proof", &world{hypothesis: up(), method: []any{fault[0], lasting}, answers: map[string][]any{"gone": {true}}}, verdict.Held, proven},
	{"a lasting proof and a deviation", &world{hypothesis: up(), method: []any{fault[0], lasting}, answers: map[string][]any{"gone": {true}, "up": {ok, bad}}}, verdict.Deviated, "up: wanted 200, got 500"},
	{"a fault that healed", &world{hypothesis: up(), method: []any{fault[0], lasting}, answers: map[string][]any{"gone": {true, false}}}, verdict.NoVerdict,
		"the fault did not stay until the hypothesis had been checked: gone: wanted True, got False"},
	{"a lasting proof that failed", &world{hypothesis: up(), method: []any{fault[0], lasting}, answers: map[string][]any{"gone": {true, broken("boom")}}}, verdict.NoVerdict,
		"the fault did not stay until the hypothesis had been checked: 'gone' could not be asked: boom"},
	{"a lasting proof with an unexpected error", &world{hypothesis: up(), method: []any{fault[0], lasting}, answers: map[string][]any{"gone": {true, errOdd}}}, verdict.NoVerdict,
		"the fault did not stay until the hypothesis had been checked: 'gone' could not be asked: nobody foresaw this"},
	{"a ref to a proof proves", &world{hypothesis: up(), method: []any{fault[0], proving, ref("gone")}, answers: map[string][]any{"gone": {true, false}}}, verdict.NoVerdict,
		"the fault is not proven: gone: wanted True, got False"},
	{"a ref to the hypothesis only looks", &world{hypothesis: up(), method: []any{fault[0], ref("up")}, answers: map[string][]any{"up": {ok, bad, ok}}}, verdict.Held, steady},
	{"a ref to the hypothesis alone", &world{hypothesis: up(), method: []any{ref("up")}}, verdict.NoVerdict, "the method has no action, so no fault was put on the system"},
	{"an empty method", &world{hypothesis: up()}, verdict.NoVerdict, "the method has no action, so no fault was put on the system"},
	{"probes alone", &world{hypothesis: up(), method: []any{probe("look")}}, verdict.NoVerdict, "the method has no action, so no fault was put on the system"},
	{"a ref to nothing", &world{hypothesis: up(), method: []any{ref("nobody")}}, verdict.NoVerdict, "the run met an unexpected error: could not find referenced activity 'nobody'"},
	{"an unexpected error", &world{hypothesis: up(), method: fault, answers: map[string][]any{"fault": {errOdd}}}, verdict.NoVerdict,
		"'fault' ran into an unexpected error: nobody foresaw this"},
	{"an unexpected error in the background", &world{hypothesis: up(), method: []any{action("fault", "background", true)}, answers: map[string][]any{"fault": {errOdd}}}, verdict.NoVerdict,
		"'fault' ran into an unexpected error: nobody foresaw this"},
	{"a pause that is none", &world{hypothesis: up(), method: []any{action("fault", "pauses", valueOf("before", int64(-1)))}}, verdict.NoVerdict,
		"the run met an unexpected error: the pause before 'fault' is -1, not a number of seconds"},
	{"a pause that is none, in the background", &world{hypothesis: up(), method: []any{fault[0], action("load", "background", true, "pauses", valueOf("before", "x"))}}, verdict.NoVerdict,
		"the run met an unexpected error: the pause before 'load' is 'x', not a number of seconds"},
	{"a pause after that no clock can count", &world{hypothesis: up(), method: []any{fault[0], action("load", "background", true, "pauses", valueOf("after", 1e10))}}, verdict.NoVerdict,
		"the run met an unexpected error: the pause after 'load' is 10000000000.0, not a number of seconds"},
}

var explorationRows = []verdictRow{
	{"explored", &world{method: fault}, verdict.Explored, "every action succeeded, and the experiment has no hypothesis"},
	{"explored by probes", &world{method: []any{probe("look")}, answers: map[string][]any{"look": failing}}, verdict.Explored, "the method has no action that could fail, and the experiment has no hypothesis"},
	{"nothing at all", &world{}, verdict.Explored, "the method is empty, so nothing was done, and the experiment has no hypothesis"},
	{"a hypothesis without probes", &world{hypothesis: []any{}, method: fault}, verdict.Explored, "every action succeeded, and the experiment has no hypothesis"},
	{"skip", &world{Strategy: experiment.Strategy{Hypothesis: "skip"}, hypothesis: up(), method: fault, answers: map[string][]any{"up": {bad}}}, verdict.Explored,
		"every action succeeded, and the hypothesis was skipped (strategy skip)"},
	{"explored, an action failed", &world{method: fault, answers: fails}, verdict.NoVerdict, "the fault is not proven: the action 'fault' failed: boom"},
	{"explored, a proof not met", &world{method: []any{fault[0], proving}, answers: map[string][]any{"gone": {false}}}, verdict.NoVerdict, "the fault is not proven: gone: wanted True, got False"},
	{"explored, a lasting proof is not asked again", &world{method: []any{fault[0], lasting}, answers: map[string][]any{"gone": {true, false}}}, verdict.Explored,
		"every action succeeded, and the experiment has no hypothesis"},
	{"explored, unexpectedly", &world{method: fault, answers: map[string][]any{"fault": {errOdd}}}, verdict.NoVerdict, "'fault' ran into an unexpected error: nobody foresaw this"},
	{"explored, not undone", &world{method: fault, rollbacks: undo, answers: map[string][]any{"undo": failing}}, verdict.NotUndone, "the rollback 'undo' failed: boom"},
	{"explored dry", &world{Strategy: experiment.Strategy{Dry: "actions"}, method: fault}, verdict.NoVerdict, "the fault is not proven: 'fault' was only pretended (dry)"},
	{"explored with dry probes", &world{Strategy: experiment.Strategy{Dry: "probes"}, method: []any{fault[0], probe("look")}}, verdict.Explored, "every action succeeded, and the experiment has no hypothesis"},
}

var strategyRows = []verdictRow{
	{"before only", &world{Strategy: experiment.Strategy{Hypothesis: "before-method-only"}, hypothesis: up(), method: fault}, verdict.NoVerdict,
		"the hypothesis was not checked after the fault began (strategy before-method-only)"},
	{"before only, not steady", &world{Strategy: experiment.Strategy{Hypothesis: "before-method-only"}, hypothesis: up(), method: fault, answers: map[string][]any{"up": {bad}}}, verdict.NoVerdict,
		"the system was not steady before the method, so nothing was done to it: up: wanted 200, got 500"},
	{"after only", &world{Strategy: experiment.Strategy{Hypothesis: "after-method-only"}, hypothesis: up(), method: fault}, verdict.Held,
		"every action succeeded, and the hypothesis was met after the fault; it was not checked before"},
	{"after only, deviated", &world{Strategy: experiment.Strategy{Hypothesis: "after-method-only"}, hypothesis: up(), method: fault, answers: map[string][]any{"up": {bad}}}, verdict.Deviated, "up: wanted 200, got 500"},
	{"during only", whileOn("during-method-only", ok), verdict.Held, "every action succeeded, and the hypothesis was met while the method ran; it was checked neither before nor after"},
	{"during only, deviated", whileOn("during-method-only", ok, bad, ok), verdict.Deviated, "during the method, up: wanted 200, got 500"},
	{"during only, not steady before the fault", whileOn("during-method-only", bad, ok), verdict.NoVerdict, "the system was not steady before the fault: up: wanted 200, got 500"},
	{"during only, not measured", whileOn("during-method-only", ok, broken("boom"), ok), verdict.NoVerdict, "the steady state could not be measured during the method: up: boom"},
	{"during only, deviated once and not measured once", whileOn("during-method-only", ok, broken("boom"), bad), verdict.Deviated, "during the method, up: wanted 200, got 500"},
	{"during only, over before a check under the fault", &world{Strategy: experiment.Strategy{Hypothesis: "during-method-only", Frequency: 60}, hypothesis: up(),
		method: []any{action("fault", "pauses", valueOf("before", int64(1)))}}, verdict.NoVerdict, "the hypothesis was not checked after the fault began (strategy during-method-only)"},
	{"during only, under a background fault", &world{Strategy: experiment.Strategy{Hypothesis: "during-method-only", Frequency: 1}, hypothesis: up(),
		method:  []any{action("fault", "background", true)},
		answers: map[string][]any{"fault": {takes(5500*time.Millisecond, exit(0))}}}, verdict.NoVerdict,
		"the hypothesis was not checked after the fault began (strategy during-method-only)"},
	{"during only, under a background fault with a proof", &world{Strategy: experiment.Strategy{Hypothesis: "during-method-only", Frequency: 1}, hypothesis: up(),
		method:  []any{action("fault", "background", true), probe("gone", "tolerance", true, "pauses", valueOf("before", int64(1)))},
		answers: map[string][]any{"gone": {true}, "fault": {takes(5500*time.Millisecond, exit(0))}}}, verdict.Held,
		"the fault is proven by 'gone', and the hypothesis was met while the method ran; it was checked neither before nor after"},
	{"during only, under a ref to a fault in the background", &world{Strategy: experiment.Strategy{Hypothesis: "during-method-only", Frequency: 1}, hypothesis: up(),
		method:  []any{ref("fault", "background", true), fault[0]},
		answers: map[string][]any{"fault": {takes(4500*time.Millisecond, exit(0))}}}, verdict.NoVerdict,
		"the hypothesis was not checked after the fault began (strategy during-method-only)"},
	{"during only, failing fast before the fault", failFast("during-method-only", bad), verdict.NoVerdict, "the method was ended before its first action, so no fault was put on the system"},
	{"during only, failing fast", failFast("during-method-only", ok, bad), verdict.Deviated, "during the method, up: wanted 200, got 500"},
	{"continuously", whileOn("continuously", ok), verdict.Held, "every action succeeded, and the hypothesis was met before, during and after the method"},
	{"continuously, deviated and recovered", whileOn("continuously", ok, ok, bad, ok), verdict.Deviated, "during the method, up: wanted 200, got 500"},
	{"continuously, deviated after", whileOn("continuously", ok, ok, ok, ok, bad), verdict.Deviated, "up: wanted 200, got 500"},
	{"continuously, not measured during", whileOn("continuously", ok, ok, broken("boom"), ok), verdict.NoVerdict, "the steady state could not be measured during the method: up: boom"},
	{"continuously, an unexpected error", whileOn("continuously", ok, ok, errOdd), verdict.NoVerdict, "the run met an unexpected error: nobody foresaw this"},
	{"dry actions", &world{Strategy: experiment.Strategy{Dry: "actions"}, hypothesis: up(), method: fault}, verdict.NoVerdict, "the fault is not proven: 'fault' was only pretended (dry)"},
	{"dry activities", &world{Strategy: experiment.Strategy{Dry: "activities"}, hypothesis: up(), method: fault, answers: map[string][]any{"up": {bad}}}, verdict.NoVerdict, "the fault is not proven: 'fault' was only pretended (dry)"},
	{"dry probes", &world{Strategy: experiment.Strategy{Dry: "probes"}, hypothesis: up(), method: fault, answers: map[string][]any{"up": {bad}}}, verdict.NoVerdict, "the hypothesis was only pretended (dry)"},
	{"dry probes, a proof", &world{Strategy: experiment.Strategy{Dry: "probes"}, hypothesis: up(), method: []any{fault[0], proving}}, verdict.NoVerdict, "the fault is not proven: 'gone' was only pretended (dry)"},
	{"dry actions, none there", &world{Strategy: experiment.Strategy{Dry: "actions"}, hypothesis: up(), method: []any{proving}, answers: map[string][]any{"gone": {true}}}, verdict.Held, proven},
	{"dry pause", &world{Strategy: experiment.Strategy{Dry: "pause"}, hypothesis: up(), method: fault}, verdict.Held, steady},
}

var undoRows = []verdictRow{
	{"undone", &world{hypothesis: up(), method: fault, rollbacks: undo}, verdict.Held, steady},
	{"undone after a deviation", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: deviates}, verdict.Deviated, "up: wanted 200, got 500"},
	{"a rollback failed", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"undo": failing}}, verdict.NotUndone, "the rollback 'undo' failed: boom"},
	{"a rollback failed after a deviation", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"undo": failing, "up": {ok, bad}}}, verdict.NotUndone, "the rollback 'undo' failed: boom"},
	{"a rollback failed, and the action", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"undo": failing, "fault": failing}}, verdict.NotUndone, "the rollback 'undo' failed: boom"},
	{"a rollback ended with 1", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"undo": {exit(1)}}}, verdict.NotUndone,
		"a rollback did not work: the action 'undo' ended with exit code 1"},
	{"a rollback in the background ended with 1", &world{hypothesis: up(), method: fault, rollbacks: []any{action("undo", "background", true)}, answers: map[string][]any{"undo": {takes(time.Second, exit(1))}}}, verdict.NotUndone,
		"a rollback did not work: the action 'undo' ended with exit code 1"},
	{"a rollback's tolerance not met", &world{hypothesis: up(), method: fault, rollbacks: []any{undo[0], ref("up")}, answers: map[string][]any{"up": {ok, bad, bad}}}, verdict.NotUndone,
		"a rollback did not work: up: wanted 200, got 500"},
	{"a probe among the rollbacks failed", &world{hypothesis: up(), method: fault, rollbacks: []any{probe("look")}, answers: map[string][]any{"look": failing}}, verdict.NotUndone, "the rollback 'look' failed: boom"},
	{"an unexpected error in a rollback", &world{hypothesis: up(), method: fault, rollbacks: []any{undo[0], action("more")}, answers: map[string][]any{"undo": {errOdd}}}, verdict.NotUndone,
		"the rollback 'undo' could not run: nobody foresaw this"},
	{"an unexpected error in a background rollback", &world{hypothesis: up(), method: fault, rollbacks: []any{action("undo", "background", true)}, answers: map[string][]any{"undo": {errOdd}}}, verdict.NotUndone,
		"the rollback 'undo' could not run: nobody foresaw this"},
	{"a rollback that is nowhere", &world{hypothesis: up(), method: fault, rollbacks: []any{ref("nobody"), undo[0]}}, verdict.NotUndone,
		"1 of 2 rollbacks did not run: could not find referenced activity 'nobody'"},
	{"a rollback failed where nothing was done", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"undo": failing, "up": {bad}}}, verdict.NotUndone,
		"the rollback 'undo' failed: boom (the method never began, so a fault is on only if an earlier run left it)"},
	{"never", &world{Strategy: experiment.Strategy{Rollbacks: "never"}, hypothesis: up(), method: fault, rollbacks: undo}, verdict.Held, steady},
	{"only if deviated, which it did not", &world{Strategy: experiment.Strategy{Rollbacks: "deviated"}, hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"undo": failing}}, verdict.Held, steady},
	{"dry rollbacks", &world{Strategy: experiment.Strategy{Dry: "activities"}, hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"undo": failing}}, verdict.NoVerdict,
		"the fault is not proven: 'fault' was only pretended (dry)"},
}

func status(code int64) *value.Map { return valueOf("status", code, "headers", valueOf(), "body", "") }

// during is a world that is checked at 0, 2 and 4 seconds, and whose fault lands
// after one second and is on for four.
func whileOn(strategy string, up ...any) *world {
	return &world{
		Strategy:   experiment.Strategy{Hypothesis: strategy, Frequency: 2},
		hypothesis: []any{probe("up", "tolerance", ok)},
		method:     []any{action("fault", "pauses", valueOf("before", int64(1), "after", int64(4)))},
		answers:    map[string][]any{"up": up},
	}
}

func failFast(strategy string, up ...any) *world {
	w := whileOn(strategy, up...)
	w.FailFast = true
	w.method = append([]any{probe("wait", "pauses", valueOf("after", 0.5))}, w.method...)
	return w
}

func failFastAt(percent float64, up ...any) *world {
	w := failFast("during-method-only", up...)
	w.FailRatio = percent
	return w
}

func TestVerdict(t *testing.T) {
	for part, rows := range map[string][]verdictRow{"gate": gateRows, "fault": faultRows,
		"exploration": explorationRows, "strategy": strategyRows, "undo": undoRows} {
		for _, row := range rows {
			t.Run(part+"/"+row.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					got := row.world.run(t).Verdict
					if got.Word != row.word || got.Reason != row.reason {
						t.Errorf("got %s: %s\nwant %s: %s\nlog:\n%s", got.Word, got.Reason, row.word, row.reason, strings.Join(row.world.log, "\n"))
					}
				})
			})
		}
	}
}

// What is stopped before it is judged proves nothing.
func TestNotJudged(t *testing.T) {
	for name, proving := range map[string]*value.Map{
		"while it is compared":  probe("gone", "tolerance", "stopped"),
		"in the pause after it": probe("gone", "tolerance", ok, "pauses", valueOf("after", int64(60))),
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &world{method: []any{proving}}
			ctx, stop := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { stop(verdict.BySignal("SIGINT", 2)) })
			r := w.engine(t).Run(ctx, t.Context())
			if len(r.Run) != 1 || !r.Run[0].Succeeded() || r.Run[0].Unproven == "" || r.Verdict.Word != verdict.Interrupted {
				t.Errorf("%s: %v, %v", name, r.Run, r.Verdict)
			}
		})
	}
}

// What a signal stops is interrupted, unless a rollback says worse.
func TestVerdictOfAStoppedRun(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string][]any
		stop    *verdict.Stop
		word    string
		reason  string
	}{
		{"in the method", map[string][]any{"fault": {takes(time.Minute, exit(0))}}, verdict.BySignal("SIGINT", 2), verdict.Interrupted, "stopped by Ctrl-C (SIGINT)"},
		{"in the hypothesis", map[string][]any{"up": {takes(time.Minute, ok)}}, verdict.BySignal("SIGTERM", 15), verdict.Interrupted, "stopped by SIGTERM"},
		{"by a control", map[string][]any{"fault": {takes(time.Minute, exit(0))}}, byControl("enough is enough"), verdict.Interrupted, "enough is enough"},
		{"after a failed action", map[string][]any{"fault": failing, "up": {ok, takes(time.Minute, ok)}}, verdict.BySignal("SIGINT", 2), verdict.Interrupted, "stopped by Ctrl-C (SIGINT)"},
		{"and not undone", map[string][]any{"fault": {takes(time.Minute, exit(0))}, "undo": failing}, verdict.BySignal("SIGINT", 2), verdict.NotUndone, "the rollback 'undo' failed: boom"},
		{"and not undone for an unexpected error", map[string][]any{"fault": {takes(time.Minute, exit(0))}, "undo": {errOdd}}, verdict.BySignal("SIGINT", 2), verdict.NotUndone,
			"the rollback 'undo' could not run: nobody foresaw this"},
		{"and not to be undone", map[string][]any{"fault": {takes(time.Minute, exit(0))}, "undo": failing}, verdict.BySignal("SIGUSR2", 12), verdict.Interrupted, "stopped by SIGUSR2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{hypothesis: up(), method: fault, rollbacks: undo, answers: c.answers}
				ctx, stop := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { stop(c.stop) })
				r := w.engine(t).Run(ctx, t.Context())
				if r.Verdict.Word != c.word || r.Verdict.Reason != c.reason || r.Stop != c.stop || r.Status != interrupted {
					t.Errorf("got %s: %s (stop %v, status %s)", r.Verdict.Word, r.Verdict.Reason, r.Stop, r.Status)
				}
			})
		})
	}
}
