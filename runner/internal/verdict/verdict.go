// Package verdict says what a run shows. It holds what happened (a result, its
// states and its runs), and it is pure: the same result has the same verdict.
//
// No verdict is what is left over: held, deviated and explored are each given only
// where every piece of their proof is there, and "no verdict" is the rest.
package verdict

import (
	"fmt"
	"slices"
	"time"

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

// Code is the exit code of a run with this verdict. One that no signal stopped,
// but a control or a person, ends as after Ctrl-C.
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
		return Verdict{Deviated, reason}
	}
	if reason := firstOf(r.decided, r.unmeasured, r.unchecked, r.alwaysMet); reason != "" {
		return Verdict{NoVerdict, reason}
	}
	if r.isHeld() {
		return Verdict{Held, r.held()}
	}
	return Verdict{NoVerdict, "the run does not show whether the steady state held"}
}

func (r *Result) exploration() Verdict {
	if reason := r.deviation(); reason != "" {
		return Verdict{Deviated, reason}
	}
	switch reason := r.decided(); {
	case reason != "":
		return Verdict{NoVerdict, reason}
	case r.Status != "completed" || !r.faultLanded():
		return Verdict{NoVerdict, "the run does not show that every action succeeded"}
	}
	return Verdict{Explored, r.explored()}
}

