package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// notUndone finds a rollback that failed or never ran.
func (r *Result) notUndone() string {
	if !r.PlayRollbacks {
		return ""
	}
	for _, run := range slices.Concat(r.Rollbacks, r.taken) {
		if reason := run.notUndone(); reason != "" {
			return reason
		}
	}
	if r.Unplayed == 0 {
		return ""
	}
	why := ": they were cut short"
	if r.Unexpected != nil {
		why = fmt.Sprintf(": %v", r.Unexpected)
	}
	return fmt.Sprintf("%d of %d rollbacks did not run%s", r.Unplayed, r.Unplayed+r.Played, why)
}

// notUndone says why a rollback did not undo what it was there for.
func (r *Run) notUndone() string {
	switch {
	case r.other != nil:
		return "a rollback did not work: " + r.Decided
	case r.Failed():
		return fmt.Sprintf("the rollback '%s' failed: %s", r.Name, r.Reason)
	case r.Unexpected != nil:
		return fmt.Sprintf("the rollback '%s' could not run: %v", r.Name, r.Unexpected)
	case r.Unfinished():
		return fmt.Sprintf("the rollback '%s' was cut short", r.Name)
	case r.Skipped:
		return fmt.Sprintf("the rollback '%s' was skipped", r.Name)
	case r.Unproven != "" || r.Decided != "":
		return "a rollback did not work: " + cmp.Or(r.Decided, r.Unproven)
	}
	return ""
}

// unexpected finds an unexpected error: what the run shows then is not known.
func (r *Result) unexpected() string {
	if i := slices.IndexFunc(r.Run, func(run *Run) bool { return run.Unexpected != nil }); i >= 0 {
		return fmt.Sprintf("'%s' ran into an unexpected error: %v", r.Run[i].Name, r.Run[i].Unexpected)
	}
	if r.Unexpected != nil {
		return fmt.Sprintf("the run met an unexpected error: %v", r.Unexpected)
	}
	return ""
}

// unsteadyBefore finds a system that was not steady before the fault was on.
func (r *Result) unsteadyBefore() string {
	before := "the system was not steady before the method: "
	if r.Begun == 0 {
		before = "the system was not steady before the method, so nothing was done to it: "
	}
	switch s := r.Before; {
	case s == nil:
	case s.IsMet():
		if s.Decided || slices.ContainsFunc(s.Runs, func(run *Run) bool { return run.Decided != "" }) {
			return "a control has changed whether the system was steady before the method"
		}
	case s.Decided:
		return before + "a control decided so"
	case s.Last() == nil:
		return before + "no probe was asked"
	case s.Last().Failed():
		return "the steady state could not be measured before the method: " + s.Last().Deviation()
	default:
		return before + s.Last().Deviation()
	}
	begun, _ := r.faultTimes()
	for _, s := range r.During {
		if s.hasWrongAnswer() && s.Last().End.Before(begun) {
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
			return "the fault is not proven: " + cmp.Or(run.Decided, run.Unproven)
		case run.Unfinished():
			return "the fault is not proven: " + cmp.Or(run.Decided, "'"+run.Name+"' did not come to its end")
		case run.Action || run.Judged:
			if reason := cmp.Or(run.leftOut(), run.Decided); reason != "" {
				return "the fault is not proven: " + reason
			}
		}
	}
	for _, run := range r.Proof {
		if reason := cmp.Or(run.Decided, run.Unproven); reason != "" {
			return "the fault did not stay until the hypothesis had been checked: " + reason
		}
	}
	return ""
}

// noFault finds a method that did nothing and proved nothing.
func (r *Result) noFault() string {
	switch {
	case slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action || run.Judged }):
		return ""
	case r.Decided != "":
		return r.Decided
	case r.ActionDeclared:
		return "the method was ended before its first action, so no fault was put on the system"
	}
	return "the method has no action, so no fault was put on the system"
}

// pretendedHypothesis finds a hypothesis whose probes were not really asked.
func (r *Result) pretendedHypothesis() string {
	if r.DryProbes {
		return "the hypothesis was only pretended (dry)"
	}
	for _, run := range r.probes() {
		if run.Skipped {
			return "the hypothesis was not checked: " + run.leftOut()
		}
	}
	return ""
}

// hasWrongAnswer tells whether a probe of this check got a wrong answer.
func (s *State) hasWrongAnswer() bool {
	return s != nil && !s.Decided && !s.IsMet() && s.Last() != nil && s.Last().Succeeded()
}

