package journal

import (
	"os"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/value"
)

// Format is the version of chaostoolkit-lib whose journal this is: tools that
// read journals choose by it.
const Format = "1.44.0"

// Setting is what a journal says besides what happened.
type Setting struct {
	Experiment *value.Map // as it was written
	Dry        string     // the dry mode, empty for none
	Platform   string     // the operating system and the processor
}

// Document is the journal of a run.
func Document(r *engine.Result, s Setting) *value.Map {
	node, _ := os.Hostname()
	return value.MapOf(
		"chaoslib-version", Format,
		"platform", s.Platform,
		"node", node,
		"experiment", asRun(r, s),
		"start", engine.Instant(r.Start),
		"status", string(r.Status),
		"deviated", r.Deviated,
		"steady_states", value.MapOf("before", r.Before.Value(), "after", r.After.Value(), "during", states(r.During)),
		"run", runs(r.Run),
		"rollbacks", runs(r.Rollbacks),
		"end", engine.Instant(r.End),
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
		list[i] = s.Value()
	}
	return list
}

func runs(all []*engine.Run) []any {
	list := make([]any, len(all))
	for i, r := range all {
		list[i] = r.Value()
	}
	return list
}
