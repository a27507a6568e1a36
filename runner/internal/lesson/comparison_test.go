package lesson

import (
	"slices"
	"testing"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/value"
)

func activity(kind, name string, output any, status engine.RunStatus) *engine.Run {
	return &engine.Run{Activity: value.MapOf("type", kind, "name", name), Output: output, Status: status}
}

func outcome(word engine.Word, expect string, before, after any, actions ...*engine.Run) *Outcome {
	state := func(output any) *engine.State {
		return &engine.State{Runs: []*engine.Run{activity("probe", "p", output, engine.Succeeded)}}
	}
	return &Outcome{Target: &target.Target{Expect: expect}, Result: &engine.Result{
		Before: state(before), After: state(after), Run: actions, Verdict: engine.Verdict{Word: word}}}
}

func TestCompare(t *testing.T) {
	answered := func(status int64, body string) any { return value.MapOf("status", status, "body", body) }
	move := activity("action", "move", nil, engine.Succeeded)
	weak := outcome(engine.Deviated, "deviated", answered(200, "now"), answered(500, "broken"), move, activity("probe", "look", false, engine.Succeeded))
	strong := outcome(engine.Held, "held", value.MapOf("status", int64(0)), "text", move)
	lost := outcome(engine.NoVerdict, "held", nil, nil, activity("action", "move", nil, engine.RunFailed))
	lost.Result.Before.Runs[0].Status = engine.RunFailed
	lost.Result.After = nil
	want := map[string][]string{
		"fault":   {"move", "move", "none"},
		"proven":  {"yes", "yes", "no"},
		"before":  {"200 now", "0", "no answer"},
		"after":   {"500 broken", "text", "not asked"},
		"verdict": {"deviated", "held", "no-verdict"},
	}
	rows := Compare([]*Outcome{weak, strong, lost})
	for _, row := range rows {
		if !slices.Equal(row.Cells, want[row.Label]) {
			t.Errorf("%s: got %q, want %q", row.Label, row.Cells, want[row.Label])
		}
	}
	if len(rows) != len(want) {
		t.Errorf("there are %d rows", len(rows))
	}
	if !SameFault([]*Outcome{weak, strong}) || SameFault([]*Outcome{weak, lost}) {
		t.Error("which demos had the same fault is told wrongly")
	}
	if !weak.AsExpected() || !strong.AsExpected() || lost.AsExpected() {
		t.Error("which demos went as expected is told wrongly")
	}
}
