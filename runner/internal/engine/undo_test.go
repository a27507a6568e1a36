package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/verdict"
)

// After a runner was killed, the rollbacks are played that have not succeeded, whatever the strategy
// says, if anything was done.
func TestUndo(t *testing.T) {
	began := verdict.Runs{{Name: "fault", Action: true}}
	all := []any{action("one"), action("two"), action("two")}
	done := func(name string) *verdict.Run { return &verdict.Run{Name: name, Status: "succeeded"} }
	for name, c := range map[string]struct {
		run, before verdict.Runs
		rollbacks   []any
		answers     map[string][]any
		want        string // what is carried out
		verdict     string // in it
	}{
		"nothing was done":   {nil, nil, all, nil, "", "interrupted the runner was ended"},
		"all":                {began, nil, all, nil, "one:1 two:2", "interrupted the runner was ended while 'fault' was carried out"},
		"the rest":           {began, verdict.Runs{done("one"), done("two")}, all, nil, "two:1", "interrupted"},
		"none is left":       {began, verdict.Runs{done("one"), done("two"), done("two")}, all, nil, "", "interrupted"},
		"one was under way":  {began, verdict.Runs{{Name: "one"}}, all, nil, "one:1 two:2", "interrupted"},
		"one had failed":     {began, verdict.Runs{{Name: "one", Status: "failed"}, done("two")}, all, nil, "one:1 two:1", "interrupted"},
		"one had not worked": {began, verdict.Runs{{Name: "one", Status: "succeeded", Unproven: "exit code 1"}}, all, nil, "one:1 two:2", "interrupted"},
		"one fails":          {began, nil, all, map[string][]any{"one": {broken("odd")}}, "one:1 two:2", "not-undone the rollback 'one' failed: odd"},
		"one cannot run":     {began, nil, all, map[string][]any{"one": {errOdd}}, "one:1 two:2", "not-undone the rollback 'one' could not run"},
		"one exits":          {began, nil, all, map[string][]any{"one": {verdict.ByExit("30")}}, "one:1 two:2", "not-undone the rollback 'one' could not run"},
		"one interrupts":     {began, nil, all, map[string][]any{"one": {byControl("enough")}}, "one:1 two:2", "not-undone the rollback 'one' could not run"},
		"no rollbacks":       {began, nil, nil, nil, "", "interrupted the runner was ended while 'fault' was carried out; the experiment has no rollbacks"},
		"a ref":              {began, verdict.Runs{done("up")}, []any{ref("up"), action("one")}, nil, "one:1", "interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{Strategy: experiment.Strategy{Rollbacks: "never"}, hypothesis: up(), method: fault, rollbacks: c.rollbacks, answers: c.answers}
				r := &verdict.Result{Run: slices.Clone(c.run), Rollbacks: slices.Clone(c.before), Begun: len(c.run)}
				r = w.engine(t).Undo(t.Context(), t.Context(), r)
				if got := fmt.Sprint(w.calls); got != "map["+c.want+"]" {
					t.Errorf("carried out: %s", got)
				}
				if got := r.Verdict.Word + " " + r.Verdict.Reason; !strings.HasPrefix(got, c.verdict) || r.Status != interrupted {
					t.Errorf("%s, status %s", got, r.Status)
				}
			})
		})
	}
}
