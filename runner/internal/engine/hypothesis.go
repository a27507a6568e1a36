package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// check passes over the hypothesis once and stops at the first probe that fails
// or lies outside its tolerance. It calls begun when the first probe begins. Its
// error is unexpected or ctx's; the state is then unfinished. It is nil where the
// hypothesis is no longer there.
func (e *Engine) check(ctx context.Context, part string, begun func()) (*verdict.State, error) {
	var title any
	gone := false
	e.Experiment.Read(func(written *value.Map) {
		hypothesis := written.Map("steady-state-hypothesis")
		title, _ = hypothesis.Get("title")
		gone = hypothesis.Len() == 0
	})
	if gone { // a control has taken it away
		return nil, nil
	}
	e.Log.Info("Steady state hypothesis: " + value.Text(title))
	state := &verdict.State{}
	stop := e.before(aroundHypothesis, nil)
	err := stop
	if err == nil {
		err = e.pass(ctx, part, state, begun)
	}
	return state, cmp.Or(err, e.after(aroundHypothesis, nil, state.Value, state.Adopt, stop == nil))
}

func (e *Engine) pass(ctx context.Context, part string, state *verdict.State, begun func()) error {
	for i, probe := range e.Experiment.Activities(experiment.Probes) {
		if i == 0 && e.waits(probe) {
			begun()
		}
		run, err := e.execute(ctx, part, probe, func(r *verdict.Run) {
			state.Runs = append(state.Runs, r)
			begun()
		})
		if err != nil {
			return err
		}
		if run.Failed() {
			e.Log.Warn("Probe terminated unexpectedly, so its tolerance could not be validated")
		}
		if !*run.ToleranceMet {
			state.Met = run.ToleranceMet
			return nil
		}
	}
	yes := true
	state.Met = &yes
	e.Log.Info("Steady state hypothesis is met!")
	return nil
}

// checkOnce checks the hypothesis before the method, where a system that is not
// steady is not experimented on, or after it, and tells whether it is met. It keeps
// the pass in the result, unless it was interrupted.
func (e *Engine) checkOnce(ctx context.Context, part string, to **verdict.State) (met bool) {
	e.event("start_hypothesis_" + part)
	state, err := e.check(ctx, part, func() {})
	if isInterruption(ctx, err) || e.stopsAt(err) {
		return false
	}
	*to = state
	if err != nil {
		e.abort(ctx, err, fatal)
		return false
	}
	e.event("hypothesis_"+part+"_completed", state)
	if state == nil || state.IsMet() {
		return state != nil
	}
	e.result.Deviated = part == after
	e.setStatus(completed)
	if slices.ContainsFunc(state.Runs, func(r *verdict.Run) bool { return !r.Succeeded() }) {
		e.setStatus(failed)
	}
	e.critical(fmt.Sprintf("Steady state probe '%s' is not in the given tolerance so failing this experiment", lastName(state)))
	return false
}

// lastName is the name of the probe that decided a pass.
func lastName(state *verdict.State) string {
	if last := state.Last(); last != nil {
		return last.Name
	}
	return ""
}
