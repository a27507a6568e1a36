package cli

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/demo"
)

// cellWidth keeps two demos within 80 columns.
const cellWidth = 31

// comparison is the end of several demos: the same fault, side by side.
func (c *console) comparison(outcomes []*demo.Outcome) string {
	var b strings.Builder
	heading := "SAME FAULT, SIDE BY SIDE"
	if !demo.SameFault(outcomes) {
		heading = "SIDE BY SIDE, BUT NOT THE SAME FAULT"
	}
	b.WriteString("\n" + c.outStyle.bold(heading) + "\n")
	names := demo.Row{}
	for _, o := range outcomes {
		names.Cells = append(names.Cells, strings.ToUpper(o.Target.Name))
	}
	for _, row := range append([]demo.Row{names}, demo.Compare(outcomes)...) {
		c.writeRow(&b, row)
	}
	if next := outcomes[len(outcomes)-1].Target.Next; next != "" {
		b.WriteString("  next      " + c.mask.Screen(next) + "\n")
	}
	return b.String()
}

func (c *console) writeRow(b *strings.Builder, row demo.Row) {
	var line strings.Builder
	line.WriteString(fmt.Sprintf("  %-10s", row.Label))
	for _, cell := range row.Cells {
		line.WriteString(fmt.Sprintf("%-*s ", cellWidth, c.mask.Line(cell, cellWidth)))
	}
	b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}
