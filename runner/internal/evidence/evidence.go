// Package evidence says in words what a run saw. Whoever shows a run, on the console or in a
// report, shows these words.
package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Words are the words of the evidence: secrets are hidden in them, and what came from outside is
// clean.
type Words struct {
	Mask    *show.Mask
	Letters int // how long an answer may be; 0 is no limit
}

// Row is a line of the evidence: what was answered, and what was wanted.
type Row struct{ Label, Answer, Wanted string }

// Verdicts is how each verdict is shown: the word, and a sentence.
var Verdicts = map[string]struct{ Shown, Sentence string }{
	verdict.Held:        {"HELD", "the system survived the fault"},
	verdict.Explored:    {"EXPLORED", "the method ran, and no hypothesis was checked"},
	verdict.Deviated:    {"WEAKNESS FOUND (deviated)", "the system did not survive the fault"},
	verdict.NoVerdict:   {"NO VERDICT", "this run cannot say if the system is weak"},
	verdict.NotUndone:   {"NOT UNDONE", "the fault may still be on"},
	verdict.Interrupted: {"INTERRUPTED", "the run was stopped before its end"},
}

// Rows are what the run saw, in the order in which it did.
func (w Words) Rows(r *verdict.Result) []Row {
	rows := w.Pass("before", r.Before, r.After)
	if r.Verdict.Word == verdict.Explored {
		var did []Row
		for _, run := range r.Run[:min(len(r.Run), mostRows)] {
			did = append(did, Row{"method", w.Name(run) + ": " + w.Did(run), w.wanted(run)})
		}
		return append(rows, andMore(did, "method", len(r.Run))...)
	}
	rows = append(rows, w.during(r.During)...)
	if len(r.Run)+len(r.Acted) > 0 {
		rows = append(rows, Row{"fault", w.fault(r), ""})
	}
	return append(rows, w.Pass("after", r.After, r.Before)...)
}

// mostRows is how many rows a part of the run has at most: with more, the verdict would leave
// the screen.
const mostRows = 12

// andMore says how many of all rows with a label were left out.
func andMore(rows []Row, label string, all int) []Row {
	if left := all - len(rows); left > 0 {
		rows = append(rows, Row{label, fmt.Sprintf("and %d more, which the journal has", left), ""})
	}
	return rows
}

// Pass shows one pass over the hypothesis. A probe has its name, unless it is the only one
// and its answer is an HTTP answer, which speaks for itself. Those that were asked only in
// the other pass are told too.
func (w Words) Pass(label string, s, other *verdict.State) (rows []Row) {
	if s == nil || len(s.Runs) == 0 {
		return nil
	}
	asked := slices.Clone(s.Runs)
	if other != nil && len(other.Runs) > len(asked) {
		asked = append(asked, other.Runs[len(asked):]...)
	}
	longest := 0
	for _, run := range asked {
		longest = max(longest, utf8.RuneCountInString(w.Name(run)))
	}
	for i, run := range asked {
		this := Row{label, w.Answer(run), w.wanted(run)}
		if i >= len(s.Runs) {
			this.Answer, this.Wanted = "not asked", ""
		} else if this.Wanted == "" && other != nil && i < len(other.Runs) {
			this.Wanted = w.wanted(other.Runs[i])
		}
		if len(asked) > 1 || run.Provider != "http" {
			this.Answer = fmt.Sprintf("%-*s  %s", longest, w.Name(run), this.Answer)
		}
		if missed := run.ToleranceMet; len(asked) > 1 && i < len(s.Runs) && missed != nil && !*missed && this.Wanted != "" {
			this.Wanted += " (not met)"
		}
		if len(asked) <= mostRows || len(rows) < mostRows-1 || i == len(s.Runs)-1 { // the last that was asked decided
			rows = append(rows, this)
		}
	}
	return andMore(rows, label, len(asked))
}

// during sums up the checks beside the method, and shows the first that was not met.
func (w Words) during(passes []*verdict.State) []Row {
	if len(passes) == 0 {
		return nil
	}
	missed := slices.DeleteFunc(slices.Clone(passes), (*verdict.State).IsMet)
	if len(missed) == 0 {
		return []Row{{"during", fmt.Sprintf("checks: %d, all as wanted", len(passes)), ""}}
	}
	text := fmt.Sprintf("checks: %d, of these not as wanted: %d, the first of them:", len(passes), len(missed))
	return append([]Row{{"during", text, ""}}, w.Pass("during", missed[0], nil)...)
}

// Actions names the actions of the method that took place, and those that were cut off: a program may
// have done its work by then.
func Actions(r *verdict.Result) string {
	var all []string
	if len(r.Acted) > 0 {
		all = append(all, strings.Join(slices.Compact(slices.Clone(r.Acted)), ", "))
	}
	for _, run := range r.Run {
		if run.Action && isCutOff(run) {
			all = append(all, run.Name+" (begun, perhaps done)")
		}
	}
	return cmp.Or(strings.Join(slices.Compact(all), "; "), "none")
}

