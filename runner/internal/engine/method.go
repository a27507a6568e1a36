package engine

import (
	"cmp"
	"context"
	"sync"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/verdict"
)

// method plays the activities in their order and tells whether the hypothesis may be checked
// after them: not after an interruption or an unexpected error. Controls may lengthen, shorten
// and reorder the method while it is played: each step takes what stands at its place then.
func (e *Engine) method(ctx context.Context) (finished bool) {
	e.Log.Info("Playing your experiment's method now...")
	e.event("start_method")
	err := e.before(aroundMethod, nil)
	begun := err == nil
	if begun {
		e.settle()
		err = e.activities(ctx)
	}
	e.background.Wait()
	stop := e.after(aroundMethod, nil, func() any { return e.result.Run.Values() }, e.result.AdoptRun, begun)
	switch err = cmp.Or(err, stop); {
	case err == nil:
		e.event("method_completed", e.result.Run)
	case !isInterruption(ctx, err):
		e.event("method_completed", nil)
		e.abort(ctx, err, fatal)
	}
	return err == nil
}

func (e *Engine) activities(ctx context.Context) error {
	if e.Experiment.Len(experiment.Method) == 0 {
		e.Log.Info("No declared activities, let's move on.")
	}
	for _, a := range e.Experiment.Activities(experiment.Method) {
		if err := e.step(ctx, method, a, &e.result.Run); err != nil || e.hasStatus(failed, aborted, interrupted) {
			return err
		}
	}
	return nil
}

// step executes an activity, in the background where it says so, and appends its
// run when it begins: runs stand in the order in which they started.
func (e *Engine) step(ctx context.Context, part string, a *experiment.Activity, runs *verdict.Runs) error {
	if err := e.next(ctx, part, a); err != nil {
		return err
	}
	begun := e.appendTo(runs)
	if !a.Background {
		_, err := e.execute(ctx, part, a, begun)
		return err
	}
	started := make(chan struct{})
	start := sync.OnceFunc(func() { close(started) })
	e.background.Go(func() {
		defer start()
		_, err := e.execute(ctx, part, a, func(r *verdict.Run) { begun(r); start() })
		if err == nil || isInterruption(ctx, err) || e.stopsAt(err) {
			return
		}
		// The toolkit loses such an error. The run goes on, as the toolkit's does.
		e.noteUnexpected(err)
		e.Log.Error("  => " + cmp.Or(a.Name, a.Ref) + " ended in the background: " + err.Error())
	})
	if !e.waits(a) {
		<-started
	}
	return nil
}

func (e *Engine) appendTo(runs *verdict.Runs) func(*verdict.Run) {
	return func(r *verdict.Run) { e.locked(func() { *runs = append(*runs, r) }) }
}
