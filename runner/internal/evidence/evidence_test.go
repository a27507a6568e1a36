package evidence

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/verdict"
)

// TestManyRows: a run of very many activities stays on the screen, with the probe that decided.
func TestManyRows(t *testing.T) {
	w := Words{Mask: &show.Mask{}}
	var runs verdict.Runs
	for i := range 40 {
		met := i < 39
		run := &verdict.Run{Name: fmt.Sprint("p", i), Output: true, Status: "succeeded", Wanted: "true", ToleranceMet: &met}
		run.Proves = true
		runs = append(runs, run)
	}
	for what, r := range map[string]*verdict.Result{
		"method": {Run: runs, Verdict: verdict.Verdict{Word: verdict.Explored}},
		"before": {Before: &verdict.State{Met: new(bool), Runs: runs}, Verdict: verdict.Verdict{Word: verdict.NoVerdict}},
	} {
		rows := w.Rows(r)
		last := rows[len(rows)-1]
		if len(rows) > mostRows+2 || last.Label != what || last.Answer != "and 28 more, which the journal has" {
			t.Errorf("%s has %d rows, and last %+v", what, len(rows), last)
		}
		if decided := rows[len(rows)-2]; what == "before" && !strings.HasPrefix(decided.Answer, "p39 ") {
			t.Errorf("the probe that decided is not shown: %+v", decided)
		}
	}
	if proofs := w.Proofs(&verdict.Result{Run: runs}, true); len(proofs) > mostRows+1 {
		t.Errorf("%d proofs", len(proofs))
	}
}

// An action that was cut off has perhaps done its work; one that failed by itself has not.
func TestActionsThatWereCutOff(t *testing.T) {
	for want, r := range map[string]verdict.Result{
		"a (begun, perhaps done)":    {Run: verdict.Runs{{Name: "a", Action: true}, {Name: "probe"}}},
		"b; a (begun, perhaps done)": {Acted: []string{"b"}, Run: verdict.Runs{{Name: "a", Action: true, Status: "failed", Reason: "the activity took longer than 1 s in all (--max-time)"}}},
		"none":                       {Run: verdict.Runs{{Name: "a", Action: true, Status: "failed", Reason: "no such file"}, {Name: "b", Action: true, Unexpected: errors.New("it could not be started")}}},
		"b":                          {Acted: []string{"b"}, Run: verdict.Runs{{Name: "b", Action: true, Status: "succeeded"}}},
	} {
		if got := Actions(&r); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
