package engine

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// check passes over the hypothesis once and stops at the first probe that fails or lies outside
// its tolerance. It calls begun when the first probe begins. Its error is unexpected or ctx's;
// the state is then unfinished. It is nil where the hypothesis is no longer there.
func (e *Engine) check(ctx context.Context, part string, begun func()) (*verdict.State, error) {
	var title any
	var gone bool
	e.Experiment.Read(func(written *value.Map) {
		hypothesis := written.Map("steady-state-hypothesis")
		title, gone = hypothesis.Value("title"), hypothesis.Len() == 0
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
	e.settle()
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
			e.Log.Warn("Probe terminated unexpectedly, so its tolerance could not be validated", inStory(""))
		}
		if part == before && probe.Serves != "" && run.Succeeded() && !run.Pretended {
			run.Elsewhere = e.Source(ctx, probe, run.Output)
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
	var err error
	if e.Next != nil {
		var probes []*experiment.Activity
		for _, a := range e.Experiment.Activities(experiment.Probes) {
			probes = append(probes, a)
		}
		err = e.next(ctx, part, probes...)
	}
	if isInterruption(ctx, err) || e.stopsAt(err) {
		return false
	}
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
	e.Log.LogAttrs(ctx, LevelCritical, fmt.Sprintf("Steady state probe '%s' is not in the given tolerance so failing this experiment", lastName(state)), inStory(""))
	return false
}

// startDuring checks the hypothesis over and over beside the method, where the strategy asks for
// it: at least once, and the first check has begun when it returns. The function that it returns
// lets the check under way end and waits for it; it may be called more than once.
func (e *Engine) startDuring(ctx context.Context) (stop func()) {
	if !e.hypothesis || !e.Strategy.During() {
		return func() {}
	}
	e.event("start_continuous_hypothesis", e.Strategy.Frequency)
	e.Log.Info(fmt.Sprintf("Executing the steady-state hypothesis continuously every %s seconds", value.Text(e.Strategy.Frequency)))
	begun, ended := make(chan struct{}), make(chan struct{})
	begin := sync.OnceFunc(func() { close(begun) })
	between, end := context.WithCancel(ctx)
	go func() {
		defer close(ended)
		defer begin()
		e.during(ctx, between, begin)
		e.Log.Info("Continuous steady state hypothesis terminated")
	}()
	<-begun
	return func() {
		end()
		<-ended
	}
}

// during checks under ctx, until the time between two checks is over, or until enough
// of the passes deviated, where the strategy is to fail fast.
func (e *Engine) during(ctx, between context.Context, begun func()) {
	deviated := 0
	pace, _ := clock.Seconds(e.Strategy.Frequency)
	for pass := 1; ; pass++ {
		state, err := e.check(ctx, during, begun)
		begun() // also where a control has left no probe
		if err != nil {
			// The pass is left out of the result, and the log has the error alone: so it is
			// with the toolkit.
			e.event("continuous_hypothesis_completed", err.Error())
			e.abort(ctx, err, "")
			return
		}
		if state != nil {
			e.locked(func() { e.result.During = append(e.result.During, state) })
		}
		e.event("continuous_hypothesis_iteration", int64(pass), state)
		if state != nil && !state.IsMet() {
			deviated++
			e.Log.LogAttrs(ctx, slog.LevelWarn, fmt.Sprintf("Continuous steady state probe '%s' is not in the given tolerance", lastName(state)), inStory(""))
			share := float64(deviated) * 100 / float64(pass)
			if e.Strategy.FailFast && share >= e.Strategy.FailRatio {
				e.Log.Info(fmt.Sprintf("Terminating immediately the experiment after %.1f%% hypothesis deviated", share))
				e.setStatus(failed)
				break
			}
		}
		clock.Sleep(between, pace)
		if between.Err() != nil || e.hasStatus(failed, aborted, interrupted) {
			break
		}
	}
	e.event("continuous_hypothesis_completed", nil)
}

// lastName is the name of the probe that decided a pass.
func lastName(state *verdict.State) string {
	if last := state.Last(); last != nil {
		return last.Name
	}
	return ""
}
