package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// evaluate says of a probe of the hypothesis whether it met its tolerance, and of
// any other activity whether it did what it was there for. An output that a
// control has changed is judged as it is now; it proves no more than it did before.
func (e *Engine) evaluate(ctx context.Context, part string, a *experiment.Activity, run *verdict.Run) error {
	return run.Evaluate(func(run *verdict.Run) error {
		e.compareBasis(a)
		if ofHypothesis(part) {
			return e.meet(ctx, a, run)
		}
		return e.prove(ctx, a.Tolerance, run)
	})
}

func ofHypothesis(part string) bool { return part == before || part == during || part == after }

// settle remembers what each activity asks or does when the hypothesis is checked for the first
// time, or the method begins: from then on controls must not change the variables in it.
func (e *Engine) settle() {
	if !e.Experiment.Controlled {
		return
	}
	e.settled.Do(func() {
		for _, list := range []string{experiment.Probes, experiment.Method} {
			for _, a := range e.Experiment.Activities(list) {
				e.bases.Store(a.Written, e.basisOf(a))
			}
		}
	})
}

// compareBasis notes an activity that asks or does something else than was settled.
func (e *Engine) compareBasis(a *experiment.Activity) {
	if was, settled := e.bases.Load(a.Written); settled && was != e.basisOf(a) {
		e.locked(func() {
			e.result.Altered = fmt.Sprintf("a control has changed the configuration or the secrets that '%s' uses", a.Name)
		})
	}
}

// basisOf is what an activity asks or does, with its variables. A Python function may
// get all of them, be it the activity's own or that of its tolerance.
func (e *Engine) basisOf(a *experiment.Activity) string {
	basis, tolerance := value.Repr(e.Substitute(a.Basis)), a.Basis.Map("tolerance")
	if a.ProviderType() == "python" || tolerance.Map("provider").AsText("type") == "python" {
		basis += value.Repr(e.Variables())
	}
	return basis
}

// meet notes whether a probe of the hypothesis met its tolerance. Its error
// means that nobody can tell.
func (e *Engine) meet(ctx context.Context, declared *experiment.Activity, run *verdict.Run) error {
	met := !run.Failed()
	if met && !e.Strategy.Pretends(experiment.Probe) && !run.Skipped {
		tolerance := e.Tolerance(declared.Tolerance)
		// The toolkit writes the value into the experiment that a tolerance's own probe
		// is given, and its journal shows it.
		e.Experiment.Change(func(*value.Map) { e.Tolerance(declared.Written.Value("tolerance")).Give(run.Output) })
		run.AlwaysMet = tolerance.AlwaysMet()
		var err error
		var late *experiment.Failed
		met, err = e.within(ctx, tolerance, declared.Tolerance, run)
		run.Late = isLate(err)
		switch {
		case ctx.Err() != nil: // what a tolerance's own probe says now is no answer
			return ctx.Err()
		case asksForEnd(err):
			return err
		case errors.As(err, &late):
			run.Fail("its tolerance could not be asked: " + late.Reason)
			e.logFailure("", run.Reason)
		case err != nil:
			run.Unexpected = fmt.Errorf("the tolerance of '%s' cannot be compared with what the probe got: %w", run.Name, err)
			return run.Unexpected
		}
	}
	run.ToleranceMet = &met
	return nil
}

// within judges the output of a run, and keeps what was wanted; what was got where it
// is not met.
func (e *Engine) within(ctx context.Context, tolerance Tolerance, written any, run *verdict.Run) (bool, error) {
	met, err := tolerance.Within(ctx, run.Output)
	if err != nil {
		return met, err
	}
	shown, whole := e.Tolerance(e.Hide(e.Substitute(written))), run.Output
	said, err := clock.Until(ctx, size(whole) < 1<<16, func() (said struct{ wanted, got string }) {
		output := e.Hide(whole)
		if said.wanted = shown.Wanted(output); !met {
			said.got = shown.Got(output)
		}
		return said
	})
	const most = 10_000 // of what was got is kept beside the output itself, in bytes
	if run.Wanted, run.Got = said.wanted, said.got; len(run.Got) > most {
		run.Got = strings.ToValidUTF8(run.Got[:most], "") + " ... (cut)"
	}
	return met, err
}

// prove notes what is wrong with what an activity of the method or the rollbacks did, although it
// ran: of a fault, whether it landed, and of a rollback, whether it undid it. An action without a
// tolerance of its own must end as one that worked does, with exit code 0 or a status below 400;
// the toolkit calls any end a success. Its error is a stop that the tolerance's own probe asked for.
func (e *Engine) prove(ctx context.Context, tolerance any, run *verdict.Run) error {
	switch {
	case run.Pretended:
	case run.Failed() && run.Action:
		run.Unproven = fmt.Sprintf("the action '%s' failed: %s", run.Name, run.Reason)
	case run.Failed() && run.Proves:
		run.Unproven = fmt.Sprintf("'%s' could not be asked: %s", run.Name, run.Reason)
	case run.Proves:
		met, err := e.within(ctx, e.Tolerance(tolerance), tolerance, run)
		run.Late = isLate(err)
		switch {
		case asksForEnd(err) || ctx.Err() != nil:
			run.NotJudged()
			if asksForEnd(err) {
				return err
			}
		case err != nil:
			run.Unproven = fmt.Sprintf("the tolerance of '%s' cannot be compared with what it got: %v", run.Name, err)
		case !met:
			run.Unproven = run.Deviation()
		}
	case run.Action:
		run.CheckEnd()
	}
	return nil
}

// isLate tells whether an activity, or the own probe of a tolerance, took longer than it may.
func isLate(err error) bool {
	var failure *experiment.Failed
	return errors.As(err, &failure) && failure.Late
}

func asksForEnd(err error) bool { return errors.As(err, new(*verdict.Stop)) }

// proveThroughout asks the probes with proof: throughout once more: a fault that
// healed while the hypothesis was checked proves nothing. The toolkit does not
// ask, so whatever goes wrong here leaves the run's status alone.
func (e *Engine) proveThroughout(ctx context.Context) {
	for i, a := range e.throughout {
		if slices.ContainsFunc(e.throughout[:i], func(b *experiment.Activity) bool { return a.Written == b.Written }) {
			continue
		}
		if err := e.next(ctx, proof, a); isInterruption(ctx, err) || e.stopsAt(err) {
			return
		}
		run, err := e.execute(ctx, proof, a, e.appendTo(&e.result.Proof))
		if ctx.Err() != nil || e.stopsAt(err) {
			return
		}
		if err != nil {
			if run.Start.IsZero() {
				e.begin(a, run)
				e.result.Proof = append(e.result.Proof, run)
			}
			run.Unproven = fmt.Sprintf("'%s' could not be asked: %v", run.Name, err)
			e.logFailure(proof, err.Error())
		}
	}
}
