package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// verdictWords is how the console shows a verdict: the word, a sentence, and what to do
// next, unless the verdict itself says it.
var verdictWords = map[string]struct{ shown, sentence, next string }{
	verdict.Held:        {"HELD", "the steady state survived the fault", "try a stronger fault, or write your own experiment"},
	verdict.Explored:    {"EXPLORED", "the method ran, and no hypothesis was checked", "add a steady-state-hypothesis: it says what a healthy system does"},
	verdict.Deviated:    {"DEVIATED", "the steady state did not survive: a weakness is found", "find out why, improve the system, and run the experiment again"},
	verdict.NoVerdict:   {"NO VERDICT", "this run cannot say if the system is weak", ""},
	verdict.NotUndone:   {"NOT UNDONE", "the fault may still be on", "undo the fault by hand, then check the system"},
	verdict.Interrupted: {"INTERRUPTED", "the run was stopped before its end", "run the experiment again"},
}

// conclude prints the end of a run, and returns its exit code. unwritten says why there is
// no journal, which makes the code a worse one than 0; what is printed last tells that.
func (s *session) conclude(r *verdict.Result, end closing, code int, unwritten error) exitCode {
	if s.console.problems(unwritten); unwritten != nil {
		end.journal = "it could not be written"
		if code == problem.OK {
			code = problem.Code(unwritten)
			end.journal += fmt.Sprintf(", and this is why the exit code is %d", code)
			end.next = "make it possible to write the journal, then run again"
		}
	}
	s.console.result(s.console.block(r, end))
	return exitCode(code)
}

// closing is what a verdict block shows besides the verdict.
type closing struct {
	heading string // beside the word, as in "as this demo expects"
	journal string
	next    string // instead of what the verdict says
}

// block is the end of every run: the word, one sentence, the reason, where the
// journal is, what to do next.
func (c *console) block(r *verdict.Result, end closing) string {
	words := verdictWords[r.Verdict.Word]
	paint := c.outStyle.bold
	if r.Code() != problem.OK {
		paint = c.outStyle.reverse
	}
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			b.WriteString("  " + label + strings.Repeat(" ", max(1, 9-len(label))) + indented(c.mask.Screen(text), 11) + "\n")
		}
	}
	alarm := ""
	if r.Verdict.Word == verdict.NotUndone {
		alarm = strings.Repeat("!", 72) + "\n"
	}
	b.WriteString("\n" + alarm)
	b.WriteString(paint(words.shown) + end.heading + ": " + words.sentence + "\n")
	line("why", r.Verdict.Reason)
	line("undo", undone(r))
	line("journal", end.journal)
	line("next", cmp.Or(end.next, r.Verdict.Next, words.next))
	return b.String() + alarm
}

// undone says if the fault is still on, after an interruption and if the strategy left
// out the rollbacks.
func undone(r *verdict.Result) string {
	interrupted := r.Verdict.Word == verdict.Interrupted
	switch {
	case interrupted && r.Played > 0:
		return "all rollbacks were played"
	case interrupted && !slices.ContainsFunc(r.Run, func(run *verdict.Run) bool { return run.Action }) && r.Begun <= len(r.Run):
		return "nothing was done, so there is nothing to undo"
	case interrupted || !r.PlayRollbacks && fault(r) != noFault:
		return "no rollbacks were played: what the method did is still there"
	}
	return ""
}

// cellWidth keeps two demos within 80 columns.
const cellWidth = 31

// comparison is the end of several demos: the same fault, side by side.
func (c *console) comparison(outcomes []*demo.Outcome) string {
	rows := compare(outcomes)
	heading := "SAME FAULT, SIDE BY SIDE"
	if !sameFault(rows) {
		heading = "SIDE BY SIDE, BUT NOT THE SAME FAULT"
	}
	var b strings.Builder
	b.WriteString("\n" + c.outStyle.bold(heading) + "\n")
	for _, row := range rows {
		line := []string{fmt.Sprintf("  %-9s", row[0])}
		for _, cell := range row[1:] {
			line = append(line, fmt.Sprintf("%-*s", cellWidth, c.mask.Line(cell, cellWidth)))
		}
		b.WriteString(strings.TrimRight(strings.Join(line, " "), " ") + "\n")
	}
	if next := outcomes[len(outcomes)-1].Target.Next; next != "" {
		b.WriteString("  next      " + c.mask.Screen(next) + "\n")
	}
	return b.String()
}

// compare makes a table of demos: a column for each, with its name, the fault, what it
// answered, and its verdict. The first cell of a row says what is compared.
func compare(outcomes []*demo.Outcome) [][]string {
	rows := [][]string{{""}, {"fault"}, {"proven"}, {"before"}, {"after"}, {"verdict"}}
	for _, o := range outcomes {
		name, r, proven := strings.ToUpper(o.Target.Name), o.Result, "no"
		if word := r.Verdict.Word; word == verdict.Held || word == verdict.Deviated { // it says something about the system
			proven = "yes"
		}
		for i, cell := range []string{name, fault(r), proven, answerOf(r.Before), answerOf(r.After), r.Verdict.Word} {
			rows[i] = append(rows[i], cell)
		}
	}
	return rows
}

// sameFault tells whether all demos of a comparison had the same fault.
func sameFault(rows [][]string) bool { return len(slices.Compact(slices.Clone(rows[1][1:]))) == 1 }

// noFault is the fault of a run in which no action took place.
const noFault = "none"

// fault names the actions of the method that took place.
func fault(r *verdict.Result) string { return cmp.Or(join(r.Acted), noFault) }

// answerOf is the answer to the last probe of a check of the hypothesis.
func answerOf(s *verdict.State) string {
	run := s.Last()
	if run == nil {
		return "not asked"
	}
	m, ok := run.Output.(*value.Map)
	switch {
	case !run.Succeeded():
		return "no answer"
	case !ok:
		return value.Text(run.Output)
	}
	return strings.TrimSpace(m.AsText("status") + " " + m.AsText("body"))
}
