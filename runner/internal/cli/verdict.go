package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/verdict"
)

// conclude prints the end of a run, and returns its exit code. unwritten says why there is
// no journal, which makes the code a worse one than 0; what is printed last tells that.
func (s *session) conclude(r *verdict.Result, end closing, code int, unwritten error) exitCode {
	if s.console.problems(unwritten); unwritten != nil {
		elsewhere, why := (*journal.Elsewhere)(nil), ""
		if code == problem.OK {
			code = problem.Code(unwritten)
			why = fmt.Sprintf(", and this is why the exit code is %d", code)
			if r.Verdict.Word != verdict.Interrupted { // or all that was to be undone is undone
				end.next = "make it possible to write the journal, then run again"
			}
		}
		if end.journal = "it could not be written" + why; errors.As(unwritten, &elsewhere) && elsewhere.Path != "" {
			end.journal = elsewhere.Path
			if why != "" {
				end.next = fmt.Sprintf("the journal is in another folder than it should be, which is why the exit code is %d: check free space and permissions where it belongs, and move it there", code)
			}
		}
	}
	if end.lost != nil {
		if end.report = "it could not be written"; code == problem.OK {
			code = problem.Code(end.lost)
			end.report += fmt.Sprintf(", and this is why the exit code is %d", code)
		}
	}
	end.killed = s.killed
	if r.Left != "" {
		end.recover = s.undoes(r.Left, false)
	}
	if r.Verdict.Word == verdict.NotUndone {
		s.notUndone.Store(true)
	}
	s.console.insist()
	s.console.result(s.console.block(r, end))
	return exitCode(code)
}

// closing is what a verdict block shows besides the verdict.
type closing struct {
	heading string // behind the word, as in ", as this demo should"; empty for the verdict's sentence
	journal string
	report  string   // where the report is; empty for none
	lost    error    // why it could not be written
	next    string   // what to do next
	recover string   // the command that plays the rollbacks that have not succeeded; empty for none
	killed  []string // how to undo what other runs have left
	over    bool     // the system was ended and its folder is not used again: nothing is to be undone
}

// words are the words of what a run saw, an answer no longer than three lines.
func (c *console) words() evidence.Words {
	return evidence.Words{Mask: c.mask, Letters: 3 * (c.width() - margin)}
}

// margin is the width of the labels of a block, and of the blanks before and behind them.
const margin = 11

// longestWhy is how many letters of a reason are shown: eight lines of a usual terminal.
const longestWhy = 600

// block is the end of every run: the verdict, what was seen, what to do next, and where
// the journal is.
func (c *console) block(r *verdict.Result, end closing) string {
	words, width := evidence.Verdicts[r.Verdict.Word], c.width()
	alarm := ""
	if r.Verdict.Word == verdict.NotUndone {
		alarm = strings.Repeat("!", min(width, 72)) + "\n"
	}
	heading := strings.Join(wrap(words.Shown+cmp.Or(end.heading, ": "+words.Sentence), width), "\n")
	b := blockWriter{width: width}
	b.WriteString("\n" + alarm + c.outStyle.verdict(r.Verdict.Word)(words.Shown) + strings.TrimPrefix(heading, words.Shown) + "\n")
	b.line("note", c.mask.Screen(r.Warning()))
	why := c.mask.Screen(evidence.Reason(r))
	if letters(why) > longestWhy { // of a large answer; the journal has it whole
		why = c.mask.Line(why, longestWhy)
	}
	b.line("why", why)
	b.table(c.words().Rows(r))
	if !end.over || r.Verdict.Word == verdict.NotUndone {
		b.line("undo", evidence.Undone(r))
	}
	for _, misspelt := range r.Misspelt {
		b.line("note", c.mask.Screen(misspelt))
	}
	for _, killed := range end.killed {
		b.line("note", c.mask.Screen(killed))
	}
	b.line("next", c.mask.Screen(end.next))
	b.path("report", c.mask.Line(end.report, 0))
	b.path("journal", c.mask.Line(end.journal, 0))
	b.path("recover", c.mask.Line(end.recover, 0))
	return b.String() + alarm
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

// path writes a path behind its label. It stays in one piece, so that it can be copied.
func (b *blockWriter) path(label, path string) {
	switch {
	case path == "":
	case margin+letters(path) > b.width:
		b.WriteString("  " + label + "\n  " + path + "\n")
	default:
		b.WriteString("  " + padded(label, margin-2) + path + "\n")
	}
}

// table writes the evidence: what was wanted stands in a column of its own where there is
// room for it, and else below.
func (b *blockWriter) table(rows []evidence.Row) {
	const gap = 2
	fits := func(r evidence.Row, column int) bool { return column+gap+letters("wanted "+r.Wanted) <= b.width-margin }
	column := 0
	for _, r := range rows {
		if r.Wanted != "" && fits(r, letters(r.Answer)) {
			column = max(column, letters(r.Answer))
		}
	}
	for _, r := range rows {
		switch {
		case r.Wanted == "":
			b.line(r.Label, r.Answer)
		case fits(r, max(column, letters(r.Answer))):
			b.line(r.Label, padded(r.Answer, column+gap)+"wanted "+r.Wanted)
		case fits(r, letters(r.Answer)):
			b.line(r.Label, r.Answer+strings.Repeat(" ", gap)+"wanted "+r.Wanted)
		default:
			b.line(r.Label, r.Answer)
			b.line(r.Label, "wanted "+r.Wanted)
		}
	}
}

// comparison is the end of several demos: the same fault, side by side. A cell that is wider
// than its column goes on below. Where a word is, the demos stand below each other.
func (c *console) comparison(outcomes []*demo.Outcome, next, page string) string {
	rows := c.compare(outcomes)
	heading := "SAME FAULT, SIDE BY SIDE"
	if !evidence.SameFault(rows) {
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
	b.path("report", c.mask.Line(page, 0))
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

// compare makes a table of demos.
func (c *console) compare(outcomes []*demo.Outcome) [][]string {
	var names []string
	var results []*verdict.Result
	for _, o := range outcomes {
		names, results = append(names, strings.ToUpper(o.Target.Name)), append(results, o.Result)
	}
	return c.words().Compare(names, results)
}
