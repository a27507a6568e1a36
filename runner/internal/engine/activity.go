package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// execute carries out one activity with its pauses and controls, and judges what
// came of it. It calls begun when the activity begins, which is after its first pause:
// from then on the run is in the journal. The run is never nil. The error is unexpected
// or ctx's: a failure of the activity stands in the run.
func (e *Engine) execute(ctx context.Context, part string, declared *experiment.Activity, begun func(*verdict.Run)) (*verdict.Run, error) {
	a, observes, err := e.resolve(declared)
	run := &verdict.Run{Name: cmp.Or(a.Name, a.Ref), Background: declared.Background}
	if err := cmp.Or(ctx.Err(), err); err != nil {
		return run, err
	}
	controlled := func(err error) error { return err }
	if part == rollback {
		controlled = e.despite
	}
	err = controlled(e.before(aroundActivity, a.Written))
	run.Skipped = errors.Is(err, ErrSkip)
	if err == nil || run.Skipped {
		err = ctx.Err()
	}
	if err == nil {
		a = e.Experiment.Refresh(a)
		e.compareBasis(a)
		// Its tolerance proves something, unless a ref in the method only looks at the steady state.
		run.Proves = a.Tolerance != nil && !ofHypothesis(part) && (part != method || !observes)
		err = e.carryOut(ctx, part, a, run, begun)
	}
	// As in the toolkit, the controls after an activity run whatever happened, and
	// see its run where nothing unforeseen did.
	ended := err == nil
	if err = cmp.Or(err, controlled(e.after(aroundActivity, a.Written, func() any { return run.Value() }, run.Adopt, ended))); err != nil {
		run.NotJudged()
		return run, err
	}
	by := a
	if ofHypothesis(part) { // a ref in the hypothesis has a tolerance of its own
		by = declared
	}
	err = e.evaluate(ctx, part, e.Experiment.Refresh(by), run)
	e.keep(run)
	e.record(part, run)
	e.locked(func() { e.finished[run] = true })
	if err == nil && e.Done != nil {
		e.Done(part, run)
	}
	return run, err
}

// carryOut is the activity between the controls before it and those after it.
func (e *Engine) carryOut(ctx context.Context, part string, a *experiment.Activity, run *verdict.Run, begun func(*verdict.Run)) error {
	if err := e.pause(ctx, part, a, "before", "Pausing before next activity for %ss..."); err != nil {
		return err
	}
	kind := "Probe: "
	switch {
	case part == proof:
		kind = "Proof: "
	case a.Type == experiment.Action:
		kind = "Action: "
	}
	e.Log.Info(kind + a.Name + map[bool]string{true: " [in background]"}[a.Background])
	e.begin(a, run)
	e.locked(func() {
		switch part {
		case method:
			e.result.Begun++
		case rollback:
			e.result.Played++
		}
	})
	if run.Skipped {
		e.Log.Warn("  => skipped")
	}
	begun(run)
	if part == method && a.Throughout && run.Proves {
		e.locked(func() { e.throughout = append(e.throughout, a) })
	}
	e.event("start_activity", a.Written)
	if (part == method || part == rollback) && !run.Pretended {
		e.record(part, run) // a runner that is killed now has perhaps left a fault
	}
	err := e.perform(ctx, part, a, run)
	if err != nil || e.Controls != nil || a.Pauses != nil {
		e.record(part, run) // what follows may take long
	}
	e.event("activity_completed", a.Written, run)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return cmp.Or(err, e.pause(ctx, part, a, "after", "Pausing after activity for %ss..."))
}

// resolve follows a ref, and tells whether it leads to the hypothesis. It returns any
// other activity as it is.
func (e *Engine) resolve(a *experiment.Activity) (meant *experiment.Activity, observes bool, err error) {
	if a.Ref == "" {
		return a, false, nil
	}
	if meant, observes = e.Experiment.Find(a.Ref); meant != nil {
		return meant, observes, nil
	}
	return a, false, fmt.Errorf("could not find referenced activity '%s'", a.Ref)
}

// begin notes what is carried out, as the controls before it have left it.
func (e *Engine) begin(a *experiment.Activity, run *verdict.Run) {
	run.Activity = a.Written
	if e.Experiment.Controlled {
		e.Experiment.Read(func(*value.Map) { run.Activity = a.Written.Copy() })
	}
	run.Start = time.Now()
	run.Name, run.Action, run.Provider = a.Name, a.Type == experiment.Action, a.ProviderType()
	run.Pretended = e.Strategy.Pretends(a.Type) || run.Skipped
}

