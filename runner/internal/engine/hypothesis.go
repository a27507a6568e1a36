package engine

import (
	"context"
	"errors"
	"fmt"

	"chaosworkshop.example/runner/internal/experiment"
)

// check passes over the hypothesis once and stops at the first probe that fails
// or lies outside its tolerance. Its error is unexpected or ctx's; the state is
// then unfinished.
func (e *Engine) check(ctx context.Context, part Part) (*State, error) {
	h := e.Experiment.Hypothesis
	e.Log.Info("Steady state hypothesis: " + h.Title)
	state := &State{}
	if err := e.before(ctx, AroundHypothesis, h.Written); err != nil {
		return state, err
	}
	err := e.pass(ctx, part, h, state)
	if err != nil {
		return state, err
	}
	return state, e.after(ctx, AroundHypothesis, h.Written, state.Value, state.adopt)
}

func (e *Engine) pass(ctx context.Context, part Part, h *experiment.Hypothesis, state *State) error {
	for _, probe := range h.Probes {
		run, err := e.execute(ctx, part, probe, func(r *Run) { state.Runs = append(state.Runs, r) })
		if err != nil {
			return err
		}
		if run.Status == RunFailed {
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

// meet notes whether a probe of the hypothesis met its tolerance. Its error
// means that nobody can tell.
func (e *Engine) meet(ctx context.Context, tolerance any, run *Run) error {
	met := run.Status == Succeeded
	if met && !e.pretendsProbes() && !run.skipped {
		var err error
		e.Judge.Give(tolerance, run.Output)
		met, err = e.within(ctx, tolerance, run)
		switch {
		case ctx.Err() != nil: // what a tolerance's own probe says now is no answer
			return ctx.Err()
		case err != nil:
			run.unexpected = fmt.Errorf("the tolerance of '%s' cannot be compared with what the probe got: %w", run.name(), err)
			return run.unexpected
		}
	}
	run.ToleranceMet = &met
	return nil
}

// within judges the output of run, and keeps the words where it is not met.
func (e *Engine) within(ctx context.Context, tolerance any, run *Run) (bool, error) {
	met, err := e.Judge.Within(ctx, tolerance, run.Output)
	if err == nil && !met {
		run.wanted, run.got = e.Judge.Words(e.Variables.Substitute(tolerance), run.Output)
	}
	return met, err
}

// last is the run that decided the pass.
func (s *State) last() *Run { return s.Runs[len(s.Runs)-1] }

func (s *State) met() bool { return s != nil && s.Met != nil && *s.Met }

// gate checks the hypothesis before the method: a system that is not steady is
// not experimented on.
func (e *Engine) gate(ctx context.Context) (open bool) {
	state, err := e.check(ctx, Before)
	if isInterruption(ctx, err) || e.heedControl(err) {
		return false
	}
	e.result.Before = state
	if err != nil {
		e.abort(ctx, err)
		return false
	}
	if !state.met() {
		e.notMet(state)
	}
	return state.met()
}

// deviation checks the hypothesis after the method.
func (e *Engine) deviation(ctx context.Context) {
	state, err := e.check(ctx, After)
	if isInterruption(ctx, err) || e.heedControl(err) {
		return
	}
	e.result.After = state
	if err != nil {
		e.abort(ctx, err)
		return
	}
	if !state.met() {
		e.result.Deviated = true
		e.notMet(state)
	}
}

func (e *Engine) notMet(state *State) {
	e.setStatus(Completed)
	if state.last().Status == RunFailed {
		e.setStatus(Failed)
	}
	e.critical(fmt.Sprintf("Steady state probe '%s' is not in the given tolerance so failing this experiment", state.last().name()))
}

// abort ends the run for an unexpected error; an interruption is none.
func (e *Engine) abort(ctx context.Context, err error) {
	if isInterruption(ctx, err) || e.heedControl(err) {
		return
	}
	e.noteUnexpected(err)
	if !e.hasStatus(Interrupted) {
		e.setStatus(Aborted)
	}
	e.critical("Experiment ran into an un expected fatal error, aborting now.\n" + err.Error())
}

// isInterruption tells whether err is only that ctx ended.
func isInterruption(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, ctx.Err())
}

func (e *Engine) critical(text string) { e.Log.Log(context.Background(), LevelCritical, text) }
