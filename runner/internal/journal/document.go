package journal

import (
	"os"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Format is the version of chaostoolkit-lib whose journal this is: tools that
// read journals choose by it.
const Format = "1.44.0"

// Setting is what a journal says about a run besides its result.
type Setting struct {
	Experiment *experiment.Experiment
	Dry        string // the dry mode, empty for none
	Platform   string // the operating system and the processor
}

// Document is the journal of a run, without its verdict: controls may still change it.
func Document(r *verdict.Result, s Setting) (document *value.Map) {
	node, _ := os.Hostname()
	s.Experiment.Read(func(*value.Map) {
		during := make([]any, len(r.During))
		for i, state := range r.During {
			during[i] = state.Value()
		}
		document = value.MapOf(
			"chaoslib-version", Format,
			"platform", s.Platform,
			"node", node,
			"experiment", s.experiment(),
			"start", verdict.Instant(r.Start),
			"status", r.Status,
			"deviated", r.Deviated,
			"steady_states", value.MapOf("before", r.Before.Value(), "after", r.After.Value(), "during", during),
			"run", r.Run.Values(),
			"rollbacks", r.Rollbacks.Values(),
			"end", verdict.Instant(r.End),
			"duration", r.End.Sub(r.Start).Seconds(),
		)
	})
	return document
}

// Refresh puts the experiment into the journal as it is now.
func (s Setting) Refresh(document *value.Map) {
	s.Experiment.Read(func(*value.Map) { document.Set("experiment", s.experiment()) })
}

// experiment is the experiment with the key that the toolkit adds.
func (s Setting) experiment() *value.Map {
	e := s.Experiment.Journalled()
	e.Set("dry", nil)
	if s.Dry != "" {
		e.Set("dry", s.Dry)
	}
	return e
}

// AddVerdict puts the verdict into the journal, beside the toolkit's own keys.
func AddVerdict(document *value.Map, r *verdict.Result) {
	v := value.MapOf("word", r.Verdict.Word, "reason", r.Verdict.Reason)
	if len(r.Proof) > 0 {
		v.Set("proof", r.Proof.Values())
	}
	document.Set("verdict", v)
}
