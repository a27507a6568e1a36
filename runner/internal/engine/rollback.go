package engine

import (
	"context"
	"slices"

	"chaosworkshop.example/runner/internal/value"
)

// rollbacks undoes what the method did, where the strategy says so. They run
// under undo, a context of their own: what ends ctx does not end them.
func (e *Engine) rollbacks(ctx, undo context.Context) {
	if !e.playsRollbacks() {
		return
	}
	e.result.rollbacksPlayed = true
	undo, cut := context.WithCancel(undo)
	defer cut()
	defer e.heed(ctx, cut)()
	stopped := e.wish()
	e.Log.Info("Let's rollback...")
	activities, err := e.activitiesAt(undo, AroundRollback)
	if e.heedControl(err) {
		return
	}
	if len(activities) == 0 {
		e.Log.Info("No declared rollbacks, let's move on.")
	}
	for _, a := range activities {
		if undo.Err() != nil || e.stoppedSince(stopped) {
			break
		}
		name, _ := a.Written.Get("name")
		e.Log.Info("Rollback: " + value.Text(name)) // the toolkit's None of a ref
		if err := e.play(undo, Rollback, a, &e.result.Rollbacks); err != nil {
			e.abort(undo, err) // the others may still undo their part
		}
	}
	e.background.Wait()
	e.afterActivities(undo, AroundRollback, &e.result.Rollbacks)
	if undo.Err() != nil && e.isCutShort() {
		e.setStatus(Interrupted)
		e.Log.Warn("Received an exit signal.Terminating now without running the remaining rollbacks.")
	}
}

// heed answers a signal that arrives while the rollbacks are played: they go on,
// unless it is the one that asks for none.
func (e *Engine) heed(ctx context.Context, cut func()) (release func() bool) {
	if ctx.Err() != nil { // it came before them and is answered
		return func() bool { return true }
	}
	return context.AfterFunc(ctx, func() {
		stop := stopOf(ctx)
		stop.announce(e.Log)
		if stop.NoRollbacks {
			cut()
			return
		}
		e.Log.Warn("The rollbacks go on, for the fault would stay without them; a second signal cuts them short")
	})
}

func (e *Engine) isCutShort() bool {
	return len(e.result.Rollbacks) < len(e.Experiment.Rollbacks) ||
		slices.ContainsFunc(e.result.Rollbacks, (*Run).isUnfinished)
}

// playsRollbacks follows the toolkit, but for one thing: once an activity of the
// method has begun, a run that failed or was interrupted is undone as well.
func (e *Engine) playsRollbacks() bool {
	switch e.Strategy.rollbacks() {
	case "always":
		e.Log.Warn("Rollbacks were explicitly requested to be played")
		return true
	case "never":
		e.Log.Warn("Rollbacks were explicitly requested to not be played")
		return false
	case "deviated":
		if e.result.Deviated {
			e.Log.Warn("Rollbacks will be played only because the experiment deviated")
			return true
		}
		e.Log.Warn("Rollbacks were explicitely requested to be played only if the experiment deviated. " +
			"Since this is not the case, we will not play them.")
		return false
	}
	begun := len(e.result.Run) > 0 && len(e.Experiment.Rollbacks) > 0
	return begun || !e.hasStatus(Failed, Interrupted)
}

func (e *Engine) wish() *Stop {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.wished
}

// stoppedSince tells whether a control has asked for the end since then.
func (e *Engine) stoppedSince(then *Stop) bool { return e.wish() != then }
