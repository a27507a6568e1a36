package engine

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// rollbacks undoes what the method did, where the strategy says so. They run
// under undo, a context of their own: what ends ctx does not end them.
func (e *Engine) rollbacks() {
	if !e.playsRollbacks() {
		return
	}
	e.result.PlayRollbacks = true
	undo, cut := context.WithCancel(e.undo)
	defer cut()
	if e.ctx.Err() == nil { // else the signal came before the rollbacks and is answered
		defer context.AfterFunc(e.ctx, func() { e.onSignal(cut) })()
	}
	e.event("start_rollbacks")
	e.Log.Info("Let's rollback...")
	planned := 0
	err := e.before(aroundRollback, nil)
	begun := err == nil
	if begun {
		planned = e.undoAll(undo)
	}
	e.background.Wait()
	e.result.Unplayed = max(planned, e.Experiment.Len(experiment.Rollbacks)) - e.result.Played
	err = cmp.Or(err, e.after(aroundRollback, nil, func() any { return e.result.Rollbacks.Values() }, e.result.AdoptRollbacks, begun))
	e.abort(undo, err, fatal)
	e.result.NotUndone = e.notUndone()
	if undo.Err() != nil && (e.result.Unplayed > 0 || slices.ContainsFunc(e.result.Rollbacks, (*verdict.Run).Unfinished)) {
		e.setStatus(interrupted)
		e.Log.Warn("Received an exit signal.Terminating now without running the remaining rollbacks.")
	}
	e.event("rollbacks_completed")
}

// notUndone are the names of the rollbacks that have not succeeded.
func (e *Engine) notUndone() (names []string) {
	e.undone = map[string]int{}
	for _, run := range e.result.Rollbacks {
		if hasWorked(run) {
			e.undone[run.Name]++
		}
	}
	for _, a := range e.Experiment.Activities(experiment.Rollbacks) {
		if name, done := e.wasUndone(a); !done {
			names = append(names, name)
		}
	}
	return names
}

func hasWorked(rollback *verdict.Run) bool {
	return rollback.Succeeded() && rollback.Unproven == "" && !rollback.Skipped
}

// Undo ends a run whose runner was killed, or which has not undone its fault, and of which r is known. Where
// something was done, it plays the rollbacks that have not succeeded yet, whatever the strategy says. As with
// Run, the end of undo cuts them short; the result is r.
func (e *Engine) Undo(ctx, undo context.Context, r *verdict.Result) *verdict.Result {
	e.prepare(ctx, undo, r)
	r.Stop, r.Status, r.PlayRollbacks = cmp.Or(r.Stop, e.killed(r)), interrupted, false
	succeeded := r.Rollbacks[:0]
	e.Log.Info("Undoing what is left of the experiment: " + r.Title)
	e.undone = map[string]int{}
	e.killedIn = map[string]int{}
	for _, run := range r.Rollbacks {
		if hasWorked(run) {
			e.undone[run.Name]++
			succeeded = append(succeeded, run)
		} else if run.Unfinished() {
			e.killedIn[run.Name]++
		}
		e.finished[run] = true
	}
	for name := range e.undone {
		delete(e.killedIn, name)
	}
	r.Rollbacks, r.Played = succeeded, len(succeeded)
	for _, run := range r.Run {
		e.finished[run] = true
	}
	if e.Controls != nil {
		if err := e.Controls.Configure(ctx); err != nil {
			e.abort(ctx, err, fatal)
			e.Controls = nil // the fault is undone without them
		}
	}
	if r.Begun > 0 {
		e.Strategy.Rollbacks = "always"
		e.rollbacks()
	}
	e.end()
	return r
}

// killed is why the run of which r is known did not come to its end.
func (e *Engine) killed(r *verdict.Result) *verdict.Stop {
	var why strings.Builder
	why.WriteString("the runner was ended")
	for _, run := range slices.Concat(r.Run, r.Rollbacks) {
		if run.Unfinished() {
			why.WriteString(" while '" + run.Name + "' was carried out")
			break
		}
	}
	if r.Begun > 0 && e.Experiment.Len(experiment.Rollbacks) == 0 {
		why.WriteString("; the experiment has no rollbacks, so nothing is declared to undo it")
	}
	return &verdict.Stop{Why: why.String()}
}

// wasUndone tells, once for each time, whether a rollback was played before this run.
func (e *Engine) wasUndone(a *experiment.Activity) (name string, was bool) {
	name = e.nameOf(a)
	e.undone[name]--
	return name, e.undone[name] >= 0
}

// nameOf is the name of the activity that is meant.
func (e *Engine) nameOf(a *experiment.Activity) string {
	if meant, _, err := e.resolve(a); err == nil {
		a = meant
	}
	return cmp.Or(a.Name, a.Ref)
}

// undoAll plays the rollbacks and counts them. As in the method, controls may
// change the list while it is played.
func (e *Engine) undoAll(undo context.Context) (planned int) {
	if e.Experiment.Len(experiment.Rollbacks) == 0 {
		e.Log.Info("No declared rollbacks, let's move on.")
	}
	stopped := e.requestedStop()
	for a := range e.deadlyLast() {
		if undo.Err() != nil || e.requestedStop() != stopped {
			break
		}
		planned++
		if len(e.undone) > 0 {
			if _, was := e.wasUndone(a); was {
				continue
			}
		}
		var name any // None for a ref without a name, as in the toolkit
		e.Experiment.Read(func(*value.Map) { name = a.Written.Value("name") })
		e.Log.Info("Rollback: " + value.Text(name))
		err := e.step(undo, rollback, a, &e.result.Rollbacks)
		e.abort(undo, err, fatal) // the others may still undo their part
	}
	return planned
}

// deadlyLast are the rollbacks in their order, but for those during which the runner was ended twice: these
// come last, as they would keep the others from being played.
func (e *Engine) deadlyLast() iter.Seq[*experiment.Activity] {
	return func(yield func(*experiment.Activity) bool) {
		var last []*experiment.Activity
		for _, a := range e.Experiment.Activities(experiment.Rollbacks) {
			if e.killedIn[e.nameOf(a)] > 1 {
				last = append(last, a)
			} else if !yield(a) {
				return
			}
		}
		for _, a := range last {
			name := e.nameOf(a)
			e.Log.Warn(fmt.Sprintf("The rollback '%s' is played last: the runner was ended %d times while it was played", name, e.killedIn[name]))
			if !yield(a) {
				return
			}
		}
	}
}

// onSignal answers a signal that arrives while the rollbacks are played: they go
// on, unless it is the one that asks for none.
func (e *Engine) onSignal(cut func()) {
	stop := causeOf(e.ctx)
	e.announce(stop)
	if stop.NoRollbacks {
		cut()
		return
	}
	e.Log.Warn("The rollbacks go on: without them the fault would stay. A second signal leaves out the rest")
}

// playsRollbacks follows the toolkit, but for one thing: once an activity of the
// method has begun, a run that failed or was interrupted is undone as well.
func (e *Engine) playsRollbacks() bool {
	switch e.Strategy.RollbacksWord() {
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
	begun := e.result.Begun > 0 && e.Experiment.Len(experiment.Rollbacks) > 0
	return begun || !e.hasStatus(failed, interrupted)
}
