package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// What to do about a run without a verdict, where several reasons ask for the same.
const (
	askControl  = "find out why the control changed it, or run without the control"
	repairProbe = "start the system if it does not run, or repair the probe"
	seeLog      = "see the log"
	withoutDry  = "run the experiment again without --dry"
)

// noVerdict is the verdict for a reason; the zero Verdict for none.
func noVerdict(reason, next string) Verdict {
	if reason == "" {
		return Verdict{}
	}
	return Verdict{NoVerdict, reason, next}
}

// notUndone finds a rollback that failed or never ran.
func (r *Result) notUndone() Verdict {
	if !r.PlayRollbacks {
		return Verdict{}
	}
	reason := ""
	for _, run := range slices.Concat(r.Rollbacks, r.taken) {
		reason = cmp.Or(reason, run.notUndone())
	}
	if reason == "" && r.Unplayed > 0 {
		why := "they were cut short"
		if r.Unexpected != nil {
			why = r.Unexpected.Error()
		}
		reason = fmt.Sprintf("%d of %d rollbacks did not run: %s", r.Unplayed, r.Unplayed+r.Played, why)
	}
	if reason == "" {
		return Verdict{}
	}
	if r.Begun == 0 { // the toolkit plays the rollbacks even then
		reason += " (the method never began, so a fault is on only if an earlier run left it)"
	}
	return Verdict{NotUndone, reason, ""}
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

// interrupted finds a stop.
func (r *Result) interrupted() Verdict {
	if r.Stop == nil {
		return Verdict{}
	}
	return Verdict{Interrupted, r.Stop.Why, ""}
}

// unexpected finds an unexpected error: what the run shows then is not known.
func (r *Result) unexpected() Verdict {
	what, err := "the run met an unexpected error", r.Unexpected
	if i := slices.IndexFunc(r.Run, func(run *Run) bool { return run.Unexpected != nil }); i >= 0 {
		what, err = "'"+r.Run[i].Name+"' ran into an unexpected error", r.Run[i].Unexpected
	}
	if err == nil {
		return Verdict{}
	}
	return noVerdict(fmt.Sprintf("%s: %v", what, err), "repair what the error names; the log has more")
}

// unsteadyBefore finds a system that was not steady before the fault was on.
func (r *Result) unsteadyBefore() Verdict {
	const start = "start or repair the system, then run the experiment again"
	before := "the system was not steady before the method: "
	if r.Begun == 0 {
		before = "the system was not steady before the method, so nothing was done to it: "
	}
	switch s := r.Before; {
	case s == nil:
	case s.IsMet():
		if s.Decided || slices.ContainsFunc(s.Runs, func(run *Run) bool { return run.Decided != "" }) {
			return noVerdict("a control has changed whether the system was steady before the method", askControl)
		}
	case s.Decided:
		return noVerdict(before+"a control decided so", askControl)
	case s.Last() == nil:
		return noVerdict(before+"no probe was asked", start)
	case s.Last().Failed():
		return noVerdict("the steady state could not be measured before the method: "+s.Last().Deviation(), repairProbe)
	default:
		return noVerdict(before+s.Last().Deviation(), start)
	}
	begun, _ := r.faultTimes()
	for _, s := range r.During {
		if s.hasWrongAnswer() && s.Last().End.Before(begun) {
			return noVerdict("the system was not steady before the fault: "+s.Last().Deviation(), start)
		}
	}
	return Verdict{}
}

// unproven finds what says that the fault did not land, or did not stay.
func (r *Result) unproven() Verdict {
	const not = "the fault is not proven: "
	for _, run := range r.Run {
		switch {
		case run.Unproven == "" && !run.Unfinished() && !run.Action && !run.Proves: // it says nothing of the fault
		case run.Decided != "":
			return noVerdict(not+run.Decided, askControl)
		case run.Unproven != "" && run.Action:
			return noVerdict(not+run.Unproven, "repair the action; the journal has its output")
		case run.Unproven != "":
			effect := map[bool]string{true: "find out why the action had no effect", false: "see that the fault is on when it is asked"}
			return noVerdict(not+run.Unproven, effect[r.ActionDeclared]+", or repair this probe")
		case run.Unfinished():
			return noVerdict(not+"'"+run.Name+"' did not come to its end", seeLog)
		case run.Skipped || run.Pretended:
			return run.leftOut("the fault is not proven")
		}
	}
	const gone = "the fault did not stay until the hypothesis had been checked: "
	for _, run := range r.Proof {
		switch {
		case run.Decided != "":
			return noVerdict(gone+run.Decided, askControl)
		case run.Unproven != "":
			return noVerdict(gone+run.Unproven, "find out what repaired the system meanwhile, such as a restart")
		}
	}
	return Verdict{}
}

// noFault finds a method that did nothing and proved nothing.
func (r *Result) noFault() Verdict {
	switch {
	case slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action || run.Proves }):
		return Verdict{}
	case r.Decided != "":
		return noVerdict(r.Decided, askControl)
	case r.ActionDeclared:
		return noVerdict("the method was ended before its first action, so no fault was put on the system", "see in the log what ended the method")
	}
	return noVerdict("the method has no action, so no fault was put on the system", "add an action to the method, and a rollback that undoes it")
}

