package engine

import (
	"context"
	"fmt"

	"chaosworkshop.example/runner/internal/value"
)

// prove notes what is wrong with what an activity of the method or the rollbacks
// did, although it ran: of a fault, whether it landed, and of a rollback, whether
// it undid it. An action without a tolerance of its own must end as one that
// worked does, with exit code 0 or a status below 400; the toolkit calls any end
// a success.
func (e *Engine) prove(ctx context.Context, run *Run) {
	switch {
	case run.pretended:
	case run.Status == RunFailed && run.isAction():
		run.unproven = fmt.Sprintf("the action '%s' failed: %s", run.name(), run.reason)
	case run.judged:
		e.meetTolerance(ctx, run)
	case run.isAction():
		checkEnd(run)
	}
}

func (e *Engine) meetTolerance(ctx context.Context, run *Run) {
	if run.Status == RunFailed {
		run.unproven = fmt.Sprintf("'%s' could not be asked: %s", run.name(), run.reason)
		return
	}
	met, err := e.within(ctx, run.activity.Tolerance, run)
	switch {
	case err != nil:
		run.unproven = fmt.Sprintf("the tolerance of '%s' cannot be compared with what it got: %v", run.name(), err)
	case !met:
		run.unproven = run.deviation()
	}
}

// checkEnd finds an exit code or a status that says that nothing worked.
func checkEnd(run *Run) {
	output, _ := run.Output.(*value.Map)
	raw, _ := output.Get("status")
	status, ok := raw.(int64)
	provider := run.activity.ProviderType()
	switch {
	case provider != "http" && provider != "process" && provider != "python":
		run.unproven = fmt.Sprintf("the action '%s' did nothing: there is no provider of type '%s'", run.name(), provider)
	case !ok:
	case provider == "process" && status < 0:
		run.unproven = fmt.Sprintf("the action '%s' was killed by signal %d", run.name(), -status)
	case provider == "process" && status > 0:
		run.unproven = fmt.Sprintf("the action '%s' ended with exit code %d", run.name(), status)
	case provider == "http" && status > 399:
		run.unproven = fmt.Sprintf("the action '%s' was answered with status %d", run.name(), status)
	}
}

// proveThroughout asks the probes with proof: throughout once more: a fault that
// healed while the hypothesis was checked proves nothing. The toolkit does not
// ask, so whatever goes wrong here leaves the run's status alone.
func (e *Engine) proveThroughout(ctx context.Context) {
	asked := map[*value.Map]bool{}
	for _, first := range e.result.Run {
		a := first.activity
		if !a.Throughout || !first.judged || asked[a.Written] {
			continue
		}
		asked[a.Written] = true
		run, err := e.execute(ctx, Proof, a, func(r *Run) { e.result.Proof = append(e.result.Proof, r) })
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			run.unproven = fmt.Sprintf("'%s' could not be asked: %v", run.name(), err)
			e.logFailure(Proof, err.Error())
		}
	}
}
