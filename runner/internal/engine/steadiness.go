package engine

import (
	"fmt"
	"slices"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// unsteadyBefore finds a system that was not steady before the fault was on.
func (e *Engine) unsteadyBefore() string {
	if before := e.result.Before; before != nil && !before.met() {
		if before.last().Status == RunFailed {
			return "the steady state could not be measured before the method: " + before.last().deviation()
		}
		return "the system was not steady before the method, so nothing was done to it: " + before.last().deviation()
	}
	begun, _ := e.landing()
	for _, state := range e.result.During {
		if state.isMiss() && state.last().End.Before(begun) {
			return "the system was not steady before the fault: " + state.last().deviation()
		}
	}
	return ""
}

func (s *State) runs() []*Run {
	if s == nil {
		return nil
	}
	return s.Runs
}

// isMiss tells of a pass in which a probe got a wrong answer, rather than none.
func (s *State) isMiss() bool { return s != nil && !s.met() && s.last().Status == Succeeded }

// isBlind tells of a pass in which a probe got no answer.
func (s *State) isBlind() bool { return s != nil && !s.met() && s.last().Status == RunFailed }

// pretendedHypothesis finds a hypothesis that is met because nobody asked.
func (e *Engine) pretendedHypothesis() string {
	if e.pretendsProbes() {
		return "the hypothesis was only pretended (dry)"
	}
	for _, state := range append([]*State{e.result.Before, e.result.After}, e.result.During...) {
		for _, run := range state.runs() {
			if run.skipped {
				return "the hypothesis was not checked: " + run.pretence()
			}
		}
	}
	return ""
}

func (e *Engine) deviated() string {
	if i := slices.IndexFunc(e.result.During, (*State).isMiss); i >= 0 {
		return "during the method, " + e.result.During[i].last().deviation()
	}
	if after := e.result.After; after.isMiss() {
		return after.last().deviation()
	}
	return ""
}

// unmeasured finds a probe that has no answer, which is not the wrong answer.
func (e *Engine) unmeasured() string {
	if i := slices.IndexFunc(e.result.During, (*State).isBlind); i >= 0 {
		return "the steady state could not be measured during the method: " + e.result.During[i].last().deviation()
	}
	if after := e.result.After; after.isBlind() {
		return "the steady state could not be measured after the method: " + after.last().deviation()
	}
	return ""
}

// alwaysMet finds a tolerance that says yes whatever the answer: what a process
// or an HTTP call returns is a mapping, and to the toolkit a mapping is a yes.
func (e *Engine) alwaysMet() string {
	for _, probe := range e.Experiment.Hypothesis.Probes {
		tolerance, _ := probe.Tolerance.(*value.Map)
		if kind, _ := tolerance.Get("type"); kind != experiment.Probe {
			continue
		}
		if kind := experiment.NewActivity(tolerance).ProviderType(); kind == "process" || kind == "http" {
			return fmt.Sprintf("the tolerance of '%s' is met whatever the probe gets: a probe of type %s as a tolerance cannot say no", probe.Name, kind)
		}
	}
	return ""
}

// unchecked finds a hypothesis that nobody asked once the fault had landed. A
// pass that began earlier may have seen the system as it was before.
func (e *Engine) unchecked() string {
	if e.result.After != nil || e.checkedDuring() {
		return ""
	}
	return "the hypothesis was not checked once the fault was on (strategy " + e.Strategy.Hypothesis + ")"
}

func (e *Engine) checkedDuring() bool {
	_, landed := e.landing()
	return slices.ContainsFunc(e.result.During, func(s *State) bool { return !s.Runs[0].Start.Before(landed) })
}

func (e *Engine) held() string {
	switch {
	case e.result.Before == nil && e.result.After == nil:
		return "the fault is proven, and the steady state held while the method ran; it was checked neither before nor after"
	case e.result.Before == nil:
		return "the fault is proven, and the system is steady after it; it was not checked before"
	case len(e.result.During) > 0:
		return "the fault is proven, and the steady state held during the method and after it"
	}
	return "the fault is proven, and the steady state held"
}