// isCutOff tells whether an activity was ended from outside. A journal has only the words of its reason.
func isCutOff(run *verdict.Run) bool {
	return run.Status == "" && run.Unexpected == nil || run.Late || InTime(run.Reason) != run.Reason || strings.Contains(run.Reason, "(--max-time)")
}

// fault names the actions that took place, and what shows that the fault was on.
func (w Words) fault(r *verdict.Result) string {
	acted := w.Mask.Line(Actions(r), 0)
	if len(r.Acted) == 0 && slices.ContainsFunc(r.Run, func(run *verdict.Run) bool { return run.Action }) {
		return acted
	}
	if proofs := w.Proofs(r, true); len(proofs) > 0 {
		return acted + ": " + strings.Join(proofs, "; ")
	}
	done := slices.DeleteFunc(slices.Clone(r.Run), func(run *verdict.Run) bool { return !run.Action })
	switch word := r.Verdict.Word; {
	case len(done) == 0 || len(r.Acted) == 0 || word == verdict.NotUndone:
		return acted
	case word == verdict.Interrupted && slices.ContainsFunc(done, isCutOff):
		return acted
	case word == verdict.Interrupted:
		return acted + ": done, and not proven"
	case slices.ContainsFunc(done, func(run *verdict.Run) bool { return !Proven(run) }):
		return acted + " (not proven)"
	case len(done) == 1:
		return acted + ": the action succeeded"
	}
	return acted + ": every action succeeded"
}

// Proofs are what the probes and actions of the method with a tolerance found; marked says
// of each if it proves the fault.
func (w Words) Proofs(r *verdict.Result, marked bool) (found []string) {
	again := map[string]*verdict.Run{}
	for _, run := range slices.Backward(r.Proof) {
		again[run.Name] = run
	}
	for _, run := range r.Run {
		if !run.Proves {
			continue
		}
		mark := " (proven)"
		switch later := again[run.Name]; {
		case !Proven(run):
			mark = " (not proven)"
		case later != nil && !Proven(later):
			mark = " (proven, but it did not last)"
		}
		text := w.Finding(run)
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

// Proven tells whether an activity of the method did what it was there for.
func Proven(run *verdict.Run) bool {
	return run.Succeeded() && run.Unproven == "" && run.Decided == "" && !run.Skipped && !run.Pretended
}

// Finding says what a proof found: of a file, whether it is there.
func (w Words) Finding(run *verdict.Run) string {
	provider := run.Activity.Map("provider")
	path, isThere := provider.Map("arguments").Text("path"), run.Output
	if there, ok := isThere.(bool); ok && provider.Text("module") == "os.path" && provider.Text("func") == "exists" && path != "" && !strings.Contains(path, "$") {
		return w.Mask.Line(path, 0) + map[bool]string{true: " is there", false: " is gone"}[there]
	}
	name, answer := w.Name(run), w.Answer(run)
	switch {
	case run.Skipped, run.Pretended:
		return name + ": " + answer
	case !run.Succeeded():
		return name + " gave " + answer
	}
	return name + " answered " + answer
}

// wanted is what a tolerance asks for, in words.
func (w Words) wanted(run *verdict.Run) string { return w.Mask.Line(run.Wanted, w.Letters) }

func (w Words) Name(run *verdict.Run) string { return w.Mask.Line(run.Name, 0) }

// Did says what came of an activity of the method.
func (w Words) Did(run *verdict.Run) string {
	if run.Action && Proven(run) && run.Output == nil {
		return "done"
	}
	return w.Answer(run)
}

// Answer is what a probe was answered: the status of an HTTP answer and its body, the exit
// code of a process and what it printed, or the value. What is longer than w.Letters is
// cut: the journal has all of it.
func (w Words) Answer(run *verdict.Run) string {
	switch {
	case run.Skipped:
		return "skipped"
	case run.Pretended:
		return "only pretended (dry)"
	case run.Failed():
		return w.Mask.Line(strings.Replace("no answer: "+InTime(run.Reason), "no answer: "+late, late, 1), w.Letters)
	case !run.Succeeded():
		return "no answer"
	}
	m, _ := run.Output.(*value.Map)
	status, ok := m.Get("status")
	if !ok {
		return w.Mask.Line(value.JSON(w.Mask.Value(run.Output)), w.Letters)
	}
	code, rest := value.Text(status), m.Value("body")
	if m.Has("stdout") {
		code, rest = "exit code "+code, cmp.Or(m.AsText("stdout"), m.AsText("stderr"))
	}
	text, isText := rest.(string)
	if !isText && rest != nil {
		text = value.JSON(w.Mask.Value(rest))
	}
	if isText && text == "" && !m.Has("stdout") {
		text = "(empty)"
	}
	return strings.TrimSpace(w.Mask.Line(code, 0) + "  " + w.Mask.Line(text, w.Letters))
}

// late is what the evidence says of an answer that came too late.
const late = "no answer in time"

// InTime is a reason, with our words for an answer that came too late. The log keeps the toolkit's.
func InTime(reason string) string {
	const tooLong = "activity took too long to complete"
	return strings.NewReplacer("process "+tooLong, late, tooLong, late).Replace(reason)
}
