package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"chaosworkshop.example/runner/internal/verdict"
)

// isInterruption tells whether err is only that ctx ended.
func isInterruption(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, ctx.Err())
}

// causeOf is the reason for which ctx ended.
func causeOf(ctx context.Context) *verdict.Stop {
	var stop *verdict.Stop
	if errors.As(context.Cause(ctx), &stop) {
		return stop
	}
	return &verdict.Stop{Why: context.Cause(ctx).Error()}
}

// stopsAt notes that a control or a Python function asked for the end of the run,
// if that is what err says.
func (e *Engine) stopsAt(err error) bool {
	var stop *verdict.Stop
	if !errors.As(err, &stop) {
		return false
	}
	first := false
	e.locked(func() {
		first = e.stopAsked == nil
		e.stopAsked, e.result.Status = cmp.Or(e.stopAsked, stop), interrupted
	})
	if first {
		e.announce(stop)
	}
	return true
}

// stopsLate is stopsAt for a control that is called when the run is over. One that only says so,
// and sends no signal, changes nothing any more.
func (e *Engine) stopsLate(err error) bool {
	var stop *verdict.Stop
	return errors.As(err, &stop) && stop.Signal > 0 && e.stopsAt(err)
}

func (e *Engine) requestedStop() (stop *verdict.Stop) {
	e.locked(func() { stop = e.stopAsked })
	return stop
}

// noteStop says why an interrupted run was interrupted.
func (e *Engine) noteStop() {
	switch stop := e.requestedStop(); {
	case stop != nil:
		e.result.Stop = stop
	case e.ctx.Err() != nil:
		e.result.Stop = causeOf(e.ctx)
		e.setStatus(interrupted)
		e.announce(e.result.Stop)
	}
}

// noteLateStop notes a signal that came when the run was near its end, and tells whether
// one came. What was left went on, but the run counts as interrupted.
func (e *Engine) noteLateStop(when string) bool {
	if e.result.Stop != nil {
		return false
	}
	e.result.Stop = e.requestedStop()
	if e.ctx.Err() == nil {
		return false
	}
	e.setStatus(interrupted)
	late := *causeOf(e.ctx)
	late.Why += " " + when
	e.result.Stop = &late
	return true
}

// announce logs a stop in the toolkit's words, and tells those who listen to events.
func (e *Engine) announce(stop *verdict.Stop) {
	event := "signal_exit"
	switch stop.By {
	case "":
		event = "interrupted"
		e.Log.LogAttrs(context.Background(), LevelCritical, stop.Why, inStory("")) // the verdict says it
	case "SIGINT":
		e.Log.Warn("Received a termination signal (Ctrl-C)...")
	case "SIGUSR1", "SIGUSR2", "exit":
		e.Log.Warn("Received the exit signal: " + stop.Code)
		if stop.NoRollbacks {
			e.Log.Warn("Ignoring rollbacks as per signal")
		}
	default:
		event = "interrupted"
		e.Log.Warn(fmt.Sprintf("Caught %s signal, interrupting experiment now", stop.By))
		e.critical(stop.By + " signal received")
	}
	e.event(event)
}
