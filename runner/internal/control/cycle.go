package control

import (
	"context"

	"chaosworkshop.example/runner/internal/engine"
)

// Configure tells every control that the run begins. A global one that fails is
// left out of the run, as the toolkit does it.
func (c *Controls) Configure(ctx context.Context) {
	c.Global = c.configured(ctx, c.Global)
	c.configured(ctx, Declared(c.Experiment, nil))
}

func (c *Controls) configured(ctx context.Context, controls []Control) (kept []Control) {
	for _, control := range controls {
		if control.Module == "" {
			continue
		}
		call := c.call(control, "configure_control")
		call.Arguments = control.Arguments
		r, err := c.Caller.Control(ctx, call)
		c.apply(r, nil, nil)
		c.note(control, "configure_control", r, err)
		if r.Raised == nil && err == nil {
			kept = append(kept, control)
		}
	}
	return kept
}

// Cleanup tells every control that the run is over.
func (c *Controls) Cleanup(ctx context.Context) {
	for _, control := range c.at(engine.AroundExperiment, c.Experiment) {
		if control.Module == "" {
			continue
		}
		r, err := c.Caller.Control(ctx, c.call(control, "cleanup_control"))
		c.note(control, "cleanup_control", r, err)
	}
}
