package engine

import (
	"cmp"
	"context"
	"sync"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// method plays the activities in their order and tells whether the hypothesis
// may be checked after them: not after an interruption or an unexpected error.
func (e *Engine) method(ctx context.Context) (finished bool) {
	e.Log.Info("Playing your experiment's method now...")
	activities, err := e.activitiesAt(ctx, AroundMethod)
	if e.heedControl(err) {
		return false
	}
	defer e.afterActivities(ctx, AroundMethod, &e.result.Run)
	defer e.background.Wait()
	if len(activities) == 0 {
		e.Log.Info("No declared activities, let's move on.")
	}
	for _, a := range activities {
		if err := e.play(ctx, Method, a, &e.result.Run); err != nil {
			e.abort(ctx, err)
			return false
		}
		if e.hasStatus(Failed, Aborted, Interrupted) {
			break
		}
	}
	return true
}

// play executes an activity, in the background where it says so, and appends
// its run when it begins: runs stand in the order in which they started.
func (e *Engine) play(ctx context.Context, part Part, a *experiment.Activity, runs *[]*Run) error {
	begun := func(r *Run) {
		e.mu.Lock()
		defer e.mu.Unlock()
		*runs = append(*runs, r)
	}
	if !a.Background {
		_, err := e.execute(ctx, part, a, begun)
		return err
	}
	started := make(chan struct{})
	start := sync.OnceFunc(func() { close(started) })
	e.background.Go(func() {
		defer start()
		_, err := e.execute(ctx, part, a, func(r *Run) { begun(r); start() })
		e.noteBackground(ctx, a, err)
	})
	if !e.waits(a) {
		<-started
	}
	return nil
}

// waits tells whether an activity begins with a pause. Where it does not, to
// wait for its beginning keeps the runs in order and costs nothing.
func (e *Engine) waits(declared *experiment.Activity) bool {
	a, err := e.resolve(declared)
	return err == nil && value.Truthy(e.secondsOf(a, "before")) && !e.skipsPauses(a)
}

// noteBackground keeps an unexpected error of a background activity, which the
// toolkit loses. The run goes on, as the toolkit's does.
func (e *Engine) noteBackground(ctx context.Context, a *experiment.Activity, err error) {
	if err == nil || isInterruption(ctx, err) || e.heedControl(err) {
		return
	}
	e.noteUnexpected(err)
	e.Log.Error("  => " + cmp.Or(a.Name, a.Ref) + " ended in the background: " + err.Error())
}

func (e *Engine) noteUnexpected(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.result.unexpected = cmp.Or(e.result.unexpected, err)
}
