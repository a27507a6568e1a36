package engine

import (
	"context"
	"log/slog"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// next announces a step to the one who follows the run.
func (e *Engine) next(ctx context.Context, part string, activities ...*experiment.Activity) error {
	if e.Next == nil || len(activities) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	var shown []*value.Map
	for _, a := range activities {
		meant, _, _ := e.resolve(a) // one that leads nowhere is shown as the ref that it is
		var written *value.Map
		e.Experiment.Read(func(*value.Map) { written = meant.Written.Clone() })
		written, _ = e.Hide(e.Substitute(written)).(*value.Map)
		shown = append(shown, written)
	}
	return e.Next(ctx, part, shown)
}

// nextCheck announces a check of the hypothesis.
func (e *Engine) nextCheck(ctx context.Context, part string) error {
	if e.Next == nil {
		return nil
	}
	var probes []*experiment.Activity
	for _, a := range e.Experiment.Activities(experiment.Probes) {
		probes = append(probes, a)
	}
	return e.next(ctx, part, probes...)
}

// InStory is the name of the attribute of a log entry that says what of it belongs into a
// story of the steps; empty: nothing, because Done or the verdict tells it.
const InStory = "story"

func inStory(text string) slog.Attr { return slog.String(InStory, text) }
