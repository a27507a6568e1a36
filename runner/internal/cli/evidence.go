package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// row is a line of the evidence: what was answered, and what was wanted.
type row struct{ label, answer, wanted string }

// evidence is what the run saw, in the order in which it did.
func (c *console) evidence(r *verdict.Result) []row {
	rows := c.pass("before", r.Before, r.After)
	if r.Verdict.Word == verdict.Explored {
		var did []row
		for _, run := range r.Run[:min(len(r.Run), mostRows)] {
			did = append(did, row{"method", c.name(run) + ": " + c.did(run), run.Wanted})
		}
		return append(rows, andMore(did, "method", len(r.Run))...)
	}
	rows = append(rows, c.during(r.During)...)
	if len(r.Run)+len(r.Acted) > 0 {
		rows = append(rows, row{"fault", c.fault(r), ""})
	}
	return append(rows, c.pass("after", r.After, r.Before)...)
}

// mostRows is how many rows a part of the run has at most: with more, the verdict would leave
// the screen.
const mostRows = 12

// andMore says how many of all rows with a label were left out.
func andMore(rows []row, label string, all int) []row {
	if left := all - len(rows); left > 0 {
		rows = append(rows, row{label, fmt.Sprintf("and %d more, which the journal has", left), ""})
	}
	return rows
}

// pass shows one pass over the hypothesis. A probe has its name, unless it is the only one
// and its answer is an HTTP answer, which speaks for itself. Those that were asked only in
// the other pass are told too.
func (c *console) pass(label string, s, other *verdict.State) (rows []row) {
	if s == nil || len(s.Runs) == 0 {
		return nil
	}
	asked := slices.Clone(s.Runs)
	if other != nil && len(other.Runs) > len(asked) {
		asked = append(asked, other.Runs[len(asked):]...)
	}
	longest := 0
	for _, run := range asked {
		longest = max(longest, letters(c.name(run)))
	}
	for i, run := range asked {
		this := row{label, c.answer(run), run.Wanted}
		if i >= len(s.Runs) {
			this.answer, this.wanted = "not asked", ""
		} else if this.wanted == "" && other != nil && i < len(other.Runs) {
			this.wanted = other.Runs[i].Wanted
		}
		if len(asked) > 1 || run.Provider != "http" {
			this.answer = padded(c.name(run), longest) + "  " + this.answer
		}
		if missed := run.ToleranceMet; len(asked) > 1 && i < len(s.Runs) && missed != nil && !*missed && this.wanted != "" {
			this.wanted += " (not met)"
		}
		if len(asked) <= mostRows || len(rows) < mostRows-1 || i == len(s.Runs)-1 { // the last that was asked decided
			rows = append(rows, this)
		}
	}
	return andMore(rows, label, len(asked))
}

// during sums up the checks beside the method, and shows the first that was not met.
func (c *console) during(passes []*verdict.State) []row {
	if len(passes) == 0 {
		return nil
	}
	missed := slices.DeleteFunc(slices.Clone(passes), (*verdict.State).IsMet)
	if len(missed) == 0 {
		return []row{{"during", fmt.Sprintf("checks: %d, all as wanted", len(passes)), ""}}
	}
	text := fmt.Sprintf("checks: %d, of these not as wanted: %d, the first of them:", len(passes), len(missed))
	return append([]row{{"during", text, ""}}, c.pass("during", missed[0], nil)...)
}

// noFault is the fault of a run in which no action took place.
const noFault = "none"

// actions names the actions of the method that took place.
func actions(r *verdict.Result) string { return cmp.Or(join(r.Acted), noFault) }

// fault names the actions that took place, and what shows that the fault was on.
func (c *console) fault(r *verdict.Result) string {
	acted := c.mask.Line(actions(r), 0)
	if len(r.Acted) == 0 && slices.ContainsFunc(r.Run, func(run *verdict.Run) bool { return run.Action }) {
		return acted
	}
	if proofs := c.proofs(r, true); len(proofs) > 0 {
		return acted + ": " + strings.Join(proofs, "; ")
	}
	done := slices.DeleteFunc(slices.Clone(r.Run), func(run *verdict.Run) bool { return !run.Action })
	switch word := r.Verdict.Word; {
	case len(done) == 0 || len(r.Acted) == 0 || word == verdict.NotUndone:
		return acted
	case word == verdict.Interrupted:
		return acted + ": done, and not proven"
	case slices.ContainsFunc(done, func(run *verdict.Run) bool { return !proven(run) }):
		return acted + " (not proven)"
	case len(done) == 1:
		return acted + ": the action succeeded"
	}
	return acted + ": every action succeeded"
}

// proofs are what the probes and actions of the method with a tolerance found; marked says
// of each if it proves the fault.
func (c *console) proofs(r *verdict.Result, marked bool) (found []string) {
	for _, run := range r.Run {
		if !run.Proves {
			continue
		}
		mark := " (proven)"
		switch again := slices.IndexFunc(r.Proof, func(other *verdict.Run) bool { return other.Name == run.Name }); {
		case !proven(run):
			mark = " (not proven)"
		case again >= 0 && !proven(r.Proof[again]):
			mark = " (proven, but it did not last)"
		}
		text := c.finding(run)
		if marked {
			text += mark
		}
		if !slices.Contains(found, text) {
			found = append(found, text)
		}
		if len(found) == mostRows {
			return append(found, "and more, which the journal has")
		}
	}
	return found
}

// proven tells whether an activity of the method did what it was there for.
func proven(run *verdict.Run) bool {
	return run.Succeeded() && run.Unproven == "" && run.Decided == "" && !run.Skipped && !run.Pretended
}

// finding says what a proof found: of a file, whether it is there.
func (c *console) finding(run *verdict.Run) string {
	provider := run.Activity.Map("provider")
	path, isThere := provider.Map("arguments").Text("path"), run.Output
	if there, ok := isThere.(bool); ok && provider.Text("module") == "os.path" && provider.Text("func") == "exists" && path != "" && !strings.Contains(path, "$") {
		return c.mask.Line(path, 0) + map[bool]string{true: " is there", false: " is gone"}[there]
	}
	return c.name(run) + " answered " + c.answer(run)
}

func (c *console) name(run *verdict.Run) string { return c.mask.Line(run.Name, 0) }

// did says what came of an activity of the method.
func (c *console) did(run *verdict.Run) string {
	if run.Action && proven(run) && run.Output == nil {
		return "done"
	}
	return c.answer(run)
}

// answer is what a probe was answered: the status of an HTTP answer and its body, the exit
// code of a process and what it printed, or the value. What is longer than three lines is
// cut: the journal has all of it.
func (c *console) answer(run *verdict.Run) string {
	longest := 3 * (c.width() - margin)
	switch {
	case run.Skipped:
		return "skipped"
	case run.Pretended:
		return "only pretended (dry)"
	case run.Failed():
		return c.mask.Line("no answer: "+run.Reason, longest)
	case !run.Succeeded():
		return "no answer"
	}
	output := c.mask.Value(run.Output)
	m, _ := output.(*value.Map)
	status, ok := m.Get("status")
	if !ok {
		return c.mask.Line(value.JSON(output), longest)
	}
	code, rest := value.Text(status), m.Value("body")
	if m.Has("stdout") {
		code, rest = "exit code "+code, cmp.Or(m.AsText("stdout"), m.AsText("stderr"))
	}
	text, isText := rest.(string)
	if !isText && rest != nil {
		text = value.JSON(rest)
	}
	return strings.TrimSpace(c.mask.Line(code, 0) + "  " + c.mask.Line(text, longest))
}
