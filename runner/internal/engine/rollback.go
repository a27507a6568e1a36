package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
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
	err := e.despite(e.before(aroundRollback, nil))
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

// goesOn tells whether the rollbacks go on after a stop while they are played: after a signal, and what means one, they do. A control
// that only interrupts, or a person who is asked, leaves them out, as in the toolkit; but not when Undo plays them.
func (e *Engine) goesOn(stop *verdict.Stop) bool {
	return e.placeOf != nil || stop.By != "" && !stop.NoRollbacks
}

// despite notes a stop that a control asks for beside a rollback, if the rollbacks go on.
func (e *Engine) despite(err error) error {
	var stop *verdict.Stop
	if errors.As(err, &stop) && e.goesOn(stop) && e.stopsAt(err) {
		return nil
	}
	return err
}

// notUndone are the names of the rollbacks that have not succeeded.
func (e *Engine) notUndone() (names []string) {
	all := e.rollbackNames()
	for i, played := range e.rollbacksPlayed(all, e.result.Rollbacks) {
		if !played.worked {
			names = append(names, all[i])
		}
	}
	return names
}

// rollbackPlayed is what is known of a rollback that is in the experiment.
type rollbackPlayed struct {
	worked bool
	killed int // how often the runner was ended in it
}

// rollbacksPlayed tells what came of each rollback of the experiment, of which the names are given. Several may have one name: a run is of the next one in
// the list that has not succeeded, and after the last one comes the first one again, when they are played once more.
func (e *Engine) rollbacksPlayed(names []string, runs verdict.Runs) []rollbackPlayed {
	at := 0
	played := make([]rollbackPlayed, len(names))
	next := func(name string, from int) int {
		for i := from; i < len(names); i++ {
			if names[i] == name && !played[i].worked {
				return i
			}
		}
		return -1
	}
	for _, run := range runs {
		place, known := e.placeOf[run]
		if !known {
			if place = next(run.Name, at); place < 0 {
				place = next(run.Name, 0)
			}
			at = place + 1
		}
		if place < 0 || place >= len(played) { // a control has changed the list
			continue
		}
		if e.placeOf != nil {
			e.placeOf[run] = place
		}
		if hasWorked(run) {
			played[place] = rollbackPlayed{worked: true}
		} else if run.Unfinished() {
			played[place].killed++
		}
	}
	return played
}

func (e *Engine) rollbackNames() (names []string) {
	for _, a := range e.Experiment.Activities(experiment.Rollbacks) {
		names = append(names, e.nameOf(a))
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
	e.placeOf = map[*verdict.Run]int{}
	e.earlier = e.rollbacksPlayed(e.rollbackNames(), r.Rollbacks)
	for _, run := range r.Rollbacks {
		if hasWorked(run) {
			succeeded = append(succeeded, run)
		}
		e.finished[run] = true
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

// known is what is known of a rollback from the runs before this one.
func (e *Engine) known(place int) (played rollbackPlayed) {
	if place < len(e.earlier) {
		played = e.earlier[place]
	}
	return played
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
	for place, a := range e.deadlyLast() {
		if stop := e.requestedStop(); undo.Err() != nil || stop != stopped && !e.goesOn(stop) {
			break
		}
		planned++
		if e.known(place).worked {
			continue
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
func (e *Engine) deadlyLast() iter.Seq2[int, *experiment.Activity] {
	return func(yield func(int, *experiment.Activity) bool) {
		last := map[int]*experiment.Activity{}
		for place, a := range e.Experiment.Activities(experiment.Rollbacks) {
			if e.known(place).killed > 1 {
				last[place] = a
			} else if !yield(place, a) {
				return
			}
		}
		for _, place := range slices.Sorted(maps.Keys(last)) {
			e.Log.Warn(fmt.Sprintf("The rollback '%s' is played last: the runner was ended %d times while it was played", e.nameOf(last[place]), e.known(place).killed))
			if !yield(place, last[place]) {
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
