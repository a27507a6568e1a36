package experiment

import (
	"cmp"
	"slices"
)

// Strategy is when the hypothesis is checked, when rollbacks run, and what is only pretended.
type Strategy struct {
	Hypothesis string  // one of HypothesisStrategies; empty means default
	Rollbacks  string  // one of RollbackStrategies; empty means default
	Frequency  float64 // seconds between two checks during the method
	FailFast   bool    // a deviation during the method ends it
	FailRatio  float64 // percent of the checks that must deviate for FailFast
	Dry        string  // one of DryModes; empty means that all is real
}

// The values that the toolkit takes for its strategies. Skip is only for the
// experiment's runtime block.
var (
	HypothesisStrategies = []string{"default", "before-method-only", "after-method-only",
		"during-method-only", "continuously", "skip"}
	RollbackStrategies = []string{"default", "always", "never", "deviated"}
	DryModes           = []string{"probes", "actions", "activities", "pause"}
)

// HypothesisWord is the hypothesis strategy as the toolkit logs it.
func (s Strategy) HypothesisWord() string {
	if s.Hypothesis == "continuously" || s.Hypothesis == "continously" {
		return "continuous"
	}
	return cmp.Or(s.Hypothesis, "default")
}

// RollbacksWord is the rollback strategy as the toolkit logs it.
func (s Strategy) RollbacksWord() string { return cmp.Or(s.Rollbacks, "default") }

// Before tells whether the hypothesis is checked before the method.
func (s Strategy) Before() bool { return s.is("default", "before-method-only", "continuous") }

// During tells whether the hypothesis is checked while the method runs.
func (s Strategy) During() bool { return s.is("during-method-only", "continuous") }

// After tells whether the hypothesis is checked after the method.
func (s Strategy) After() bool { return s.is("default", "after-method-only", "continuous") }

func (s Strategy) is(words ...string) bool { return slices.Contains(words, s.HypothesisWord()) }

// Pretends tells whether activities of a type, Probe or Action, are only pretended.
func (s Strategy) Pretends(activityType string) bool {
	return s.Dry == "activities" || s.Dry == "actions" && activityType == Action || s.Dry == "probes" && activityType == Probe
}
