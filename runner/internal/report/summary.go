package report

import (
	"encoding/json"
	"time"

	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/verdict"
)

// summary is the report for other programs: see the schema "report" of package schema.
type summary struct {
	Schema int          `json:"schema"`
	Runs   []runSummary `json:"runs"`
}

type runSummary struct {
	Title   string         `json:"title"`
	Journal string         `json:"journal"`
	Verdict *string        `json:"verdict"` // null where the journal has none
	Reason  string         `json:"reason"`
	Held    *bool          `json:"held"` // whether the system survived the fault; null where the run cannot say
	Start   *time.Time     `json:"start"`
	Seconds float64        `json:"seconds"`
	Fault   string         `json:"fault"`
	Missing []string       `json:"missing"`
	Events  []eventSummary `json:"events"`
}

type eventSummary struct {
	At      float64 `json:"at"` // seconds since the start of the run
	Seconds float64 `json:"seconds"`
	Part    string  `json:"part"`
	Name    string  `json:"name"`
	State   string  `json:"state"`
	Held    *bool   `json:"held"` // of a probe of the hypothesis; null where nothing was measured
	Answer  string  `json:"answer"`
}

// JSON is the report for other programs.
func (r *Report) JSON() ([]byte, error) {
	all := summary{Schema: 1, Runs: []runSummary{}}
	for _, run := range r.Runs {
		s := runSummary{Title: r.heading(run), Journal: r.line(run.Journal), Reason: r.line(run.Verdict.Reason), Fault: r.line(r.faultOf(run)),
			Missing: append([]string{}, run.Missing...), Events: []eventSummary{}, Seconds: run.length().Seconds()}
		if word := run.Verdict.Word; word != "" {
			s.Verdict = &word
		}
		if run.Measured() && !run.Doubtful {
			is := run.Verdict.Word == verdict.Held
			s.Held = &is
		}
		if !run.Start.IsZero() {
			s.Start = &run.Start
		}
		for _, e := range run.events() {
			one := eventSummary{At: run.since(e.run.Start).Seconds(), Seconds: max(e.run.End.Sub(e.run.Start).Seconds(), 0), Part: e.part,
				Name: r.line(e.run.Name), State: string(e.state()), Answer: r.line(r.words().Did(e.run))}
			if e.state() == held || e.state() == broke {
				one.Held = e.run.ToleranceMet
			}
			s.Events = append(s.Events, one)
		}
		all.Runs = append(all.Runs, s)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	return append(text, '\n'), err
}

// faultOf is the fault of a run, as its row of the evidence has it.
func (r *Report) faultOf(run *Run) string {
	for _, row := range r.rows(run) {
		if row.Label == "fault" {
			return row.Answer
		}
	}
	return evidence.Actions(run.Result)
}
