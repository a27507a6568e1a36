package engine

import (
	"fmt"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// Status is how a run ended, in the toolkit's words. A run that deviated is
// completed: Result.Deviated tells.
type Status string

// The statuses of a run of an experiment.
const (
	Completed   Status = "completed"
	Failed      Status = "failed"      // a hypothesis probe could not be carried out, or fail-fast
	Aborted     Status = "aborted"     // an unexpected error
	Interrupted Status = "interrupted" // a signal or a control stopped it
)

// Result is what happened.
type Result struct {
	Title         string // with its variables replaced
	Start, End    time.Time
	Status        Status
	Deviated      bool
	Before, After *State // nil where the hypothesis was not checked
	During        []*State
	Run           []*Run // the method, in the order in which activities started
	Rollbacks     []*Run
	Proof         []*Run // probes of the method, asked again after the hypothesis
	Stop          *Stop  // what interrupted the run, if anything
	Verdict       Verdict

	rollbacksPlayed bool
	unexpected      error // the first error that nobody foresaw
}

// State is one pass over the hypothesis.
type State struct {
	Met  *bool // nil where the pass did not come to its end
	Runs []*Run
}

// RunStatus is how one activity ended.
type RunStatus string

// The statuses of one activity's run; it has none where it was interrupted or
// ran into an unexpected error.
const (
	Succeeded RunStatus = "succeeded"
	RunFailed RunStatus = "failed"
)

// Run is one activity, carried out once.
type Run struct {
	Activity     *value.Map // as it was written
	Output       any
	Status       RunStatus
	Exception    []string // why it failed, as the last line of a Python traceback
	Start, End   time.Time
	ToleranceMet *bool // of a hypothesis probe

	added       *value.Map           // keys that controls have added
	activity    *experiment.Activity // where a ref leads, its target
	background  bool
	pretended   bool   // dry, or skipped: nothing was done
	skipped     bool   // by a control
	judged      bool   // by its own tolerance, outside the hypothesis
	reason      string // why it failed, in words
	unproven    string // why it did not do what it was there for
	wanted, got string // of a tolerance that was not met
	unexpected  error
}

func (r *Run) name() string { return r.activity.Name }

// pretence says how it came that nothing was done.
func (r *Run) pretence() string {
	if r.skipped {
		return fmt.Sprintf("'%s' was left out, as asked", r.name())
	}
	return fmt.Sprintf("'%s' was only pretended (dry)", r.name())
}

func (r *Run) isAction() bool { return r.activity.Type == experiment.Action }

// isUnfinished tells of a run that was cut off, by a signal or by an unexpected
// error.
func (r *Run) isUnfinished() bool { return r.Status == "" }

// fail notes a failure as the toolkit does: the end of a Python traceback.
func (r *Run) fail(reason string) {
	r.Status, r.reason = RunFailed, reason
	r.Exception = []string{"chaoslib.exceptions.ActivityFailed: " + reason + "\n"}
}

// deviation says what a probe wanted and what it got, or why it got nothing.
func (r *Run) deviation() string {
	if r.Status == RunFailed {
		return fmt.Sprintf("%s: %s", r.name(), r.reason)
	}
	return fmt.Sprintf("%s: wanted %s, got %s", r.name(), r.wanted, r.got)
}

// Duration is how long the activity took, pauses left out; zero while it runs.
func (r *Run) Duration() time.Duration {
	if r.End.IsZero() {
		return 0
	}
	return r.End.Sub(r.Start)
}
