package evidence

import (
	"cmp"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/verdict"
)

// Reason is the verdict's reason, without what the evidence shows.
func Reason(r *verdict.Result) string {
	text := InTime(r.Verdict.Reason)
	if r.Verdict.Word == verdict.Held && r.Before != nil && r.After != nil {
		return ""
	}
	for _, s := range append([]*verdict.State{r.Before, r.After}, r.During...) {
		run := s.Last()
		if run == nil {
			continue
		}
		if seen := InTime(run.Deviation()); r.Verdict.Word == verdict.Deviated && (text == seen || text == "during the method, "+seen) {
			return ""
		} else if short, ok := strings.CutSuffix(text, ": "+seen); ok {
			return short
		}
	}
	return text
}

// Undone says if the fault is still on, after an interruption and if the strategy left
// out the rollbacks.
func Undone(r *verdict.Result) string {
	interrupted := r.Verdict.Word == verdict.Interrupted
	switch {
	case r.Verdict.Word == verdict.NotUndone && len(r.NotUndone) > 0:
		return "these rollbacks have not succeeded: " + strings.Join(r.NotUndone, ", ")
	case interrupted && r.Played > 0:
		return "all rollbacks were played"
	case interrupted && !slices.ContainsFunc(r.Run, func(run *verdict.Run) bool { return run.Action }) && r.Begun <= len(r.Run):
		return "nothing was done, so there is nothing to undo"
	case interrupted && len(r.Acted) == 0:
		return "no rollbacks were played: what the method began is perhaps still there"
	case interrupted || !r.PlayRollbacks && len(r.Acted) > 0:
		return "no rollbacks were played: what the method did is still there"
	}
	return ""
}

// Outcome is what came of an activity, in words.
func (w Words) Outcome(part string, run *verdict.Run) string {
	name := w.Name(run)
	said := name + ": " + strings.Replace(w.Answer(run), "  ", " ", 1) // no columns here
	switch {
	case run.Skipped:
		return name + ": skipped"
	case run.Failed():
		return w.Mask.Line(run.Name+" failed: "+InTime(run.Reason), 0)
	case run.Unproven != "" && run.Proves:
		return w.Mask.Line(run.Unproven, 0) + " (the fault is not proven)"
	case run.Unproven != "":
		return w.Mask.Line(run.Unproven, 0)
	case run.ToleranceMet != nil && *run.ToleranceMet:
		return said + " (steady)"
	case run.ToleranceMet != nil:
		return said + " (wanted " + w.Mask.Line(run.Wanted, 0) + ")"
	case part == "proof":
		return w.Finding(run) + " (the fault was on all the time)"
	case run.Proves:
		return w.Finding(run) + " (the fault is on)"
	}
	return name + ": " + w.Did(run)
}

// Chapter is the step of a story that an activity is, by its part of the run.
func Chapter(part string, action, proves bool) string {
	switch {
	case part == "rollback":
		return "undo"
	case part == "proof":
		return "again"
	case part != "method":
		return part
	case action:
		return "fault"
	case proves:
		return "proof"
	}
	return "probe"
}

// Next is what to do after a verdict that does not say it itself.
func Next(word string) string {
	return map[string]string{
		verdict.Held:        "try a stronger fault, or write your own experiment",
		verdict.Explored:    "add a steady-state-hypothesis: it says what a healthy system does",
		verdict.Deviated:    "find out why, improve the system, and run the experiment again",
		verdict.NotUndone:   "undo the fault by hand, then check the system",
		verdict.Interrupted: "run the experiment again",
	}[word]
}

// Compare makes a table of runs: a column for each, with its name, the fault, what was answered,
// and its verdict. The first cell of a row says what is compared.
func (w Words) Compare(names []string, results []*verdict.Result) [][]string {
	rows := [][]string{{""}, {"fault"}, {"proven"}, {"before"}, {"after"}, {"wanted"}, {"verdict"}}
	for i, r := range results {
		proof := cmp.Or(strings.Join(w.Proofs(r, !r.Measured()), "\n"), proofless(r))
		before, wanted := answers(w.Pass("before", r.Before, r.After))
		after, wantedAfter := answers(w.Pass("after", r.After, r.Before))
		for at, cell := range []string{w.Mask.Line(names[i], 0), w.Mask.Line(Actions(r), 0), proof, before, after, cmp.Or(wanted, wantedAfter), Verdicts[r.Verdict.Word].Shown} {
			rows[at] = append(rows[at], cell)
		}
	}
	return rows
}

// proofless says whether a fault is proven of which no probe tells anything.
func proofless(r *verdict.Result) string {
	switch {
	case r.Measured():
		return "yes"
	case r.Verdict.Word == "": // a journal without a verdict
		return "not known"
	}
	return "no"
}

// answers are what was answered in a pass, and what was wanted, each on a line of its own,
// without the blanks that make columns.
func answers(rows []Row) (answered, wanted string) {
	if len(rows) == 0 {
		return "not asked", ""
	}
	for _, r := range rows {
		answered += "\n" + strings.Join(strings.Fields(r.Answer), " ")
		wanted += "\n" + r.Wanted
	}
	return answered[1:], wanted[1:]
}

// SameFault tells whether all runs of a comparison had the same fault.
func SameFault(rows [][]string) bool { return len(slices.Compact(slices.Clone(rows[1][1:]))) == 1 }
