package journal

import (
	"os"
	"time"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/value"
)

// Format is the version of chaostoolkit-lib whose journal this is: tools that
// read journals choose by it.
const Format = "1.45.0"

// Setting is what a journal says besides what happened.
type Setting struct {
	Experiment *value.Map // as it was written
	Dry        string     // the dry mode, empty for none
	Platform   string     // the operating system and the processor
}

func document(r *engine.Result, s Setting) *value.Map {
	node, _ := os.Hostname()
	return value.MapOf(
		"chaoslib-version", Format,
		"platform", s.Platform,
		"node", node,
		"experiment", asRun(r, s),
		"start", instant(r.Start),
		"status", string(r.Status),
		"deviated", r.Deviated,
		"steady_states", value.MapOf("before", stateValue(r.Before), "after", stateValue(r.After), "during", states(r.During)),
		"run", runs(r.Run),
		"rollbacks", runs(r.Rollbacks),
		"end", instant(r.End),
		"duration", r.End.Sub(r.Start).Seconds(),
		"verdict", verdict(r),
	)
}

// asRun is the experiment as it was written, with the two changes that the
// toolkit makes to it.
func asRun(r *engine.Result, s Setting) *value.Map {
	e := s.Experiment.Copy()
	if title, _ := e.Get("title"); value.Truthy(title) {
		e.Set("title", r.Title)
	}
	e.Set("dry", nil)
	if s.Dry != "" {
		e.Set("dry", s.Dry)
	}
	return e
}

func verdict(r *engine.Result) *value.Map {
	v := value.MapOf("word", string(r.Verdict.Word), "reason", r.Verdict.Reason)
	if len(r.Proof) > 0 {
		v.Set("proof", runs(r.Proof))
	}
	return v
}

func states(all []*engine.State) []any {
	list := make([]any, len(all))
	for i, s := range all {
		list[i] = stateValue(s)
	}
	return list
}

func stateValue(s *engine.State) any {
	if s == nil {
		return nil
	}
	return value.MapOf("steady_state_met", optional(s.Met), "probes", runs(s.Runs))
}

func optional(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}

func runs(all []*engine.Run) []any {
	list := make([]any, len(all))
	for i, r := range all {
		list[i] = runValue(r)
	}
	return list
}

func runValue(r *engine.Run) *value.Map {
	m := value.MapOf("activity", r.Activity, "output", r.Output, "start", instant(r.Start))
	if r.Status != "" {
		m.Set("status", string(r.Status))
	}
	if r.Exception != nil {
		lines := make([]any, len(r.Exception))
		for i, line := range r.Exception {
			lines[i] = line
		}
		m.Set("exception", lines)
	}
	if !r.End.IsZero() {
		m.Set("end", instant(r.End))
		m.Set("duration", r.Duration().Seconds())
	}
	if r.ToleranceMet != nil {
		m.Set("tolerance_met", *r.ToleranceMet)
	}
	return m
}

// instant is a time as Python's isoformat writes it, in UTC to the microsecond.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }
