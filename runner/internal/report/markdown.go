package report

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/evidence"
)

// Markdown is the report as a text for notes, and for the summary of a CI job. What came from
// outside stands in it as code, so that nothing of it is taken for Markdown or HTML.
func (r *Report) Markdown() []byte {
	var b strings.Builder
	for _, run := range r.Runs {
		shown, sentence := run.word()
		fmt.Fprintf(&b, "### %s: %s\n\n", shown, sentence)
		fmt.Fprintf(&b, "%s, from %s\n\n", code(r.heading(run)), code(r.line(run.Journal)))
		for _, missing := range run.Missing {
			fmt.Fprintf(&b, "- missing: %s\n", code(r.line(missing)))
		}
		if reason := r.line(evidence.InTime(run.Verdict.Reason)); reason != "" {
			fmt.Fprintf(&b, "- why: %s\n", code(reason))
		}
		b.WriteString("\n| when | what was seen | wanted |\n|---|---|---|\n")
		for _, row := range r.rows(run) {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", row.Label, cell(row.Answer), cell(row.Wanted))
		}
		fmt.Fprintf(&b, "\n%s\n\n", r.describe(run))
	}
	if table := r.compared(); len(table) > 0 {
		b.WriteString("### Side by side\n\n")
		for i, row := range table {
			b.WriteString("| " + row.Label)
			for _, text := range row.Cells {
				b.WriteString(" | " + cell(text))
			}
			b.WriteString(" | " + row.Same + " |\n")
			if i == 0 {
				b.WriteString(strings.Repeat("|---", len(row.Cells)+2) + "|\n")
			}
		}
		b.WriteString("\n")
	}
	for i, line := range strings.Split(r.next(), "\n") {
		b.WriteString(map[bool]string{true: "Next: ", false: "- "}[i == 0] + code(line) + "\n")
	}
	return []byte(b.String())
}

// cell is a text as code in a cell of a table.
func cell(text string) string { return strings.ReplaceAll(code(text), "|", `\|`) }

// code is a text as a piece of code.
func code(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	blank := ""
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		blank = " "
	}
	return fence + blank + text + blank + fence
}
