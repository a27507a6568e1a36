package control

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// slow is a Caller whose calls take a time, or as long as they may.
type slow struct {
	fake
	took time.Duration
}

func (s *slow) Control(ctx context.Context, c worker.ControlCall) (worker.ControlResult, error) {
	s.calls = append(s.calls, c.Func)
	select {
	case <-time.After(s.took):
		return worker.ControlResult{}, nil
	case <-ctx.Done():
		return worker.ControlResult{}, context.Cause(ctx)
	}
}

// TestHurried: once the run was stopped, a control has a second in all, and a person is asked as before.
func TestHurried(t *testing.T) {
	for _, c := range []struct {
		stopped    bool
		took, want time.Duration // of one call, of ten
		calls      int
	}{
		{false, time.Hour, 10 * time.Hour, 10},
		{true, 50 * time.Millisecond, 500 * time.Millisecond, 10},
		{true, 300 * time.Millisecond, time.Second, 4},
		{true, time.Hour, time.Second, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			run, stop := context.WithCancel(t.Context())
			defer stop()
			if c.stopped {
				stop()
			}
			f := &slow{took: c.took}
			set, asked := aSet(&f.fake, declaration("a")), 0
			set.Caller = Hurried(run, f)
			set.Ask = func(ctx context.Context, _ *value.Map) error {
				asked++
				return ctx.Err()
			}
			begun := time.Now()
			for range 10 {
				if err := set.Before(t.Context(), "activity", value.MapOf("name", "x")); err != nil {
					t.Error(err)
				}
			}
			if took := time.Since(begun); took != c.want || len(f.calls) != c.calls || asked != 10 {
				t.Errorf("took %v, %d calls and %d questions; want %v, %d and 10", took, len(f.calls), asked, c.want, c.calls)
			}
		})
	}
}
