package demo

import (
	"fmt"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Row is one line of a comparison: what is compared, and a cell for each demo.
type Row struct {
	Label string
	Cells []string
}

// Compare puts demos side by side: the same fault, what each answered, what each
// showed.
func Compare(outcomes []*Outcome) []Row {
	var rows []Row
	add := func(label string, cell func(*Outcome) string) {
		row := Row{Label: label}
		for _, o := range outcomes {
			row.Cells = append(row.Cells, cell(o))
		}
		rows = append(rows, row)
	}
	add("fault", func(o *Outcome) string { return fault(o.Result) })
	add("proven", func(o *Outcome) string { return proven(o.Result) })
	add("before", func(o *Outcome) string { return answer(o.Result.Before) })
	add("after", func(o *Outcome) string { return answer(o.Result.After) })
	add("verdict", func(o *Outcome) string { return o.Result.Verdict.Word })
	return rows
}

// SameFault tells whether all demos had the same done to them.
func SameFault(outcomes []*Outcome) bool {
	for _, o := range outcomes[1:] {
		if fault(o.Result) != fault(outcomes[0].Result) {
			return false
		}
	}
	return true
}

// fault names the actions of the method that took place.
func fault(r *verdict.Result) string {
	names := ""
	for _, run := range r.Run {
		if !run.Action || !run.Succeeded() {
			continue
		}
		if names != "" {
			names += ", "
		}
		names += run.Name
	}
	if names == "" {
		return "none"
	}
	return names
}

func proven(r *verdict.Result) string {
	switch r.Verdict.Word {
	case verdict.Held, verdict.Deviated:
		return "yes"
	}
	return "no"
}

// answer is what the last probe of a pass over the hypothesis got.
func answer(s *verdict.State) string {
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
	if body, ok := m.Get("body"); ok {
		return fmt.Sprintf("%s %s", value.Text(status), value.Text(body))
	}
	return value.Text(status)
}
