package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// execute carries out one activity with its pauses and judges what came of it.
// It calls begun when the run is under way, which is when the run belongs into
// the journal; an activity that is stopped in its pause before never was. Its
// error is unexpected or ctx's: a failure of the activity stands in the run.
func (e *Engine) execute(ctx context.Context, part Part, declared *experiment.Activity, begun func(*Run)) (*Run, error) {
	a, err := e.resolve(declared)
	if err := cmp.Or(ctx.Err(), err); err != nil {
		return nil, err
	}
	a, err = e.beforeActivity(ctx, a)
	skipped := errors.Is(err, ErrSkip)
	if err != nil && !skipped {
		return nil, err
	}
	if err := e.pause(ctx, part, a, "before", "Pausing before next activity for %ss..."); err != nil {
		return nil, err
	}
	e.Log.Info(announcementOf(part, a))
	run := e.begin(part, declared, a)
	run.skipped, run.pretended = skipped, run.pretended || skipped
	if skipped {
		e.Log.Warn("  => left out, as asked")
	}
	begun(run)
	err = e.perform(ctx, part, run)
	if err == nil {
		err = e.judge(ctx, part, declared, run)
	}
	e.record(part, run)
	if ctx.Err() != nil {
		return run, ctx.Err()
	}
	err = cmp.Or(err, e.pause(ctx, part, a, "after", "Pausing after activity for %ss..."))
	if err != nil { // the toolkit calls no control after what nobody foresaw
		return run, err
	}
	return run, e.afterActivity(ctx, part, declared, run)
}

// afterActivity runs the controls after an activity. Where they change what came
// of it, it is judged and recorded anew.
func (e *Engine) afterActivity(ctx context.Context, part Part, declared *experiment.Activity, run *Run) error {
	output, status := run.Output, run.Status
	err := e.after(ctx, AroundActivity, run.Activity, func() any { return run.Value() }, run.adopt)
	if run.Status == status && value.Equal(run.Output, output) {
		return err
	}
	run.unproven = ""
	err = cmp.Or(err, e.judge(ctx, part, declared, run))
	e.record(part, run)
	return err
}

// resolve follows a ref, and returns any other activity as it is.
func (e *Engine) resolve(a *experiment.Activity) (*experiment.Activity, error) {
	if a.Ref == "" {
		return a, nil
	}
	if found := e.Experiment.Find(a.Ref); found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("could not find referenced activity '%s'", a.Ref)
}

func announcementOf(part Part, a *experiment.Activity) string {
	word := "Probe"
	switch {
	case part == Proof:
		word = "Proof"
	case a.Type == experiment.Action:
		word = "Action"
	}
	if a.Background {
		return word + ": " + a.Name + " [in background]"
	}
	return word + ": " + a.Name
}

// begin is a run of a, at the moment at which it starts. In the method a ref to
// a probe of the hypothesis looks at the steady state: it proves no fault.
func (e *Engine) begin(part Part, declared, a *experiment.Activity) *Run {
	h := e.Experiment.Hypothesis
	observes := part == Method && declared.Ref != "" && h != nil && slices.ContainsFunc(h.Probes, func(p *experiment.Activity) bool { return p.Written == a.Written })
	return &Run{
		Activity:   a.Written,
		Start:      time.Now(),
		activity:   a,
		background: declared.Background,
		pretended:  e.pretends(a.Type),
		judged:     a.HasTolerance && a.Tolerance != nil && !observes,
	}
}

func (e *Engine) perform(ctx context.Context, part Part, run *Run) error {
	defer func() { run.End = time.Now() }()
	if run.pretended {
		run.Status = Succeeded
		return nil
	}
	output, err := e.Performer.Perform(ctx, run.activity)
	var failed *experiment.Failed
	switch {
	case err == nil:
		run.Output, run.Status = output, Succeeded
		e.logSuccess(output)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &failed):
		run.fail(failed.Reason)
		e.logFailure(part, failed.Reason)
	default:
		run.unexpected = err
		return err
	}
	return nil
}

func (e *Engine) logSuccess(output any) {
	switch {
	case !e.Log.Enabled(context.Background(), slog.LevelDebug): // to write an output out takes its time
		return
	case output == nil:
		e.Log.Debug("  => succeeded without any result value")
		return
	}
	e.Log.Debug("  => succeeded with '" + value.Text(output) + "'")
}

// logFailure says it in the toolkit's words, except of what the toolkit does not
// do.
func (e *Engine) logFailure(part Part, reason string) {
	if part == Proof {
		e.Log.Warn("The proof could not be asked again: " + reason)
		return
	}
	e.Log.Error("  => failed: " + reason)
}

// judge says of a probe of the hypothesis whether it met its tolerance, and of
// any other activity whether it did what it was there for.
func (e *Engine) judge(ctx context.Context, part Part, declared *experiment.Activity, run *Run) error {
	switch part {
	case Before, During, After:
		return e.meet(ctx, declared.Tolerance, run)
	}
	e.prove(ctx, run)
	return nil
}

// record never stops a run: what cannot be kept now is in the journal at the end.
func (e *Engine) record(part Part, run *Run) {
	if err := e.Recorder.Record(part, run); err != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.unrecorded = cmp.Or(e.unrecorded, err)
	}
}
