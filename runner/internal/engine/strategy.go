package engine

import (
	"math"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
)

// Strategy is when the hypothesis is checked, when rollbacks run, and what is
// only pretended.
type Strategy struct {
	Hypothesis string  // one of experiment.HypothesisStrategies; empty means default
	Rollbacks  string  // one of experiment.RollbackStrategies; empty means default
	Frequency  float64 // seconds between two checks during the method
	FailFast   bool    // a deviation during the method ends it
	FailRatio  float64 // percent of the checks that must deviate for FailFast
	Dry        string  // one of experiment.DryModes; empty means that all is real
}

// hypothesisWord is the strategy as the toolkit logs it.
func (s Strategy) hypothesisWord() string {
	switch s.Hypothesis {
	case "":
		return "default"
	case "continuously", "continously":
		return "continuous"
	}
	return s.Hypothesis
}

func (s Strategy) rollbacks() string {
	if s.Rollbacks == "" {
		return "default"
	}
	return s.Rollbacks
}

// pace is the time between two checks, as long as there can be if a clock cannot
// count it.
func (s Strategy) pace() time.Duration {
	if d, ok := duration(s.Frequency); ok {
		return d
	}
	return math.MaxInt64
}

// pretends tells whether activities of this type are only pretended.
func (e *Engine) pretends(activityType string) bool {
	switch e.Strategy.Dry {
	case "activities":
		return true
	case "actions":
		return activityType == experiment.Action
	case "probes":
		return activityType == experiment.Probe
	}
	return false
}

// pretendsProbes tells whether the hypothesis is met without being asked.
func (e *Engine) pretendsProbes() bool { return e.pretends(experiment.Probe) }

// asks tells whether the hypothesis is checked in this part of the run.
func (e *Engine) asks(p Part) bool {
	if e.Experiment.Hypothesis == nil {
		return false
	}
	switch e.Strategy.hypothesisWord() {
	case "default":
		return p == Before || p == After
	case "before-method-only":
		return p == Before
	case "after-method-only":
		return p == After
	case "during-method-only":
		return p == During
	case "continuous":
		return true
	}
	return false
}

func (e *Engine) announceHypothesis() {
	switch {
	case e.Strategy.Hypothesis == "skip":
		e.Log.Info("Skipping Steady-State Hypothesis as requested")
	case e.Experiment.Hypothesis == nil:
		e.Log.Info("No steady state hypothesis defined. That's ok, just exploring.")
	}
}
