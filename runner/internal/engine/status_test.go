package engine

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// What the journal's keys say of a run, where the toolkit can finish one the same
// as the toolkit's: status, whether it deviated, the passes over the hypothesis
// (+ met, - not met, ? unfinished, none) and the entries.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name  string
		world *world
		want  string
	}{
		{"all ran", &world{hypothesis: up(), method: fault, rollbacks: undo},
			"completed; before +, during none, after +; fault succeeded; undo succeeded"},
		{"no hypothesis", &world{method: fault}, "completed; before none, during none, after none; fault succeeded; "},
		{"not steady before: rollbacks run", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"up": {bad}}},
			"completed; before -, during none, after none; ; undo succeeded"},
		{"not measured before: nothing to undo", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"up": failing}},
			"failed; before -, during none, after none; ; "},
		{"not steady after", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: deviates},
			"completed, deviated; before +, during none, after -; fault succeeded; undo succeeded"},
		{"not measured after: undone all the same", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"up": {ok, broken("boom")}}},
			"failed, deviated; before +, during none, after -; fault succeeded; undo succeeded"},
		{"not measured after, nothing done", &world{hypothesis: up(), rollbacks: undo, answers: map[string][]any{"up": {ok, broken("boom")}}},
			"failed, deviated; before +, during none, after -; ; "},
		{"an action failed", &world{hypothesis: up(), method: []any{fault[0], action("next")}, rollbacks: undo, answers: fails},
			"completed; before +, during none, after +; fault failed, next succeeded; undo succeeded"},
		{"an unexpected error ends the method", &world{hypothesis: up(), method: []any{fault[0], action("next")}, rollbacks: undo, answers: map[string][]any{"fault": {errOdd}}},
			"aborted; before +, during none, after none; fault -; undo succeeded"},
		{"in the background it does not", &world{hypothesis: up(), method: []any{action("fault", "background", true), action("next")}, answers: map[string][]any{"fault": {errOdd}}},
			"completed; before +, during none, after +; fault -, next succeeded; "},
		{"an unexpected error before", &world{hypothesis: append(up(), probe("more", "tolerance", true)), method: fault, rollbacks: undo, answers: map[string][]any{"more": {errOdd}}},
			"aborted; before ?, during none, after none; ; undo succeeded"},
		{"an unexpected error after", &world{hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"up": {ok, errOdd}}},
			"aborted; before +, during none, after ?; fault succeeded; undo succeeded"},
		{"an unexpected error in a rollback spares the others", &world{method: fault, rollbacks: []any{ref("nobody"), action("odd"), undo[0]}, answers: map[string][]any{"odd": {errOdd}}},
			"aborted; before none, during none, after none; fault succeeded; odd -, undo succeeded"},
		{"a rollback that failed spares the others", &world{method: fault, rollbacks: []any{action("odd"), undo[0]}, answers: map[string][]any{"odd": failing}},
			"completed; before none, during none, after none; fault succeeded; odd failed, undo succeeded"},
		{"a deviation during the method counts for nothing", whileOn("during-method-only", ok, bad),
			"completed; before none, during +--, after none; fault succeeded; "},
		{"failing fast", failFast("during-method-only", bad), "failed; before none, during -, after none; wait succeeded; "},
		{"failing fast at half of the checks", failFastAt(50, ok, bad), "failed; before none, during +-, after none; wait succeeded, fault succeeded; "},
		{"failing fast beyond half of the checks", failFastAt(51, ok, bad, ok), "completed; before none, during +-+, after none; wait succeeded, fault succeeded; "},
		{"failing fast, and not steady after", failFast("continuously", ok, bad),
			"completed, deviated; before +, during -, after -; wait succeeded; "},
		{"failing fast, and recovered", failFast("continuously", ok, bad, ok), "failed; before +, during -, after +; wait succeeded; "},
		{"an unexpected error during the method", whileOn("continuously", ok, ok, errOdd), "aborted; before +, during +, after none; fault succeeded; "},
		{"a proof changes nothing", &world{hypothesis: up(), method: []any{fault[0], lasting}, answers: map[string][]any{"gone": {true, errOdd}}},
			"completed; before +, during none, after +; fault succeeded, gone succeeded; "},
		{"dry probes are met unasked", &world{Strategy: experiment.Strategy{Dry: "probes"}, hypothesis: up(), method: fault, answers: map[string][]any{"up": failing}},
			"completed; before +, during none, after +; fault succeeded; "},
		{"dry actions leave the hypothesis real", &world{Strategy: experiment.Strategy{Dry: "actions"}, hypothesis: up(), method: fault, answers: map[string][]any{"up": {bad}, "fault": failing}},
			"completed; before -, during none, after none; ; "},
		{"dry activities", &world{Strategy: experiment.Strategy{Dry: "activities"}, hypothesis: up(), method: fault, rollbacks: undo, answers: map[string][]any{"up": failing, "fault": failing, "undo": failing}},
			"completed; before +, during none, after +; fault succeeded; undo succeeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := outline(c.world.run(t)); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
			})
		})
	}
}

