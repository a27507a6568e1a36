package cli

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/lesson"
)

// cellWidth keeps two demos within 80 columns.
const cellWidth = 31

// comparison is the end of several demos: the same fault, side by side.
func (c *console) comparison(outcomes []*lesson.Outcome) string {
	var b strings.Builder
	heading := "SAME FAULT, SIDE BY SIDE"
	if !lesson.SameFault(outcomes) {
		heading = "SIDE BY SIDE, BUT NOT THE SAME FAULT"
	}
	b.WriteString("\n" + c.outStyle.bold(heading) + "\n")
	names := lesson.Row{}
	for _, o := range outcomes {
		names.Cells = append(names.Cells, strings.ToUpper(o.Target.Name))
	}
	for _, row := range append([]lesson.Row{names}, lesson.Compare(outcomes)...) {
		writeRow(&b, row)
	}
	if next := outcomes[len(outcomes)-1].Target.Next; next != "" {
		b.WriteString("  next      " + clean(next) + "\n")
	}
	return b.String()
}

func writeRow(b *strings.Builder, row lesson.Row) {
	var line strings.Builder
	line.WriteString(fmt.Sprintf("  %-10s", row.Label))
	for _, cell := range row.Cells {
		line.WriteString(fmt.Sprintf("%-*s ", cellWidth, cut(strings.TrimSpace(clean(cell)), cellWidth)))
	}
	b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// cut shortens a text to so many letters, on one line.
func cut(text string, width int) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) <= width {
		return string(letters)
	}
	return string(letters[:width-3]) + "..."
}
