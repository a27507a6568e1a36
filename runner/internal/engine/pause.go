package engine

import (
	"context"
	"fmt"
	"math"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// pause waits for what the activity has to wait, before or after it. A dry run
// says that it pauses and does not; a proof is asked at once.
func (e *Engine) pause(ctx context.Context, part Part, a *experiment.Activity, when, words string) error {
	seconds := e.secondsOf(a, when)
	if part == Proof || !value.Truthy(seconds) {
		return nil
	}
	e.Log.Info(fmt.Sprintf(words, value.Text(seconds)))
	if e.skipsPauses(a) {
		return nil
	}
	d, ok := duration(seconds)
	if !ok {
		return fmt.Errorf("the pause %s '%s' is %s, not a number of seconds", when, a.Name, value.Repr(seconds))
	}
	return sleep(ctx, d)
}

func (e *Engine) secondsOf(a *experiment.Activity, when string) any {
	raw, _ := a.Pauses.Get(when)
	return e.Variables.Substitute(raw)
}

func (e *Engine) skipsPauses(a *experiment.Activity) bool {
	return e.Strategy.Dry == "pause" || e.pretends(a.Type)
}

// duration reads seconds as Python's time.sleep does: a number, not negative,
// and none that a clock cannot count.
func duration(seconds any) (time.Duration, bool) {
	exact, ok := value.Rational(seconds)
	if !ok || exact.Sign() < 0 {
		return 0, false
	}
	s, _ := exact.Float64()
	return time.Duration(s * float64(time.Second)), s < math.MaxInt64/float64(time.Second)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
