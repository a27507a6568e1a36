package control

import (
	"context"
	"errors"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
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

// Loading tells the global controls that an experiment is about to be read from
// its source, and that it was read. What they change in it takes effect.
func (c *Controls) Loading(ctx context.Context, source string, read func() *value.Map) error {
	if err := c.load(ctx, "before_loading_experiment_control", source, nil); err != nil {
		return err
	}
	experiment := read()
	if experiment == nil {
		return nil
	}
	return c.load(ctx, "after_loading_experiment_control", source, experiment)
}

func (c *Controls) load(ctx context.Context, function, source string, experiment *value.Map) error {
	for _, control := range c.Global {
		if control.Module == "" {
			continue
		}
		call := c.call(control, function)
		call.Context = source
		if experiment != nil {
			call.State = experiment
		}
		r, err := c.Caller.Control(ctx, call)
		c.note(control, function, r, err)
		if changed, ok := c.apply(r, nil, experiment).(*value.Map); ok && experiment != nil {
			value.Assign(experiment, changed)
		}
		if stop := new(worker.Interrupted); errors.As(err, &stop) {
			return Wish(err)
		}
	}
	return nil
}
