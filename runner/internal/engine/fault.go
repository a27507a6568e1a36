package engine

import (
	"time"

	"chaosworkshop.example/runner/internal/experiment"
)

// unproven finds what says that the fault did not land, or did not stay.
func (e *Engine) unproven() string {
	for _, run := range e.result.Run {
		switch {
		case run.unproven != "":
			return "the fault is not proven: " + run.unproven
		case run.pretended && (run.isAction() || run.judged):
			return "the fault is not proven: " + run.pretence()
		}
	}
	for _, run := range e.result.Proof {
		if run.unproven != "" {
			return "the fault did not stay until the hypothesis had been checked: " + run.unproven
		}
	}
	return ""
}

// noFault finds a method that did nothing and proved nothing.
func (e *Engine) noFault() string {
	for _, run := range e.result.Run {
		if run.isAction() || run.judged {
			return ""
		}
	}
	for _, declared := range e.Experiment.Method {
		if a, _ := e.resolve(declared); a != nil && a.Type == experiment.Action {
			return "the method was ended before its first action, so no fault was put on the system"
		}
	}
	return "the method has no action, so no fault was put on the system"
}

// landing is when the fault began to land and when it had landed: the first
// action's start and its end, or the first proof's where the method has no
// action. One in the background has landed when it starts: it lasts.
func (e *Engine) landing() (begun, landed time.Time) {
	for _, isFault := range []func(*Run) bool{(*Run).isAction, func(r *Run) bool { return r.judged }} {
		for _, run := range e.result.Run {
			if !isFault(run) {
				continue
			}
			end := run.End
			if run.background {
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
