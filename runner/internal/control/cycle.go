package control

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Configure tells every control that the run begins: the global ones, and all that the experiment
// declares at any level. A global one that fails is left out of the run, as in the toolkit. One
// that exits, as a check in advance may do, ends the run before anything is done.
func (c *Controls) Configure(ctx context.Context) error {
	kept, err := c.configure(ctx, c.Global)
	if err != nil {
		return err
	}
	c.Global = kept
	_, err = c.configure(ctx, c.everywhere())
	return err
}

// configure tells controls that the run begins, and returns those that did not fail. Its
// error ends the run.
func (c *Controls) configure(ctx context.Context, controls []Control) (kept []Control, err error) {
	for _, control := range controls {
		if control.Module == "" {
			kept = append(kept, control)
			continue
		}
		call := c.call(control, "configure_control")
		call.Arguments = control.Arguments
		r, err := c.do(ctx, call)
		noted := c.note(ctx, control, call.Func, r, err)
		var stop *worker.Interrupted
		if errors.As(err, &stop) && stop.Class == "SystemExit" && stop.Signal == "" {
			return nil, fmt.Errorf("the control '%s' ended the run before it began, with exit code %s", control.Name, stop.Text)
		}
		if r.Raised == nil && err == nil {
			kept = append(kept, control)
		}
		if noted != nil {
			return nil, noted
		}
	}
	return kept, nil
}

// declared are the controls that the experiment declares at any level.
func (c *Controls) declared() (all []Control) {
	c.Experiment.Read(func(written *value.Map) {
		hypothesis := written.Map("steady-state-hypothesis")
		places := slices.Concat([]any{written, hypothesis}, hypothesis.List("probes"), written.List("method"), written.List("rollbacks"))
		for _, place := range places {
			m, _ := place.(*value.Map)
			all = append(all, Declared(m, nil)...)
		}
	})
	return all
}

// everywhere are the controls that the experiment declares at any level, one of each name.
func (c *Controls) everywhere() (all []Control) {
	for _, control := range c.declared() {
		if control.Name != "" && named(all, control.Name) == nil {
			all = append(all, control)
		}
	}
	return all
}

// Cleanup tells every control that the run is over. Its error is that of the first that asked for
// the end of the run.
func (c *Controls) Cleanup(ctx context.Context) (stop error) {
	for _, control := range append(c.everywhere(), c.Global...) {
		if control.Module == "" {
			continue
		}
		call := c.call(control, "cleanup_control")
		r, err := c.Caller.Control(ctx, call.ControlCall)
		stop = cmp.Or(stop, c.note(ctx, control, call.Func, r, err))
	}
	return stop
}

// Loading tells the global controls that an experiment is about to be read from
// its source, and that it was read. What they change in it takes effect.
func (c *Controls) Loading(ctx context.Context, source string, read func() *value.Map) error {
	if err := c.load(ctx, "before_loading_experiment_control", source, nil); err != nil {
		return err
	}
	written := read()
	if written == nil {
		return nil
	}
	return c.load(ctx, "after_loading_experiment_control", source, written)
}

// load calls a function of the global controls around the reading of an experiment,
// which is nil before it was read.
func (c *Controls) load(ctx context.Context, function, source string, written *value.Map) error {
	for _, control := range c.Global {
		if control.Module == "" {
			continue
		}
		call := c.call(control, function)
		call.Context = source
		if written != nil {
			call.State = written
		}
		r, err := c.Caller.Control(ctx, call.ControlCall)
		if written != nil {
			merge(written, written.Clone(), r.Changed, "state")
			c.Learn(written)
		}
		if err := c.note(ctx, control, function, r, err); err != nil {
			return err
		}
	}
	return nil
}

// Event tells the handlers of events that controls have registered what happens in the run, with
// the arguments that the toolkit gives them. What they change in them changes nothing.
func (c *Controls) Event(ctx context.Context, name string, things ...any) {
	if !c.Caller.Listening() {
		return
	}
	e := worker.Event{Name: name}
	configuration, secrets := c.Variables.Values()
	journal := c.Journal()
	c.Experiment.Read(func(written *value.Map) {
		for i, thing := range things {
			things[i] = inJournal(thing)
		}
		e.Arguments = things
		switch name {
		case "running":
			e.Arguments = []any{written, journal, configuration, secrets, value.MapOf(), c.Settings}
		case "interrupted", "rollbacks_completed", "continuous_hypothesis_completed":
			e.Arguments = append([]any{written, journal}, things...)
		case "start_hypothesis_before", "start_hypothesis_after", "start_method", "method_completed", "start_rollbacks":
			e.Arguments = append([]any{written}, things...)
		case "hypothesis_before_completed", "hypothesis_after_completed":
			e.Arguments = []any{written, things[0], journal}
		case "finish":
			e.Arguments = []any{journal}
		}
		e.Encode()
	})
	if err := c.Caller.Event(ctx, e); err != nil && ctx.Err() == nil && err != errSpent {
		c.Log.Warn("the handlers of " + name + " could not be called: " + err.Error())
	}
}

// inJournal is a part of the result as the journal has it.
func inJournal(thing any) any {
	switch thing := thing.(type) {
	case *verdict.Run:
		return thing.Value()
	case *verdict.State:
		return thing.Value()
	case verdict.Runs:
		return thing.Values()
	}
	return thing
}
