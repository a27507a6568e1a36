package engine

import (
	"context"
	"errors"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// ErrSkip is what Controls.Before returns for an activity that must be skipped.
var ErrSkip = errors.New("skipped")

// Controls run around the levels of an experiment, which are experiment,
// hypothesis, method, rollback and activity, as in the toolkit. The activity is nil
// at every other level. They change the engine's experiment under its lock. Their
// errors are a *verdict.Stop, which ends the run, and ErrSkip.
type Controls interface {
	// Configure prepares the controls. Any error of it ends the run before anything is done.
	Configure(ctx context.Context) error
	// Before runs the controls before a level.
	Before(ctx context.Context, level string, activity *value.Map) error
	// After runs the controls after a level. State is what came of it, nil where
	// it did not come to its end; adopt takes over what a control has changed in
	// that. State is called under the experiment's lock.
	After(ctx context.Context, level string, activity *value.Map, state func() any, adopt func(changed any)) error
	// Cleanup tells the controls that the run is over. Its error is a stop that one asked for.
	Cleanup(ctx context.Context) error
	// Event tells the handlers of events what happens, by the toolkit's name for it.
	// The things are the arguments that are not about the whole experiment:
	// an activity, a *verdict.Run, a *verdict.State, verdict.Runs, plain values.
	Event(ctx context.Context, name string, things ...any)
}

// controlContext is that of a call of a control: the first signal ends the call
// that is under way, the second whatever is called after that.
func (e *Engine) controlContext() context.Context {
	if e.ctx.Err() == nil {
		return e.ctx
	}
	return e.undo
}

func (e *Engine) before(level string, activity *value.Map) error {
	if e.Controls == nil {
		return nil
	}
	return e.Controls.Before(e.controlContext(), level, activity)
}

// after runs the controls after a level. They get the state where the level came to its end.
func (e *Engine) after(level string, activity *value.Map, state func() any, adopt func(any), ended bool) error {
	if e.Controls == nil {
		return nil
	}
	if !ended {
		state, adopt = func() any { return nil }, func(any) {}
	}
	return e.Controls.After(e.controlContext(), level, activity, state, func(changed any) {
		// What is adopted shares with the experiment; a handler of an event may read it meanwhile.
		e.Experiment.Change(func(*value.Map) { e.locked(func() { adopt(changed) }) })
	})
}

func (e *Engine) event(name string, things ...any) {
	if e.Controls != nil {
		e.Controls.Event(e.controlContext(), name, things...)
	}
}

// Conclude runs the controls after the experiment, with the journal, and ends
// them all. What they have changed in the journal counts: it may change the
// verdict. It returns the journal as they have left it.
func (e *Engine) Conclude(journal *value.Map) *value.Map {
	if e.Controls == nil {
		return journal
	}
	err := e.Controls.After(e.controlContext(), aroundExperiment, nil, func() any { return journal }, func(changed any) {
		if m, ok := changed.(*value.Map); ok {
			e.result.Adopt(journal, m)
			journal = m
		}
	})
	e.result.EachChanged(func(run *verdict.Run, part string) {
		err := e.evaluate(e.ctx, part, experiment.NewActivity(run.Activity), run)
		if err != nil && !isInterruption(e.ctx, err) {
			e.noteUnexpected(err)
		}
	})
	if stop := (*verdict.Stop)(nil); err != nil && !errors.As(err, &stop) && !isInterruption(e.controlContext(), err) {
		e.noteUnexpected(err)
	}
	asked := e.stopsLate(err)
	asked = e.stopsLate(e.Controls.Cleanup(e.controlContext())) || asked
	e.event("finish")
	if e.noteLateStop("while the controls were told that the run is over") || asked {
		journal.Set("status", interrupted)
	}
	e.result.Verdict = e.result.Judge()
	return journal
}
