package engine

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// followed is a world with every kind of step.
func followed() *world {
	return &world{
		hypothesis: append(up(), probe("more", "tolerance", int64(200))),
		method:     []any{action("fault"), probe("gone", "tolerance", int64(200), "proof", "throughout"), probe("look")},
		rollbacks:  []any{action("mend")},
	}
}

// Who follows a run hears of each step before it begins and of each activity when it is
// over, in the order of events.
func TestFollow(t *testing.T) {
	want := []string{
		"next before up more", "before up", "before more",
		"next method fault", "method fault", "next method gone", "method gone", "next method look", "method look",
		"next after up more", "after up", "after more",
		"next proof gone", "proof gone", "next rollback mend", "rollback mend",
	}
	synctest.Test(t, func(t *testing.T) {
		for stopAt := 0; ; { // in the end no step is left to stop at
			var heard []string
			e := followed().engine(t)
			next := 0
			e.Next = func(_ context.Context, part string, activities []*value.Map) error {
				step := []string{"next", part}
				for _, a := range activities {
					step = append(step, a.Text("name"))
				}
				heard = append(heard, strings.Join(step, " "))
				if next++; next == stopAt {
					return byControl("enough")
				}
				return nil
			}
			e.Done = func(part string, run *verdict.Run) {
				heard = append(heard, part+" "+run.Name)
				if !run.Succeeded() || run.End.IsZero() || (part == before) != (run.ToleranceMet != nil && part != after) {
					t.Errorf("%s %s is not over: %+v", part, run.Name, run)
				}
			}
			r := e.Run(t.Context(), t.Context())
			if stopAt == 0 {
				if !slices.Equal(heard, want) || r.Verdict.Word != verdict.Held {
					t.Errorf("%s, heard\n%s, want\n%s", r.Verdict.Word, strings.Join(heard, "\n"), strings.Join(want, "\n"))
				}
				stopAt = 1
				continue
			}
			if next < stopAt {
				if stopAt != 8 {
					t.Errorf("there are %d steps", stopAt-1)
				}
				return
			}
			// Whatever the stop comes before is not done; what the method did is undone.
			if r.Status != interrupted || r.Stop == nil || r.Stop.Why != "enough" {
				t.Errorf("stopped before step %d: %s, %+v", stopAt, r.Status, r.Stop)
			}
			undone := slices.Contains(heard, "rollback mend")
			if acted := slices.Contains(heard, "method fault"); undone != (acted && stopAt < 7) {
				t.Errorf("stopped before step %d: undone is %v\n%s", stopAt, undone, strings.Join(heard, "\n"))
			}
			stopAt++
		}
	})
}

// A step is shown as it will be carried out, without secrets, and a ref as what it means.
func TestNextIsWhatWillBeDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := followed()
		w.variables = map[string]any{"who": "me"}
		w.method = []any{action("fault", "arguments", "${who}"), ref("fault")}
		e := w.engine(t)
		e.Hide = func(v any) any { return valueOf("type", "action", "name", "hidden", "was", v) }
		ctx, stop := context.WithCancelCause(t.Context())
		var seen []string
		e.Next = func(_ context.Context, part string, activities []*value.Map) error {
			if part == method {
				seen = append(seen, activities[0].Text("name")+" "+activities[0].Map("was").Text("arguments"))
			}
			if len(seen) == 2 {
				stop(&verdict.Stop{Why: "enough"})
			}
			return nil
		}
		r := e.Run(ctx, t.Context())
		if want := []string{"hidden me", "hidden me"}; !slices.Equal(seen, want) || r.Status != interrupted || r.After != nil {
			t.Errorf("seen %q, want %q; %s", seen, want, r.Status)
		}
	})
}
