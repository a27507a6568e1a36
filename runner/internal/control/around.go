package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
	"chaosworkshop.example/runner/internal/verdict"
	"chaosworkshop.example/runner/internal/weight"
)

// Caller calls the functions of Python controls, and the handlers of events that
// they have registered; a *worker.Worker does.
type Caller interface {
	Control(ctx context.Context, c worker.ControlCall) (worker.ControlResult, error)
	Listening() bool
	Event(ctx context.Context, e worker.Event) error
}

// Controls are all controls of one run. They are engine.Controls.
type Controls struct {
	Global     []Control // of the settings and of control files: they run at every level
	Experiment *experiment.Experiment
	Variables  *variables.Variables
	Settings   *value.Map
	Caller     Caller
	Log        *slog.Logger
	Learn      func(experiment *value.Map)                          // hides the secrets that it declares
	Ask        func(ctx context.Context, activity *value.Map) error // before each activity; may be nil
	Journal    func() *value.Map                                    // as it is at this moment, for events
	Reserve    func(bytes int64) bool                               // tells whether there is room for so many more; may be nil

	room room
}

// Any tells whether there is anything to run.
func (c *Controls) Any() bool { return len(c.declared()) > 0 || len(c.Global) > 0 || c.Ask != nil }

// Before runs the controls before a level. Its error is a *verdict.Stop where one
// of them ends the run, or what Ask returned.
func (c *Controls) Before(ctx context.Context, level string, activity *value.Map) error {
	err := c.run(ctx, "before", level, activity, func() any { return nil }, func(any) {})
	if err == nil && level == "activity" && c.Ask != nil {
		err = c.Ask(ctx, activity)
	}
	return err
}

// After runs the controls after a level; adopt takes over what one of them has
// changed in the state.
func (c *Controls) After(ctx context.Context, level string, activity *value.Map, state func() any, adopt func(changed any)) error {
	return c.run(ctx, "after", level, activity, state, adopt)
}

// run calls the function that belongs to a level of each of its controls, one after
// the other. The first stop that one of them asks for ends that.
func (c *Controls) run(ctx context.Context, when, level string, activity *value.Map, state func() any, adopt func(any)) error {
	for _, control := range c.at(level, activity) {
		if control.Module == "" || control.Scope != "" && control.Scope != when {
			continue
		}
		call := c.call(control, when+"_"+level+"_control")
		call.level, call.activity, call.state, call.adopt = level, activity, state, adopt
		result, err := c.do(ctx, call)
		if err := c.note(ctx, control, call.Func, result, err); err != nil {
			return err
		}
	}
	return nil
}

// subject is what a level is about.
func subject(level string, written, activity *value.Map) *value.Map {
	switch level {
	case "activity":
		return activity
	case "hypothesis":
		return written.Map("steady-state-hypothesis")
	}
	return written
}

// at are the controls of a level, in the toolkit's order: the experiment's own,
// the global ones, those of the subject. Of one name the nearest counts. Around
// the experiment itself the global ones come first; around the method and the
// rollbacks they run only where the experiment has none of its own.
func (c *Controls) at(level string, activity *value.Map) (all []Control) {
	c.Experiment.Read(func(written *value.Map) {
		own := Declared(written, nil)
		if level == "experiment" {
			all = slices.Concat(c.Global, own)
			return
		}
		near := c.Global
		switch {
		case level == "hypothesis" || level == "activity":
			near = slices.Concat(c.Global, Declared(subject(level, written, activity), own))
		case len(own) > 0:
			near = nil
		}
		for _, control := range own {
			if !control.Manual && named(near, control.Name) == nil {
				all = append(all, control)
			}
		}
		all = append(all, near...)
	})
	return all
}

// call is one call of a control's function. What it is given is read from the
// experiment when the call is made.
type call struct {
	worker.ControlCall
	level    string
	activity *value.Map // the subject where it is one; it need not be a part of the experiment any more
	state    func() any // nil: none
	adopt    func(changed any)
}

