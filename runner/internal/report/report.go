// Package report makes of a journal something that people look at: one page that opens by
// double-click, a text for notes, and files for other programs. A journal is its only source.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Report is what is shown of one run, or of several side by side.
type Report struct {
	Runs []*Run
	Mask *show.Mask
	Next string // what to do next; empty: what the verdict says
	Task *Task  // what the runs were played for; nil for nothing else than their verdicts
}

// Task is something that asks for more than a verdict.
type Task struct {
	Title, Text string
	Solved      bool
	Step        string // of the learning loop
}

// rows are the evidence of a run. Names are as long as somebody wrote them, so rows are cut too.
func (r *Report) rows(run *Run) []evidence.Row {
	rows := r.words().Rows(run.Result)
	if run.Recorded {
		rows = append(r.answers(run), slices.DeleteFunc(rows, func(row evidence.Row) bool { return row.Label == "during" })...)
	}
	for i, rollback := range run.Rollbacks {
		if !run.Recorded && i < maxRows {
			rows = append(rows, evidence.Row{Label: "undo", Answer: r.words().Outcome("rollback", rollback)})
		}
	}
	undo := evidence.Undone(run.Result)
	if declared, known := run.Written.Map("experiment").Get("rollbacks"); undo == "" && known && !value.Truthy(declared) {
		undo = "the experiment has no rollbacks"
	}
	if undo != "" {
		rows = append(rows, evidence.Row{Label: "undo", Answer: undo})
	}
	for i := range rows {
		rows[i].Answer, rows[i].Wanted = shortened(rows[i].Answer), shortened(rows[i].Wanted)
	}
	return rows
}

// answers are what a client was answered, one row for each status.
func (r *Report) answers(run *Run) (rows []evidence.Row) {
	count, first := map[string]int{}, map[string]*verdict.Run{}
	var all []string
	for _, s := range run.During {
		answer := s.Runs[0]
		status := cmp.Or(value.Text(outputOf(answer).Value("status")), answer.Status)
		if count[status]++; first[status] == nil {
			all, first[status] = append(all, status), answer
		}
	}
	for _, status := range all[:min(len(all), maxRows)] {
		text := fmt.Sprintf("%s (times: %d)", r.words().Answer(first[status]), count[status])
		rows = append(rows, evidence.Row{Label: "answered", Answer: text, Wanted: r.line(first[status].Wanted)})
	}
	return rows
}

// shortened is a text of ours with something from outside in it, which may be long.
func shortened(text string) string {
	if letters := []rune(text); len(letters) > maxLine {
		return string(letters[:maxLine]) + "…"
	}
	return text
}

// notes are what else is to be said of a run.
func (r *Report) notes(run *Run) (all []string) {
	for _, note := range append([]string{run.Warning()}, run.Notes...) {
		if note = r.line(note); note != "" {
			all = append(all, note)
		}
	}
	return all
}

// step is a step of the learning loop.
type step struct {
	Name, Does string
	Here       bool
}

// loop is the learning loop, with the step at which the last run stands. A recording stands nowhere.
func (r *Report) loop() []step {
	all := []step{{"explore", "Ask how the system behaves when something is missing.", false}, {"discover", "Find a weakness.", false},
		{"analyse", "Find out why.", false}, {"improve", "Change the system.", false}, {"validate", "Ask again: the system survives.", false}}
	last := r.Runs[len(r.Runs)-1]
	here := map[string]string{verdict.Deviated: "discover", verdict.Held: "validate"}[last.Verdict.Word]
	if here = cmp.Or(here, "explore"); r.Task != nil {
		here = r.Task.Step
	}
	for i := range all {
		all[i].Here = all[i].Name == here && !last.Recorded && !last.Doubtful
	}
	return all
}

func (r *Report) next() string {
	run := r.Runs[len(r.Runs)-1]
	return r.Mask.Screen(cmp.Or(r.Next, run.Verdict.Next, evidence.Next(run.Verdict.Word), "run the experiment again, with a runner that gives a verdict"))
}

type comparedRow struct {
	Label string
	Cells []string
	Same  string // same, differs, or not compared: before the fault, the times always differ
}

// compared is what differs between the runs.
func (r *Report) compared() (rows []comparedRow) {
	if len(r.Runs) < 2 || r.Runs[0].Recorded {
		return nil
	}
	var names []string
	var results []*verdict.Result
	for i, run := range r.Runs {
		names, results = append(names, fmt.Sprintf("%d %s", i+1, run.Name)), append(results, run.Result)
	}
	for _, cells := range r.words().Compare(names, results) {
		for at := range cells {
			cells[at] = shortened(cells[at])
		}
		row := comparedRow{Label: cells[0], Cells: cells[1:], Same: "same"}
		for at, run := range r.Runs {
			if row.Label == "verdict" {
				row.Cells[at], _ = run.word()
			}
		}
		switch {
		case row.Label == "":
			row.Same = "the same?"
		case row.Label == "before" && same(row.Cells, func(cell string) string { return strings.Split(cell, " ")[0] }): // the status
			row.Same = "not compared"
		case !same(row.Cells, strings.TrimSpace):
			row.Same = "differs"
		}
		rows = append(rows, row)
	}
	return rows
}

// same tells whether cells are the same, as far as part says.
func same(cells []string, part func(string) string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return part(cell) != part(cells[0]) })
}
