// Package verdict says what a run shows. It holds what happened (a result, its
// states and its runs), and it is pure: the same result has the same verdict.
//
// Held, deviated and explored are each given only if every piece of their proof is
// there. Otherwise a run that came to its own end has the verdict "no verdict".
package verdict

import (
	"cmp"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
)

// Verdict is what a run shows.
type Verdict struct {
	Word   string // one of the words below
	Reason string // one sentence why
	Next   string // what to do about the reason; empty where the word says enough
}

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

// Judge gives the verdict of the run: the first that applies. First comes what is dangerous, then
// what makes the rest worthless, then what the hypothesis says. A deviation that was measured is
// a finding, even where another pass could not measure; for the opposite every answer is needed.
func (r *Result) Judge() Verdict {
	v := r.judge()
	if v.Word == NoVerdict && r.isLate(v) {
		v.Next = "find out what takes so long, or allow more: --max-time SECONDS"
	}
	return v
}

func (r *Result) judge() Verdict {
	first := cmp.Or(r.notUndone(), r.interrupted(), r.unexpected(), r.unsteadyBefore(), r.elsewhere(), r.unproven())
	if !r.Hypothesis || r.Strategy == "skip" { // a control may still say that the steady state deviated
		return cmp.Or(first, r.deviation(), r.decided(), r.explored())
	}
	return cmp.Or(first, r.noFault(), r.pretendedHypothesis(), r.deviation(), r.decided(), r.unmeasured(), r.unchecked(), r.alwaysMet(), r.held())
}

// held asks for each piece of the proof, and says what proves the fault and when the
// steady state was measured.
func (r *Result) held() Verdict {
	asked := r.passes()
	unasked := r.Strategy == "after-method-only" || r.Strategy == "during-method-only"
	switch {
	case r.Before == nil && !unasked:
		return noVerdict("the hypothesis was not checked before the method", seeLog)
	case len(asked) == 0 || r.Status != "completed" || r.Deviated || !r.faultLanded() || slices.ContainsFunc(asked, func(s *State) bool { return !s.proves() }):
		return noVerdict("the run does not show whether the steady state held", seeLog)
	}
	proof := "every action succeeded"
	if i := slices.IndexFunc(r.Run, func(run *Run) bool { return run.Proves }); i >= 0 {
		proof = "the fault is proven by '" + r.Run[i].Name + "'"
	}
	when := "before and after"
	switch {
	case r.Before == nil && r.After == nil:
		when = "while the method ran; it was checked neither before nor after"
	case r.Before == nil:
		when = "after the fault; it was not checked before"
	case r.checkedDuring():
		when = "before, during and after the method"
	}
	return Verdict{Held, proof + ", and the hypothesis was met " + when, ""}
}

// explored is the verdict of a run without a hypothesis, or with one that was left
// out. It says why there was nothing to measure.
func (r *Result) explored() Verdict {
	if r.Status != "completed" || !r.faultLanded() {
		return noVerdict("the run does not show that every action succeeded", seeLog)
	}
	if len(r.Run) > 0 && !slices.ContainsFunc(r.Run, func(run *Run) bool { return !run.Skipped && !run.Pretended }) {
		return r.Run[0].leftOut("no activity of the method was carried out")
	}
	method := "the method has no action that could fail"
	if len(r.Run) == 0 {
		method = "the method is empty, so nothing was done"
	} else if slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action }) {
		method = "every action succeeded"
	}
	if r.Hypothesis {
		return Verdict{Explored, method + ", and the hypothesis was skipped (strategy skip)", "choose another strategy to check the hypothesis"}
	}
	return Verdict{Explored, method + ", and the experiment has no hypothesis", ""}
}

// Measured tells whether the verdict says something about the system.
func (r *Result) Measured() bool { return r.Verdict.Word == Held || r.Verdict.Word == Deviated }

// IsLate tells whether the reason of the verdict is that an activity took longer than it may.
func (r *Result) IsLate() bool { return r.isLate(r.Verdict) }

func (r *Result) isLate(v Verdict) bool {
	return slices.ContainsFunc(slices.Concat(r.probes(), r.Run, r.Rollbacks, r.Proof), func(run *Run) bool {
		return run.Late && strings.Contains(v.Reason, run.Reason)
	})
}

// passes are all checks of the hypothesis.
func (r *Result) passes() []*State {
	return slices.DeleteFunc(append(slices.Clone(r.During), r.Before, r.After), func(s *State) bool { return s == nil })
}

// probes are the runs of all checks of the hypothesis.
func (r *Result) probes() (all Runs) {
	for _, s := range r.passes() {
		all = append(all, s.Runs...)
	}
	return all
}

// hasWrongAnswer tells whether a probe of this check got a wrong answer.
func (s *State) hasWrongAnswer() bool {
	return s != nil && !s.Decided && !s.IsMet() && s.Last() != nil && s.Last().Succeeded()
}

// hasNoAnswer tells whether a probe of this check got no answer.
func (s *State) hasNoAnswer() bool {
	return s != nil && !s.IsMet() && s.Last() != nil && !s.Last().Succeeded()
}

// proves tells whether a check is met because each of its probes was met.
func (s *State) proves() bool {
	return s.IsMet() && !s.Decided && len(s.Runs) > 0 && !slices.ContainsFunc(s.Runs, func(r *Run) bool {
		return !r.Succeeded() || r.ToleranceMet == nil || !*r.ToleranceMet || r.Skipped || r.Pretended || r.Decided != ""
	})
}

// faultLanded tells whether every action of the method succeeded and every proof was met.
func (r *Result) faultLanded() bool {
	return !slices.ContainsFunc(slices.Concat(r.Run, r.Proof), func(run *Run) bool {
		return run.Unproven != "" || run.Unfinished() || (run.Action || run.Proves) && (!run.Succeeded() || run.Decided != "")
	})
}