// call prepares the call of a function, with the variables in the control's arguments replaced.
func (c *Controls) call(control Control, function string) call {
	arguments, _ := c.Variables.Arguments(control.Arguments).(*value.Map)
	return call{ControlCall: worker.ControlCall{Control: control.Name, Module: control.Module, Func: function,
		Arguments: arguments, Declared: control.Declared, Settings: c.Settings}}
}

// do makes the call and takes over what the function has changed. Meanwhile
// others may change the same things: only what this function changed is taken.
// The state comes first: what it shows of the experiment is as it was sent.
func (c *Controls) do(ctx context.Context, call call) (worker.ControlResult, error) {
	var base, activity *value.Map
	var was map[string]weight.Weight
	call.Configuration, call.Secrets = c.Variables.Values()
	c.Experiment.Read(func(written *value.Map) {
		base, activity, call.Experiment = written.Clone(), call.activity.Clone(), written
		call.Context = subject(call.level, written, call.activity)
		if call.state != nil {
			call.State = call.state()
		}
		was = call.weights(written, call.Context, call.State)
		call.Encode()
	})
	result, err := c.Caller.Control(ctx, call.ControlCall)
	c.admit(call, was, result.Changed)
	if changed, ok := result.Changed.Get("state"); ok {
		call.adopt(changed)
	}
	c.Experiment.Change(func(written *value.Map) {
		result.Apply(written, base, c.Experiment.Replaced)
		merge(call.activity, activity, result.Changed, "context")
		if result.Changed.Has("experiment") {
			c.Learn(written)
		}
	})
	if result.Changed.Has("configuration") || result.Changed.Has("secrets") {
		c.Variables.Change(func(configuration, secrets *value.Map) {
			merge(configuration, call.Configuration, result.Changed, "configuration")
			merge(secrets, call.Secrets, result.Changed, "secrets")
		})
	}
	return result, err
}

// merge does to live what the function did to its copy of base.
func merge(live, base, changed *value.Map, key string) {
	if now := changed.Map(key); now != nil && live != nil {
		live.Merge(base, now)
	}
}

// note keeps what went wrong where the toolkit keeps it: in the debug log. It
// returns what ends the run: the stop that the function asked for, or that Python
// died, which would have ended the toolkit too.
func (c *Controls) note(ctx context.Context, control Control, function string, r worker.ControlResult, err error) error {
	if r.LogNotes != nil {
		r.LogNotes()
	}
	var stop *worker.Interrupted
	switch {
	case errors.As(err, &stop):
		return StopOf(err)
	case r.Raised != nil:
		c.Log.Debug("the control '" + control.Name + "' raised in " + function + ": " + r.Raised.Error())
	case err == nil || ctx.Err() != nil || err == errSpent:
	case err == errSlow:
		c.Log.Warn("the control '" + control.Name + "' was ended, because the run is to stop: it is not called again")
	case err == errLate:
		c.Log.Warn("the control '" + control.Name + "' was ended in " + function + ": it took longer than it may (--max-time)")
	case problem.Code(err) == problem.NoVerdict:
		return fmt.Errorf("the control '%s' could not be called: %w", control.Name, err)
	default:
		c.Log.Warn("the control '" + control.Name + "' could not be called: " + err.Error())
	}
	return nil
}

// StopOf returns the *verdict.Stop that a Python function asked for with its
// error, and any other error as it is.
func StopOf(err error) error {
	var stop *worker.Interrupted
	if !errors.As(err, &stop) {
		return err
	}
	switch {
	case stop.Signal != "":
		return verdict.BySignal(stop.Signal, stop.Number)
	case stop.Class == "SystemExit":
		return verdict.ByExit(stop.Text)
	case stop.Class == "KeyboardInterrupt":
		return verdict.BySignal("SIGINT", 2)
	}
	return &verdict.Stop{Why: "a control stopped the run: " + stop.Text}
}
