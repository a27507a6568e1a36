package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/verdict"
)

// verdictWords is how the console shows a verdict: the word, and a sentence.
var verdictWords = map[string]struct{ shown, sentence string }{
	verdict.Held:        {"HELD", "the system survived the fault"},
	verdict.Explored:    {"EXPLORED", "the method ran, and no hypothesis was checked"},
	verdict.Deviated:    {"WEAKNESS FOUND (deviated)", "the system did not survive the fault"},
	verdict.NoVerdict:   {"NO VERDICT", "this run cannot say if the system is weak"},
	verdict.NotUndone:   {"NOT UNDONE", "the fault may still be on"},
	verdict.Interrupted: {"INTERRUPTED", "the run was stopped before its end"},
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
	heading string // behind the word, as in ", as this demo should"; empty for the verdict's sentence
	journal string
	next    string // what to do next
	over    bool   // the system was ended and its folder is not used again: nothing is to be undone
}

// margin is the width of the labels of a block, and of the blanks before and behind them.
const margin = 11

// block is the end of every run: the verdict, what was seen, what to do next, and where
// the journal is.
func (c *console) block(r *verdict.Result, end closing) string {
	words, width := verdictWords[r.Verdict.Word], c.width()
	alarm := ""
	if r.Verdict.Word == verdict.NotUndone {
		alarm = strings.Repeat("!", min(width, 72)) + "\n"
	}
	heading := strings.Join(wrap(words.shown+cmp.Or(end.heading, ": "+words.sentence), width), "\n")
	b := blockWriter{width: width}
	b.WriteString("\n" + alarm + c.outStyle.verdict(r.Verdict.Word)(words.shown) + strings.TrimPrefix(heading, words.shown) + "\n")
	b.line("note", c.mask.Screen(r.Warning()))
	b.line("why", c.mask.Screen(reason(r)))
	b.table(c.evidence(r))
	if !end.over {
		b.line("undo", undone(r))
	}
	for _, misspelt := range r.Misspelt {
		b.line("note", c.mask.Screen(misspelt))
	}
	b.line("next", c.mask.Screen(end.next))
	if path := c.mask.Line(end.journal, 0); path != "" { // it stays in one piece
		label := padded("journal", margin-2)
		if margin+letters(path) > width {
			label = "journal\n  "
		}
		b.WriteString("  " + label + path + "\n")
	}
	return b.String() + alarm
}

// reason is the verdict's reason, without what the evidence shows.
func reason(r *verdict.Result) string {
	text := r.Verdict.Reason
	if r.Verdict.Word == verdict.Held && r.Before != nil && r.After != nil {
		return ""
	}
	for _, s := range append([]*verdict.State{r.Before, r.After}, r.During...) {
		run := s.Last()
		if run == nil {
			continue
		}
		if seen := run.Deviation(); r.Verdict.Word == verdict.Deviated && (text == seen || text == "during the method, "+seen) {
			return ""
		} else if short, ok := strings.CutSuffix(text, ": "+seen); ok {
			return short
		}
	}
	return text
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
	case interrupted || !r.PlayRollbacks && len(r.Acted) > 0:
		return "no rollbacks were played: what the method did is still there"
	}
	return ""
}

// blockWriter writes the lines of a block, each with a label before it.
type blockWriter struct {
	strings.Builder
	width int
	label string // of the last line
}

// line writes a text behind its label, which is left out if the last line had the same.
func (b *blockWriter) line(label, text string) {
	if text != "" {
		b.lines(label, wrap(text, b.width-margin))
	}
}

// lines writes lines as they are, the first of them behind the label.
func (b *blockWriter) lines(label string, lines []string) {
	shown := label
	if label == b.label {
		shown = ""
	}
	b.label = label
	for i, line := range lines {
		if i > 0 {
			shown = ""
		}
		b.WriteString(strings.TrimRight("  "+padded(shown, margin-2)+line, " ") + "\n")
	}
}

