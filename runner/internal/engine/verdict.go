package engine

import "fmt"

// Verdict is what a run shows: one of the words below and one sentence why.
type Verdict struct {
	Word   Word
	Reason string
}

// Word is a verdict in one word.
type Word string

// The verdicts.
const (
	Held      Word = "held"        // steady before, fault proven, steady after
	Explored  Word = "explored"    // no hypothesis, and every action succeeded
	Deviated  Word = "deviated"    // steady before, fault proven, not steady after
	NoVerdict Word = "no-verdict"  // nothing is proven
	NotUndone Word = "not-undone"  // a rollback failed: the fault may still be on
	Stopped   Word = "interrupted" // a signal or a control stopped the run
)

// verdict is the loudest thing that is true: first what is dangerous, then what
// makes the rest worthless, then what the hypothesis says. A deviation that was
// measured is a finding, whatever another pass could not measure; the opposite
// needs every answer.
func (e *Engine) verdict() Verdict {
	if reason := e.notUndone(); reason != "" {
		return Verdict{NotUndone, reason}
	}
	if stop := e.result.Stop; stop != nil {
		return Verdict{Stopped, stop.Why}
	}
	if reason := firstOf(e.unexpected, e.unsteadyBefore, e.unproven); reason != "" {
		return Verdict{NoVerdict, reason}
	}
	if e.Experiment.Hypothesis == nil || e.Strategy.Hypothesis == "skip" {
		return Verdict{Explored, e.explored()}
	}
	if reason := firstOf(e.noFault, e.pretendedHypothesis); reason != "" {
		return Verdict{NoVerdict, reason}
	}
	if reason := e.deviated(); reason != "" {
		return Verdict{Deviated, reason}
	}
	if reason := firstOf(e.unmeasured, e.unchecked, e.alwaysMet); reason != "" {
		return Verdict{NoVerdict, reason}
	}
	return Verdict{Held, e.held()}
}

// firstOf is the first reason that there is.
func firstOf(doubts ...func() string) string {
	for _, doubt := range doubts {
		if reason := doubt(); reason != "" {
			return reason
		}
	}
	return ""
}

func (e *Engine) notUndone() string {
	r := e.result
	if !r.rollbacksPlayed {
		return ""
	}
	for _, run := range r.Rollbacks {
		if reason := notUndoneBy(run); reason != "" {
			return reason + e.neverBegun()
		}
	}
	if missing := len(e.Experiment.Rollbacks) - len(r.Rollbacks); missing > 0 {
		return fmt.Sprintf("%d of %d rollbacks did not run%s", missing, len(e.Experiment.Rollbacks), e.whyMissing())
	}
	return ""
}

func notUndoneBy(run *Run) string {
	switch {
	case run.Status == RunFailed:
		return fmt.Sprintf("the rollback '%s' failed: %s", run.name(), run.reason)
	case run.unexpected != nil:
		return fmt.Sprintf("the rollback '%s' could not run: %v", run.name(), run.unexpected)
	case run.isUnfinished():
		return fmt.Sprintf("the rollback '%s' was cut short", run.name())
	case run.skipped:
		return fmt.Sprintf("the rollback '%s' was left out, as asked", run.name())
	case run.unproven != "":
		return "a rollback did not work: " + run.unproven
	}
	return ""
}

func (e *Engine) whyMissing() string {
	if e.result.unexpected != nil {
		return fmt.Sprintf(": %v", e.result.unexpected)
	}
	return ": they were cut short"
}

// neverBegun softens the alarm where this run at least put no fault on: the
// toolkit plays the rollbacks even then.
func (e *Engine) neverBegun() string {
	if len(e.result.Run) > 0 {
		return ""
	}
	return " (the method never began, so a fault is on only if an earlier run left it)"
}

func (e *Engine) unexpected() string {
	for _, run := range e.result.Run {
		if run.unexpected != nil {
			return fmt.Sprintf("'%s' ran into an unexpected error: %v", run.name(), run.unexpected)
		}
	}
	if e.result.unexpected != nil {
		return fmt.Sprintf("the run met an unexpected error: %v", e.result.unexpected)
	}
	return ""
}

func (e *Engine) explored() string {
	what := "there is no hypothesis to check"
	if e.Experiment.Hypothesis != nil {
		what = "the hypothesis was left out, as the strategy skip asks"
	}
	for _, run := range e.result.Run {
		if run.isAction() {
			return "every action succeeded, and " + what
		}
	}
	return "the method has no action that could fail, and " + what
}
