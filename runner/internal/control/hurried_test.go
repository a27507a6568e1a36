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

// TestHurried: a call of a control may take as long as an activity. Once the run was stopped, a control has a second in all, and a
// person is asked as before.
func TestHurried(t *testing.T) {
	for _, c := range []struct {
		stopped    bool
		maxTime    time.Duration
		took, want time.Duration // of one call, of ten
		calls      int
	}{
		{false, 0, time.Hour, 10 * time.Hour, 10},
		{false, time.Minute, time.Second, 10 * time.Second, 10},
		{false, time.Minute, time.Hour, 10 * time.Minute, 10},
		{true, time.Minute, 50 * time.Millisecond, 500 * time.Millisecond, 10},
		{true, 0, 300 * time.Millisecond, time.Second, 4},
		{true, time.Minute, time.Hour, time.Second, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			run, stop := context.WithCancel(t.Context())
			defer stop()
			if c.stopped {
				stop()
			}
			f := &slow{took: c.took}
			set, asked := aSet(&f.fake, declaration("a")), 0
			set.Caller = Hurried(run, c.maxTime, f)
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

// TestHurriedUnderWay: what a control takes when the run is stopped while it works counts, too.
func TestHurriedUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, stop := context.WithCancel(t.Context())
		set := aSet(new(fake), declaration("a"))
		set.Caller = Hurried(run, 0, &slow{took: 700 * time.Millisecond})
		time.AfterFunc(300*time.Millisecond, stop)
		begun := time.Now()
		for range 3 {
			set.Before(t.Context(), "activity", value.MapOf("name", "x"))
		}
		if took := time.Since(begun); took != 300*time.Millisecond+afterStop {
			t.Errorf("took %v", took)
		}
	})
}