// table writes the evidence: what was wanted stands in a column of its own where there is
// room for it, and else below.
func (b *blockWriter) table(rows []row) {
	const gap = 2
	fits := func(r row, column int) bool { return column+gap+letters("wanted "+r.wanted) <= b.width-margin }
	column := 0
	for _, r := range rows {
		if r.wanted != "" && fits(r, letters(r.answer)) {
			column = max(column, letters(r.answer))
		}
	}
	for _, r := range rows {
		switch {
		case r.wanted == "":
			b.line(r.label, r.answer)
		case fits(r, max(column, letters(r.answer))):
			b.line(r.label, padded(r.answer, column+gap)+"wanted "+r.wanted)
		case fits(r, letters(r.answer)):
			b.line(r.label, r.answer+strings.Repeat(" ", gap)+"wanted "+r.wanted)
		default:
			b.line(r.label, r.answer)
			b.line(r.label, "wanted "+r.wanted)
		}
	}
}

// comparison is the end of several demos: the same fault, side by side. A cell that is wider
// than its column goes on below. Where a word is, the demos stand below each other.
func (c *console) comparison(outcomes []*demo.Outcome, next string) string {
	rows := c.compare(outcomes)
	heading := "SAME FAULT, SIDE BY SIDE"
	if !sameFault(rows) {
		heading = "SIDE BY SIDE, BUT NOT THE SAME FAULT"
	}
	b := blockWriter{width: c.width()}
	b.WriteString("\n" + c.outStyle.bold(heading) + "\n")
	width := max(16, (b.width-margin+1)/len(outcomes)-1)
	longest := 0
	for word := range strings.FieldsSeq(strings.Join(slices.Concat(rows...), " ")) {
		longest = max(longest, letters(word))
	}
	for _, row := range rows {
		if longest > width {
			b.stack(row, rows[0])
			continue
		}
		var cells [][]string
		height := 0
		for _, text := range row[1:] {
			cells = append(cells, wrap(text, width))
			height = max(height, len(cells[len(cells)-1]))
		}
		for i := range height {
			line := "  " + padded(row[0], margin-2)
			if i > 0 {
				line = strings.Repeat(" ", margin)
			}
			for at, cell := range cells {
				text := ""
				if i < len(cell) {
					text = cell[i]
				}
				if shown := padded(text, width); row[0] == "" {
					line += c.outStyle.lane(outcomes[at].Target.Name)(text) + shown[len(text):] + " "
				} else {
					line += shown + " "
				}
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	b.line("next", c.mask.Screen(next))
	return b.String()
}

// stack writes a row of a comparison, each demo on lines of its own that begin with its name.
func (b *blockWriter) stack(row, names []string) {
	longest := 0
	for _, name := range names {
		longest = max(longest, letters(name))
	}
	for i, text := range row {
		if i > 0 && row[0] != "" {
			lines := wrap(text, b.width-margin-longest-1)
			name := names[i]
			for at := range lines {
				lines[at] = padded(name, longest) + " " + lines[at]
				name = ""
			}
			b.lines(row[0], lines)
		}
	}
}

// compare makes a table of demos: a column for each, with its name, the fault, what it
// answered, and its verdict. The first cell of a row says what is compared.
func (c *console) compare(outcomes []*demo.Outcome) [][]string {
	rows := [][]string{{""}, {"fault"}, {"proven"}, {"before"}, {"after"}, {"wanted"}, {"verdict"}}
	for _, o := range outcomes {
		name, r, proof := strings.ToUpper(o.Target.Name), o.Result, "no"
		if measured(r) {
			proof = cmp.Or(strings.Join(c.proofs(r, false), "\n"), "yes")
		}
		before, wanted := answers(c.pass("before", r.Before, r.After))
		after, _ := answers(c.pass("after", r.After, r.Before))
		for i, cell := range []string{c.mask.Line(name, 0), c.mask.Line(actions(r), 0), proof, before, after, wanted, verdictWords[r.Verdict.Word].shown} {
			rows[i] = append(rows[i], cell)
		}
	}
	return rows
}

// answers are what was answered in a pass, and what was wanted, each on a line of its own,
// without the blanks that make columns.
func answers(rows []row) (answered, wanted string) {
	if len(rows) == 0 {
		return "not asked", ""
	}
	for _, r := range rows {
		answered += "\n" + strings.Join(strings.Fields(r.answer), " ")
		wanted += "\n" + r.wanted
	}
	return answered[1:], wanted[1:]
}

// sameFault tells whether all demos of a comparison had the same fault.
func sameFault(rows [][]string) bool { return len(slices.Compact(slices.Clone(rows[1][1:]))) == 1 }
