package engine

import (
	"context"
	"fmt"
	"sync"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/value"
)

// startDuring checks the hypothesis over and over beside the method, where the
// strategy asks for it: at least once, and the first check has begun when it
// returns. The function that it returns lets the check under way end and waits
// for it; it may be called more than once.
func (e *Engine) startDuring(ctx context.Context) (stop func()) {
	if !e.hypothesis || !e.Strategy.During() {
		return func() {}
	}
	e.event("start_continuous_hypothesis", e.Strategy.Frequency)
	e.Log.Info(fmt.Sprintf("Executing the steady-state hypothesis continuously every %s seconds", value.Text(e.Strategy.Frequency)))
	begun, ended := make(chan struct{}), make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	between, end := context.WithCancel(ctx)
	go func() {
		defer close(ended)
		defer begin()
		e.during(ctx, between, begin)
		e.Log.Info("Continuous steady state hypothesis terminated")
	}()
	<-begun
	return func() {
		end()
		<-ended
	}
}

// during checks under ctx, until the time between two checks is over, or until enough
// of the passes deviated, where the strategy is to fail fast.
func (e *Engine) during(ctx, between context.Context, begun func()) {
	deviated := 0
	pace, _ := clock.Seconds(e.Strategy.Frequency)
	for pass := 1; ; pass++ {
		state, err := e.check(ctx, during, begun)
		if err != nil {
			// The pass is left out of the result, and the log has the error alone: so it is
			// with the toolkit.
			e.event("continuous_hypothesis_completed", err.Error())
			e.abort(ctx, err, "")
			return
		}
		if state != nil {
			e.locked(func() { e.result.During = append(e.result.During, state) })
		}
		e.event("continuous_hypothesis_iteration", int64(pass), state)
		if state != nil && !state.IsMet() {
			deviated++
			e.Log.Warn(fmt.Sprintf("Continuous steady state probe '%s' is not in the given tolerance", lastName(state)))
			share := float64(deviated) * 100 / float64(pass)
			if e.Strategy.FailFast && share >= e.Strategy.FailRatio {
				e.Log.Info(fmt.Sprintf("Terminating immediately the experiment after %.1f%% hypothesis deviated", share))
				e.setStatus(failed)
				break
			}
		}
		clock.Sleep(between, pace)
		if between.Err() != nil || e.hasStatus(failed, aborted, interrupted) {
			break
		}
	}
	e.event("continuous_hypothesis_completed", nil)
}
