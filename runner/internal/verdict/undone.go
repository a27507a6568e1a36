package verdict

import "fmt"

// notUndone finds a rollback that failed or never ran.
func (r *Result) notUndone() string {
	if !r.PlayRollbacks {
		return ""
	}
	for _, run := range r.Rollbacks {
		if reason := run.notUndone(); reason != "" {
			return reason + r.neverBegun()
		}
	}
	if r.Unplayed == 0 {
		return ""
	}
	why := ": they were cut short"
	if r.Unexpected != nil {
		why = fmt.Sprintf(": %v", r.Unexpected)
	}
	return fmt.Sprintf("%d of %d rollbacks did not run%s%s", r.Unplayed, r.Unplayed+len(r.Rollbacks), why, r.neverBegun())
}

func (r *Run) notUndone() string {
	switch {
	case r.Failed():
		return fmt.Sprintf("the rollback '%s' failed: %s", r.Name, r.Reason)
	case r.Unexpected != nil:
		return fmt.Sprintf("the rollback '%s' could not run: %v", r.Name, r.Unexpected)
	case r.Unfinished():
		return fmt.Sprintf("the rollback '%s' was cut short", r.Name)
	case r.Skipped:
		return fmt.Sprintf("the rollback '%s' was left out, as asked", r.Name)
	case r.Unproven != "":
		return "a rollback did not work: " + r.Unproven
	case r.Decided != "":
		return "a rollback did not work: " + r.Decided
	}
	return ""
}

// neverBegun softens the alarm where this run at least put no fault on: the
// toolkit plays the rollbacks even then.
func (r *Result) neverBegun() string {
	if len(r.Run) > 0 {
		return ""
	}
	return " (the method never began, so a fault is on only if an earlier run left it)"
}
