package cli

import (
	"slices"
	"testing"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

func activity(kind, name string, output any, status string) *verdict.Run {
	return &verdict.Run{Name: name, Action: kind == "action", Output: output, Status: status}
}

func outcome(word string, expect string, before, after any, actions ...*verdict.Run) *demo.Outcome {
	state := func(output any) *verdict.State {
		return &verdict.State{Runs: verdict.Runs{activity("probe", "p", output, "succeeded")}}
	}
	return &demo.Outcome{Target: &target.Target{Expect: expect}, Result: &verdict.Result{
		Before: state(before), After: state(after), Run: actions, Verdict: verdict.Verdict{Word: word}}}
}

func TestCompare(t *testing.T) {
	answered := func(status int64, body string) any { return value.MapOf("status", status, "body", body) }
	move := activity("action", "move", nil, "succeeded")
	weak := outcome(verdict.Deviated, "deviated", answered(200, "now"), answered(500, "broken"), move, activity("probe", "look", false, "succeeded"))
	strong := outcome(verdict.Held, "held", value.MapOf("status", int64(0)), "text", move)
	lost := outcome(verdict.NoVerdict, "held", nil, nil, activity("action", "move", nil, "failed"))
	lost.Result.Before.Runs[0].Status = "failed"
	lost.Result.After = nil
	want := map[string][]string{
		"":        {"", "", ""},
		"fault":   {"move", "move", "none"},
		"proven":  {"yes", "yes", "no"},
		"before":  {"200 now", "0", "no answer"},
		"after":   {"500 broken", "text", "not asked"},
		"verdict": {"deviated", "held", "no-verdict"},
	}
	rows := compare([]*demo.Outcome{weak, strong, lost})
	for _, row := range rows {
		if label, cells := row[0], row[1:]; !slices.Equal(cells, want[label]) {
			t.Errorf("%s: got %q, want %q", label, cells, want[label])
		}
	}
	if len(rows) != len(want) {
		t.Errorf("there are %d rows", len(rows))
	}
	other := outcome(verdict.Held, "held", nil, nil, activity("action", "fill", nil, "succeeded"))
	if !sameFault(compare([]*demo.Outcome{weak, strong})) || sameFault(compare([]*demo.Outcome{weak, lost})) || sameFault(compare([]*demo.Outcome{weak, other})) {
		t.Error("which demos had the same fault is told wrongly")
	}
	if !weak.AsExpected() || !strong.AsExpected() || lost.AsExpected() {
		t.Error("which demos went as expected is told wrongly")
	}
}
