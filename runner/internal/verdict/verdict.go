// Package verdict says what a run shows. It holds what happened (a result, its
// states and its runs), and it is pure: the same result has the same verdict.
//
// Held, deviated and explored are each given only if every piece of their proof is
// there. Otherwise a run that came to its own end has the verdict "no verdict".
package verdict

import (
	"cmp"
	"slices"

	"chaosworkshop.example/runner/internal/problem"
)

// Verdict is what a run shows: one of the words below, and one sentence why.
type Verdict struct{ Word, Reason string }

// The verdicts.
const (
	Held        = "held"        // steady before, fault proven, steady after
	Explored    = "explored"    // no hypothesis, and every action succeeded
	Deviated    = "deviated"    // steady before, fault proven, not steady after
	NoVerdict   = "no-verdict"  // nothing is proven
	NotUndone   = "not-undone"  // a rollback failed: the fault may still be on
	Interrupted = "interrupted" // a signal, a control or a person stopped the run
)

// Code is the exit code of a run with this verdict. A run that a control or a person has
// stopped has the code of Ctrl-C.
func (r *Result) Code() int {
	switch r.Verdict.Word {
	case Held, Explored:
		return problem.OK
	case Deviated:
		return problem.Deviated
	case NotUndone:
		return problem.NotUndone
	case Interrupted:
		if r.Stop != nil && r.Stop.Signal > 0 {
			return 128 + r.Stop.Signal
		}
		return 130
	}
	return problem.NoVerdict
}

// Judge gives the verdict of the run: the first that applies. First comes what is
// dangerous, then what makes the rest worthless, then what the hypothesis says. A
// deviation that was measured is a finding, even where another pass could not
// measure; for the opposite every answer is needed.
func (r *Result) Judge() Verdict {
	if reason := r.notUndone(); reason != "" {
		if r.Begun == 0 { // the toolkit plays the rollbacks even then
			reason += " (the method never began, so a fault is on only if an earlier run left it)"
		}
		return Verdict{NotUndone, reason}
	}
	if r.Stop != nil {
		return Verdict{Interrupted, r.Stop.Why}
	}
	if reason := firstOf(r.unexpected, r.unsteadyBefore, r.unproven); reason != "" {
		return Verdict{NoVerdict, reason}
	}
	if !r.Hypothesis || r.Strategy == "skip" {
		return r.exploration()
	}
	if reason := firstOf(r.noFault, r.pretendedHypothesis); reason != "" {
		return Verdict{NoVerdict, reason}
	}
	if reason := r.deviation(); reason != "" {
		if r.Altered != "" {
			reason += ", and " + r.Altered
		}
		return Verdict{Deviated, reason}
	}
	if reason := cmp.Or(r.decided(), r.Altered, firstOf(r.unmeasured, r.unchecked, r.alwaysMet)); reason != "" {
		return Verdict{NoVerdict, reason}
	}
	if r.isHeld() {
		return Verdict{Held, r.held()}
	}
	if r.Before == nil {
		return Verdict{NoVerdict, "the hypothesis was not checked before the method"}
	}
	return Verdict{NoVerdict, "the run does not show whether the steady state held"}
}

// exploration is the verdict of a run without a hypothesis, or with one that was left
// out. A control may still say that the steady state deviated.
func (r *Result) exploration() Verdict {
	if reason := r.deviation(); reason != "" {
		return Verdict{Deviated, reason}
	}
	switch reason := cmp.Or(r.decided(), r.Altered); {
	case reason != "":
		return Verdict{NoVerdict, reason}
	case r.Status != "completed" || !r.faultLanded():
		return Verdict{NoVerdict, "the run does not show that every action succeeded"}
	case len(r.Run) > 0 && !slices.ContainsFunc(r.Run, func(run *Run) bool { return run.leftOut() == "" }):
		return Verdict{NoVerdict, "no activity of the method was carried out: " + r.Run[0].leftOut()}
	}
	return Verdict{Explored, r.explored()}
}

// isHeld asks for each piece of the proof.
func (r *Result) isHeld() bool {
	asked := r.passes()
	unasked := r.Strategy == "after-method-only" || r.Strategy == "during-method-only"
	return (r.Before != nil || unasked) && len(asked) > 0 && r.Status == "completed" && !r.Deviated && r.faultLanded() &&
		!slices.ContainsFunc(asked, func(s *State) bool { return !s.proves() })
}

// passes are all checks of the hypothesis.
func (r *Result) passes() []*State {
	all := slices.Clone(r.During)
	for _, s := range []*State{r.Before, r.After} {
		if s != nil {
			all = append(all, s)
		}
	}
	return all
}

// probes are the runs of all checks of the hypothesis.
func (r *Result) probes() (all Runs) {
	for _, s := range r.passes() {
		all = append(all, s.Runs...)
	}
	return all
}

// proves tells whether a check is met because each of its probes was met.
func (s *State) proves() bool {
	return s.IsMet() && !s.Decided && len(s.Runs) > 0 && !slices.ContainsFunc(s.Runs, func(r *Run) bool {
		return !r.Succeeded() || r.ToleranceMet == nil || !*r.ToleranceMet || r.Skipped || r.Pretended || r.Decided != ""
	})
}

// faultLanded tells whether every action of the method succeeded and every proof
// was met.
func (r *Result) faultLanded() bool {
	return !slices.ContainsFunc(slices.Concat(r.Run, r.Proof), func(run *Run) bool {
		return run.Unproven != "" || run.Unfinished() || (run.Action || run.Judged) && (!run.Succeeded() || run.Decided != "")
	})
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
