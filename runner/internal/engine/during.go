package engine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// startDuring checks the hypothesis over and over beside the method, where the
// strategy asks for it. The function that it returns lets the pass under way
// end and waits for it; it may be called more than once.
func (e *Engine) startDuring(ctx context.Context) (stop func()) {
	if !e.asks(During) {
		return func() {}
	}
	e.Log.Info(fmt.Sprintf("Executing the steady-state hypothesis continuously every %s seconds", value.Text(e.Strategy.Frequency)))
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		e.during(ctx, over)
		e.Log.Info("Continuous steady state hypothesis terminated")
	}()
	return sync.OnceFunc(func() {
		close(over)
		<-ended
	})
}

func (e *Engine) during(ctx context.Context, over <-chan struct{}) {
	deviated := 0
	for pass := 1; ; pass++ {
		if isOver(over) || ctx.Err() != nil || e.hasStatus(Failed, Aborted, Interrupted) {
			return
		}
		state, err := e.check(ctx, During)
		if err != nil {
			e.abortDuring(ctx, err)
			return
		}
		e.keepDuring(state)
		if !state.met() {
			deviated++
			e.Log.Warn(fmt.Sprintf("Continuous steady state probe '%s' is not in the given tolerance", state.last().name()))
			if e.failFast(deviated, pass) {
				return
			}
		}
		select {
		case <-over:
		case <-ctx.Done():
		case <-time.After(e.Strategy.pace()):
		}
	}
}

func isOver(over <-chan struct{}) bool {
	select {
	case <-over:
		return true
	default:
		return false
	}
}

func (e *Engine) keepDuring(state *State) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.result.During = append(e.result.During, state)
}

// abortDuring ends the run for an unexpected error. The pass is left out of the
// result and the log has the error alone: so it is with the toolkit.
func (e *Engine) abortDuring(ctx context.Context, err error) {
	if isInterruption(ctx, err) || e.heedControl(err) {
		return
	}
	e.noteUnexpected(err)
	e.setStatus(Aborted)
	e.critical(err.Error())
}

// failFast ends the method once enough of the passes deviated.
func (e *Engine) failFast(deviated, passes int) bool {
	share := float64(deviated) * 100 / float64(passes)
	if !e.Strategy.FailFast || share < e.Strategy.FailRatio {
		return false
	}
	e.Log.Info(fmt.Sprintf("Terminating immediately the experiment after %.1f%% hypothesis deviated", share))
	e.setStatus(Failed)
	return true
}