// isHeld asks for each piece of the proof.
func (r *Result) isHeld() bool {
	asked := r.passes()
	return len(asked) > 0 && r.Status == "completed" && !r.Deviated && r.faultLanded() &&
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

// proves tells of a pass that is met because each of its probes was.
func (s *State) proves() bool {
	return s.IsMet() && !s.Decided && len(s.Runs) > 0 && !slices.ContainsFunc(s.Runs, func(r *Run) bool {
		return !r.Succeeded() || r.ToleranceMet == nil || !*r.ToleranceMet || r.Skipped || r.Pretended || r.Decided != ""
	})
}

// faultLanded tells whether every action of the method succeeded and every proof
// was met.
func (r *Result) faultLanded() bool {
	return !slices.ContainsFunc(slices.Concat(r.Run, r.Proof), func(run *Run) bool {
		return run.Unproven != "" || (run.Action || run.Judged) && (!run.Succeeded() || run.Decided != "")
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

func (r *Result) unexpected() string {
	for _, run := range r.Run {
		if run.Unexpected != nil {
			return fmt.Sprintf("'%s' ran into an unexpected error: %v", run.Name, run.Unexpected)
		}
	}
	if r.Unexpected != nil {
		return fmt.Sprintf("the run met an unexpected error: %v", r.Unexpected)
	}
	return ""
}

// unsteadyBefore finds a system that was not steady before the fault was on.
func (r *Result) unsteadyBefore() string {
	const before = "the system was not steady before the method, so nothing was done to it: "
	switch s := r.Before; {
	case s == nil || s.IsMet():
	case s.Decided:
		return before + "a control decided so"
	case s.Last() == nil:
		return before + "no probe was asked"
	case s.Last().Failed():
		return "the steady state could not be measured before the method: " + s.Last().Deviation()
	default:
		return before + s.Last().Deviation()
	}
	begun, _ := r.landing()
	for _, s := range r.During {
		if s.isMiss() && s.Last().End.Before(begun) {
			return "the system was not steady before the fault: " + s.Last().Deviation()
		}
	}
	return ""
}

// unproven finds what says that the fault did not land, or did not stay.
func (r *Result) unproven() string {
	for _, run := range r.Run {
		switch {
		case run.Unproven != "":
			return "the fault is not proven: " + run.Unproven
		case run.Action || run.Judged:
			if run.Pretended || run.Skipped {
				return "the fault is not proven: " + run.leftOut()
			}
			if run.Decided != "" {
				return "the fault is not proven: " + run.Decided
			}
		}
	}
	for _, run := range r.Proof {
		if run.Unproven != "" {
			return "the fault did not stay until the hypothesis had been checked: " + run.Unproven
		}
	}
	return ""
}

// noFault finds a method that did nothing and proved nothing.
func (r *Result) noFault() string {
	switch {
	case slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action || run.Judged }):
		return ""
	case r.ActionDeclared:
		return "the method was ended before its first action, so no fault was put on the system"
	}
	return "the method has no action, so no fault was put on the system"
}

// pretendedHypothesis finds a hypothesis that is met because nobody asked.
func (r *Result) pretendedHypothesis() string {
	if r.DryProbes {
		return "the hypothesis was only pretended (dry)"
	}
	for _, s := range r.passes() {
		for _, run := range s.Runs {
			if run.Skipped {
				return "the hypothesis was not checked: " + run.leftOut()
			}
		}
	}
	return ""
}

// isMiss tells of a pass in which a probe got a wrong answer, rather than none.
func (s *State) isMiss() bool {
	return s != nil && !s.Decided && !s.IsMet() && s.Last() != nil && s.Last().Succeeded()
}

// isBlind tells of a pass in which a probe got no answer.
func (s *State) isBlind() bool {
	return s != nil && !s.IsMet() && s.Last() != nil && !s.Last().Succeeded()
}

// deviation finds a pass that was not met once the fault was on. After the method
// the journal must agree, since a control may have decided otherwise.
func (r *Result) deviation() string {
	if i := slices.IndexFunc(r.During, (*State).isMiss); i >= 0 {
		return "during the method, " + r.During[i].Last().Deviation()
	}
	switch {
	case !r.Deviated || r.statusSet:
	case r.After.isMiss():
		return r.After.Last().Deviation()
	case r.After.isBlind():
	case r.After != nil && r.After.Decided:
		return "a control decided whether the steady state is met after the method, and the journal says that it deviated"
	case r.Decided != "":
		return r.Decided
	}
	return ""
}

// decided finds what a control has said against what was measured.
func (r *Result) decided() string {
	for _, s := range r.passes() {
		if s.Decided {
			return "a control decided whether the steady state is met, so nothing was measured"
		}
		for _, run := range s.Runs {
			if run.Decided != "" {
				return run.Decided
			}
		}
	}
	if r.Decided == "" && r.Status != "completed" && r.Status != "failed" {
		return fmt.Sprintf("the run ended with the status '%s'", r.Status)
	}
	return r.Decided
}

// unmeasured finds a probe that has no answer, which is not the wrong answer.
func (r *Result) unmeasured() string {
	if i := slices.IndexFunc(r.During, (*State).isBlind); i >= 0 {
		return "the steady state could not be measured during the method: " + r.During[i].Last().Deviation()
	}
	if r.After.isBlind() {
		return "the steady state could not be measured after the method: " + r.After.Last().Deviation()
	}
	return ""
}

// unchecked finds a hypothesis that nobody asked once the fault had landed. A
// pass that began earlier may have seen the system as it was before.
func (r *Result) unchecked() string {
	_, landed := r.landing()
	during := slices.ContainsFunc(r.During, func(s *State) bool { return len(s.Runs) > 0 && !s.Runs[0].Start.Before(landed) })
	if r.After != nil || during {
		return ""
	}
	return "the hypothesis was not checked once the fault was on (strategy " + r.Strategy + ")"
}

func (r *Result) alwaysMet() string {
	for _, s := range r.passes() {
		for _, run := range s.Runs {
			if run.AlwaysMet != "" {
				return fmt.Sprintf("the tolerance of '%s' is met whatever the probe gets: %s", run.Name, run.AlwaysMet)
			}
		}
	}
	return ""
}

// landing is when the fault began to land and when it had landed: the first
// action's start and its end, or the first proof's where the method has no
// action. One in the background has landed when it starts: it lasts.
func (r *Result) landing() (begun, landed time.Time) {
	for _, isFault := range []func(*Run) bool{func(run *Run) bool { return run.Action }, func(run *Run) bool { return run.Judged }} {
		for _, run := range r.Run {
			if !isFault(run) {
				continue
			}
			end := run.End
			if run.Background {
				end = run.Start
			}
			if begun.IsZero() || run.Start.Before(begun) {
				begun = run.Start
			}
			if landed.IsZero() || end.Before(landed) {
				landed = end
			}
		}
		if !begun.IsZero() {
			break
		}
	}
	return begun, landed
}

func (r *Result) held() string {
	switch {
	case r.Before == nil && r.After == nil:
		return "the fault is proven, and the steady state held while the method ran; it was checked neither before nor after"
	case r.Before == nil:
		return "the fault is proven, and the system is steady after it; it was not checked before"
	case len(r.During) > 0:
		return "the fault is proven, and the steady state held during the method and after it"
	}
	return "the fault is proven, and the steady state held"
}

func (r *Result) explored() string {
	what := "there is no hypothesis to check"
	if r.Hypothesis {
		what = "the hypothesis was left out, as the strategy skip asks"
	}
	if slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action }) {
		return "every action succeeded, and " + what
	}
	return "the method has no action that could fail, and " + what
}
