package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

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
		line := fmt.Sprintf("  %-9s", row[0])
		for _, cell := range row[1:] {
			line += fmt.Sprintf(" %-*s", cellWidth, c.mask.Line(cell, cellWidth))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if next := outcomes[len(outcomes)-1].Target.Next; next != "" {
		b.WriteString("  next      " + c.mask.Screen(next) + "\n")
	}
	return b.String()
}

// compare puts demos side by side, under their names: the same fault, what each
// answered, what each showed. A row is what is compared, and a cell for each demo.
func compare(outcomes []*demo.Outcome) [][]string {
	rows := [][]string{{""}, {"fault"}, {"proven"}, {"before"}, {"after"}, {"verdict"}}
	for _, o := range outcomes {
		r := o.Result
		for i, cell := range []string{strings.ToUpper(o.Target.Name), fault(r), proven(r), answerOf(r.Before), answerOf(r.After), r.Verdict.Word} {
			rows[i] = append(rows[i], cell)
		}
	}
	return rows
}

// sameFault tells whether all demos of a comparison had the same done to them.
func sameFault(rows [][]string) bool { return len(slices.Compact(slices.Clone(rows[1][1:]))) == 1 }

// fault names the actions of the method that took place.
func fault(r *verdict.Result) string {
	var names []string
	for _, run := range r.Run {
		if run.Action && run.Succeeded() {
			names = append(names, run.Name)
		}
	}
	return cmp.Or(join(names), "none")
}

// proven tells whether a result says something about the system.
func proven(r *verdict.Result) string {
	if word := r.Verdict.Word; word == verdict.Held || word == verdict.Deviated {
		return "yes"
	}
	return "no"
}

// answerOf is what the last probe of a pass over the hypothesis got.
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
	status, _ := m.Get("status")
	text := value.Text(status)
	if body, ok := m.Get("body"); ok {
		text += " " + value.Text(body)
	}
	return text
}