// hasNoAnswer tells whether a probe of this check got no answer.
func (s *State) hasNoAnswer() bool {
	return s != nil && !s.IsMet() && s.Last() != nil && !s.Last().Succeeded()
}

// deviation finds a pass that was not met once the fault was on. After the method
// the journal must agree, since a control may have decided otherwise.
func (r *Result) deviation() string {
	if i := slices.IndexFunc(r.During, (*State).hasWrongAnswer); i >= 0 {
		return "during the method, " + r.During[i].Last().Deviation()
	}
	switch {
	case !r.Deviated || r.statusSet:
	case r.After.hasWrongAnswer():
		return r.After.Last().Deviation()
	case r.After.hasNoAnswer():
	case r.After != nil && r.After.Decided:
		return "a control has changed whether the steady state is met after the method, and the journal says that it deviated"
	case r.Decided != "":
		return r.Decided
	}
	return ""
}

// decided finds what a control has said against what was measured.
func (r *Result) decided() string {
	if slices.ContainsFunc(r.passes(), func(s *State) bool { return s.Decided }) {
		return "a control has changed whether the steady state is met"
	}
	for _, run := range r.probes() {
		if run.Decided != "" {
			return run.Decided
		}
	}
	if r.Decided == "" && r.Status != "completed" && r.Status != "failed" {
		return fmt.Sprintf("the run ended with the status '%s'", r.Status)
	}
	return r.Decided
}

// unmeasured finds a probe that has no answer, which is not the wrong answer.
func (r *Result) unmeasured() string {
	if i := slices.IndexFunc(r.During, (*State).hasNoAnswer); i >= 0 {
		return "the steady state could not be measured during the method: " + r.During[i].Last().Deviation()
	}
	if r.After.hasNoAnswer() {
		return "the steady state could not be measured after the method: " + r.After.Last().Deviation()
	}
	return ""
}

// unchecked finds a hypothesis that was not checked after the fault had landed. A
// check that began earlier may have seen the system without the fault.
func (r *Result) unchecked() string {
	if r.After != nil || r.Strategy == "during-method-only" && r.checkedDuring() {
		return ""
	}
	return "the hypothesis was not checked after the fault began (strategy " + r.Strategy + ")"
}

// checkedDuring tells whether a check during the method began when the fault had landed.
func (r *Result) checkedDuring() bool {
	_, landed := r.faultTimes()
	return slices.ContainsFunc(r.During, func(s *State) bool { return len(s.Runs) > 0 && !s.Runs[0].Start.Before(landed) })
}

// alwaysMet finds a probe of the hypothesis whose tolerance accepts every answer.
func (r *Result) alwaysMet() string {
	for _, run := range r.probes() {
		if run.AlwaysMet {
			return fmt.Sprintf("the tolerance of '%s' is always met: any answer of its own probe counts as yes", run.Name)
		}
	}
	return ""
}

// faultTimes is when the fault began to land and when all of it had landed: the start
// of the first action, and the end of the last; of the proofs where the method has
// no action. An action in the background has landed at its end, or at that of a
// proof that was met meanwhile.
func (r *Result) faultTimes() (begun, landed time.Time) {
	hasAction := slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action })
	var proven time.Time
	for _, run := range r.Run {
		if run.Judged && !run.Action {
			proven = slices.MaxFunc([]time.Time{proven, run.End}, time.Time.Compare)
		}
	}
	for _, run := range r.Run {
		if !run.Action && (hasAction || !run.Judged) {
			continue
		}
		if begun.IsZero() || run.Start.Before(begun) {
			begun = run.Start
		}
		end := run.End
		if run.Background && proven.After(run.Start) && proven.Before(end) {
			end = proven
		}
		landed = slices.MaxFunc([]time.Time{landed, end}, time.Time.Compare)
	}
	return begun, landed
}

// held says when the steady state was measured.
func (r *Result) held() string {
	switch {
	case r.Before == nil && r.After == nil:
		return "the fault is proven, and the steady state held while the method ran; it was checked neither before nor after"
	case r.Before == nil:
		return "the fault is proven, and the system is steady after it; it was not checked before"
	case r.checkedDuring():
		return "the fault is proven, and the steady state held during the method and after it"
	}
	return "the fault is proven, and the steady state held"
}

// explored says why there was nothing to measure.
func (r *Result) explored() string {
	what := "there is no hypothesis to check"
	if r.Hypothesis {
		what = "the hypothesis was skipped (strategy skip)"
	}
	if slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action }) {
		return "every action succeeded, and " + what
	}
	return "the method has no action that could fail, and " + what
}