// pretendedHypothesis finds a hypothesis whose probes were not really asked.
func (r *Result) pretendedHypothesis() Verdict {
	if r.DryProbes {
		return noVerdict("the hypothesis was only pretended (dry)", withoutDry)
	}
	for _, run := range r.probes() {
		if run.Skipped {
			return run.leftOut("the hypothesis was not checked")
		}
	}
	return Verdict{}
}

// leftOut is the verdict where nothing was done; so says what follows from that.
func (r *Run) leftOut(so string) Verdict {
	if r.Skipped {
		return noVerdict(fmt.Sprintf("%s: '%s' was skipped", so, r.Name), "run the experiment again, and skip nothing")
	}
	return noVerdict(fmt.Sprintf("%s: '%s' was only pretended (dry)", so, r.Name), withoutDry)
}

// deviation finds a pass that was not met once the fault was on. After the method
// the journal must agree, since a control may have decided otherwise.
func (r *Result) deviation() Verdict {
	reason := ""
	if i := slices.IndexFunc(r.During, (*State).hasWrongAnswer); i >= 0 {
		reason = "during the method, " + r.During[i].Last().Deviation()
	} else if r.Deviated && !r.statusSet {
		switch {
		case r.After.hasWrongAnswer():
			reason = r.After.Last().Deviation()
		case r.After.hasNoAnswer():
		case r.After != nil && r.After.Decided:
			reason = "a control has changed whether the steady state is met after the method, and the journal says that it deviated"
		default:
			reason = r.Decided
		}
	}
	switch {
	case reason == "":
		return Verdict{}
	case r.Altered != "":
		return noVerdict(r.Altered+"; what was measured is "+reason, askControl)
	}
	return Verdict{Deviated, reason, ""}
}

// decided finds what a control has said against what was measured, or changed in what
// the run was to show.
func (r *Result) decided() Verdict {
	if slices.ContainsFunc(r.passes(), func(s *State) bool { return s.Decided }) {
		return noVerdict("a control has changed whether the steady state is met", askControl)
	}
	for _, run := range r.probes() {
		if run.Decided != "" {
			return noVerdict(run.Decided, askControl)
		}
	}
	if r.Decided == "" && r.Status != "completed" && r.Status != "failed" {
		return noVerdict(fmt.Sprintf("the run ended with the status '%s'", r.Status), seeLog)
	}
	return noVerdict(cmp.Or(r.Decided, r.Altered), askControl)
}

// unmeasured finds a probe that has no answer, which is not the wrong answer.
func (r *Result) unmeasured() Verdict {
	for i, s := range append(slices.Clone(r.During), r.After) {
		if s.hasNoAnswer() {
			when := map[bool]string{true: "during", false: "after"}[i < len(r.During)]
			return noVerdict("the steady state could not be measured "+when+" the method: "+s.Last().Deviation(), repairProbe)
		}
	}
	return Verdict{}
}

// unchecked finds a hypothesis that was not checked after the fault had landed. A
// check that began earlier may have seen the system without the fault.
func (r *Result) unchecked() Verdict {
	if r.After != nil || r.Strategy == "during-method-only" && r.checkedDuring() {
		return Verdict{}
	}
	return noVerdict("the hypothesis was not checked after the fault began (strategy "+r.Strategy+")", "choose another strategy for the hypothesis, or leave it out")
}

// checkedDuring tells whether a check during the method began when the fault had landed.
func (r *Result) checkedDuring() bool {
	_, landed := r.faultTimes()
	return slices.ContainsFunc(r.During, func(s *State) bool { return len(s.Runs) > 0 && !s.Runs[0].Start.Before(landed) })
}

// alwaysMet finds a probe of the hypothesis whose tolerance accepts every answer.
func (r *Result) alwaysMet() Verdict {
	for _, run := range r.probes() {
		if run.AlwaysMet {
			return noVerdict(fmt.Sprintf("the tolerance of '%s' is always met: any answer of its own probe counts as yes", run.Name), "give this probe a tolerance that can fail")
		}
	}
	return Verdict{}
}

// faultTimes is when the fault began to land and when all of it had landed: the start of the
// first action, and the end of the last; of the proofs where the method has no action. An action
// in the background has landed at its end, or at that of a proof that was met meanwhile.
func (r *Result) faultTimes() (begun, landed time.Time) {
	hasAction := slices.ContainsFunc(r.Run, func(run *Run) bool { return run.Action })
	var proven time.Time
	for _, run := range r.Run {
		if run.Proves && !run.Action {
			proven = slices.MaxFunc([]time.Time{proven, run.End}, time.Time.Compare)
		}
	}
	for _, run := range r.Run {
		if !run.Action && (hasAction || !run.Proves) {
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