func (e *Engine) perform(ctx context.Context, part string, a *experiment.Activity, run *verdict.Run) error {
	defer func() { run.End = time.Now() }()
	if run.Pretended {
		run.Status = "succeeded"
		return nil
	}
	output, err := e.Perform(ctx, a)
	var failure *experiment.Failed
	run.Late = isLate(err)
	switch {
	case err == nil:
		run.Output, run.Status = output, "succeeded"
		e.logSuccess(output)
		if part == method && run.Action {
			e.locked(func() { e.result.Acted = append(e.result.Acted, run.Name) })
		}
	case ctx.Err() != nil:
		if errors.As(err, &failure) && failure.Unended {
			run.Fail(failure.Reason)
		}
		return ctx.Err()
	case errors.As(err, &failure):
		run.Fail(failure.Reason)
		e.logFailure(part, failure.Reason)
	default:
		run.Unexpected = err
	}
	return run.Unexpected
}

func (e *Engine) logSuccess(output any) {
	const mostLogged = 1 << 20 // bytes of an output that is written out
	switch {
	case !e.Log.Enabled(context.Background(), slog.LevelDebug): // to write an output out takes its time
	case output == nil:
		e.Log.Debug("  => succeeded without any result value")
	case size(output) > mostLogged:
		e.Log.Debug(fmt.Sprintf("  => succeeded with %d bytes", size(output)))
	default:
		e.Log.Debug("  => succeeded with '" + value.Text(e.Hide(output)) + "'")
	}
}

// logFailure uses the toolkit's words, but for the proof, which the toolkit does not ask for.
func (e *Engine) logFailure(part, reason string) {
	if part == proof {
		e.Log.Warn("The proof could not be asked again: " + reason)
		return
	}
	e.Log.Error("  => failed: "+reason, inStory(""))
}

// pause waits for what the activity has to wait, before or after it. A dry run
// says that it pauses and does not; a proof is asked at once.
func (e *Engine) pause(ctx context.Context, part string, a *experiment.Activity, when, words string) error {
	seconds, skipped := e.pauseOf(a, when)
	if part == proof || !value.Truthy(seconds) {
		return nil
	}
	e.Log.LogAttrs(ctx, slog.LevelInfo, fmt.Sprintf(words, value.Text(seconds)), inStory(value.Text(seconds)+" s, "+when+" "+a.Name))
	if skipped {
		return nil
	}
	d, ok := clock.Seconds(seconds)
	if !ok || d < 0 || d == clock.Forever {
		return fmt.Errorf("the pause %s '%s' is %s, not a number of seconds", when, a.Name, value.Repr(seconds))
	}
	return clock.Sleep(ctx, d)
}

// pauseOf is the pause of an activity, and whether a dry run skips it.
func (e *Engine) pauseOf(a *experiment.Activity, when string) (seconds any, skipped bool) {
	return e.Substitute(a.Pauses.Value(when)), e.Strategy.Dry == "pause" || e.Strategy.Pretends(a.Type)
}

// waits tells whether an activity begins with a pause. Where it does not, to
// wait for its beginning keeps the runs in order and costs nothing.
func (e *Engine) waits(declared *experiment.Activity) bool {
	a, _, err := e.resolve(declared)
	seconds, skipped := e.pauseOf(a, "before")
	return err == nil && value.Truthy(seconds) && !skipped
}

// record never stops a run: what cannot be kept now is in the journal at the end.
func (e *Engine) record(part string, run *verdict.Run) {
	var err error
	e.Experiment.Read(func(*value.Map) { err = e.Record(part, run) })
	e.locked(func() { e.unrecorded = cmp.Or(e.unrecorded, err) })
}

// next announces a step to the one who follows the run.
func (e *Engine) next(ctx context.Context, part string, activities ...*experiment.Activity) error {
	if e.Next == nil || len(activities) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	var shown []*value.Map
	for _, a := range activities {
		meant, _, _ := e.resolve(a) // one that leads nowhere is shown as the ref that it is
		var written *value.Map
		e.Experiment.Read(func(*value.Map) { written = meant.Written.Clone() })
		written, _ = e.Hide(e.Substitute(written)).(*value.Map)
		shown = append(shown, written)
	}
	return e.Next(ctx, part, shown)
}

// InStory is the name of the attribute of a log entry that says what of it belongs into a
// story of the steps; empty: nothing, because Done or the verdict tells it.
const InStory = "story"

func inStory(text string) slog.Attr { return slog.String(InStory, text) }
