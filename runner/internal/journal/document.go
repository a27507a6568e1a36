package journal

import (
	"os"
	"runtime"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Format is the version of chaostoolkit-lib whose journal this is: tools that
// read journals choose by it.
const Format = "1.44.0"

// platform is the operating system and the processor.
var platform = runtime.GOOS + "-" + runtime.GOARCH

// Document is the journal of a run of e, without its verdict: controls may still change it.
func Document(r *verdict.Result, e *experiment.Experiment) (document *value.Map) {
	node, _ := os.Hostname()
	e.Read(func(*value.Map) {
		during := make([]any, len(r.During))
		for i, state := range r.During {
			during[i] = state.Value()
		}
		document = value.MapOf(
			"chaoslib-version", Format,
			"platform", platform,
			"node", node,
			"experiment", e.Journalled(),
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

// AddVerdict puts the verdict into the journal, beside the toolkit's own keys.
func AddVerdict(document *value.Map, r *verdict.Result) {
	v := value.MapOf("word", r.Verdict.Word, "reason", r.Verdict.Reason)
	if r.Verdict.Next != "" {
		v.Set("next", r.Verdict.Next)
	}
	if len(r.Proof) > 0 {
		v.Set("proof", r.Proof.Values())
	}
	if r.Verdict.Word == verdict.NotUndone && len(r.NotUndone) > 0 {
		names := make([]any, len(r.NotUndone))
		for i, name := range r.NotUndone {
			names[i] = name
		}
		v.Set("not_undone", names)
	}
	if warning := r.Warning(); warning != "" {
		v.Set("warning", warning)
	}
	document.Set("verdict", v)
}