func outline(r *verdict.Result) string {
	status := r.Status
	if r.Deviated {
		status += ", deviated"
	}
	return fmt.Sprintf("%s; before %s, during %s, after %s; %s; %s", status,
		passes(r.Before), passes(r.During...), passes(r.After), entries(r.Run), entries(r.Rollbacks))
}

func passes(states ...*verdict.State) string {
	var b strings.Builder
	for _, s := range states {
		switch {
		case s == nil:
		case s.Met == nil:
			b.WriteByte('?')
		case *s.Met:
			b.WriteByte('+')
		default:
			b.WriteByte('-')
		}
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
}

// Which rollbacks are played: a row for each situation, a column for each
// strategy.
func TestRollbackStrategies(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string][]any
		// default, always, never, deviated
		want [4]bool
	}{
		{"held", nil, [4]bool{true, true, false, false}},
		{"deviated", deviates, [4]bool{true, true, false, true}},
		{"not steady before", map[string][]any{"up": {bad}}, [4]bool{true, true, false, false}},
		{"not measured before", map[string][]any{"up": failing}, [4]bool{false, true, false, false}},
		{"not measured after", map[string][]any{"up": {ok, broken("boom")}}, [4]bool{true, true, false, true}},
		{"aborted", map[string][]any{"fault": {errOdd}}, [4]bool{true, true, false, false}},
	} {
		for i, strategy := range experiment.RollbackStrategies {
			t.Run(c.name+"/"+strategy, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := &world{Strategy: experiment.Strategy{Rollbacks: strategy}, hypothesis: up(), method: fault, rollbacks: undo, answers: c.answers}
					if played := len(w.run(t).Rollbacks) == 1; played != c.want[i] {
						t.Errorf("played: %t", played)
					}
				})
			})
		}
	}
}

// Each activity is recorded when it is over, judged, and one of the method or the rollbacks also
// before it is carried out. Nothing that the recorder says stops a run.
func TestRecorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			Strategy:   experiment.Strategy{Hypothesis: "continuously", Frequency: 60},
			hypothesis: up(), rollbacks: undo, recorder: errOdd,
			method:  []any{fault[0], lasting, ref("gone"), probe("look", "proof", "throughout"), action("odd", "background", true)},
			answers: map[string][]any{"gone": {true}, "odd": {errOdd}, "undo": failing, "up": {ok, ok, bad}},
		}
		r := w.run(t)
		want := "before up succeeded true, during up succeeded true, method fault -, method fault succeeded, method gone -, method gone succeeded, " +
			"method gone -, method gone succeeded, method look -, method look succeeded, method odd -, method odd -, " +
			"after up succeeded false, proof gone succeeded, rollback undo -, rollback undo failed"
		if got := strings.Join(w.records, ", "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if r.Status != completed || !r.Deviated {
			t.Errorf("status %s, deviated %t", r.Status, r.Deviated)
		}
	})
}

// The title is substituted, to text; a tolerance is left to the judge, which
// substitutes it once, and the words show what it stands for.
func TestVariables(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{hypothesis: []any{probe("up", "tolerance", "${code}")}, method: fault, answers: map[string][]any{"up": {"${other}", "x"}},
			variables: map[string]any{"code": "${other}", "other": "x", "title": int64(5)}}
		e := w.engine(t)
		e.Experiment.Change(func(written *value.Map) { written.Set("title", "${title}") })
		r := e.Run(t.Context(), t.Context())
		if r.Title != "5" || !w.has("INFO Running experiment: 5") {
			t.Errorf("the title is %q", r.Title)
		}
		if r.Verdict != (verdict.Verdict{Word: verdict.Deviated, Reason: "up: wanted ${other}, got x"}) {
			t.Errorf("not substituted once: %v", r.Verdict)
		}
	})
}
