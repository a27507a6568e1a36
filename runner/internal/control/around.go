package control

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// Caller calls the functions of Python controls; a *worker.Worker does.
type Caller interface {
	Control(ctx context.Context, c worker.ControlCall) (worker.ControlResult, error)
}

// Controls are all controls of one run. They are engine.Controls.
type Controls struct {
	Global     []Control  // of the settings and of control files: they run at every level
	Experiment *value.Map // as it was written: it declares the others
	Variables  *variables.Variables
	Settings   *value.Map
	Caller     Caller
	Log        *slog.Logger
	Ask        func(ctx context.Context, activity *value.Map) error // before each activity; nil: nobody is asked
}

// Any tells whether there is anything to run.
func (c *Controls) Any() bool {
	return len(c.Global) > 0 || c.Ask != nil || declares(c.Experiment)
}

// declares looks for controls at all levels.
func declares(in any) bool {
	switch in := in.(type) {
	case *value.Map:
		if list, _ := in.Get("controls"); value.Truthy(list) {
			return true
		}
		for _, item := range in.All() {
			if declares(item) {
				return true
			}
		}
	case []any:
		if slices.ContainsFunc(in, declares) {
			return true
		}
	}
	return false
}

// Before runs the controls before a level. What they change in the subject takes
// effect. Its error is the wish of one to end the run.
func (c *Controls) Before(ctx context.Context, level engine.Level, subject *value.Map) error {
	_, err := c.run(ctx, "before", level, subject, nil)
	if err == nil && level == engine.AroundActivity && c.Ask != nil {
		err = c.Ask(ctx, subject)
	}
	return err
}

// After runs the controls after a level, with what came of it, and returns that
// as they have left it.
func (c *Controls) After(ctx context.Context, level engine.Level, subject *value.Map, state any) (any, error) {
	return c.run(ctx, "after", level, subject, state)
}

func (c *Controls) run(ctx context.Context, when string, level engine.Level, subject *value.Map, state any) (any, error) {
	for _, control := range c.at(level, subject) {
		if control.Module == "" || control.Scope != "" && control.Scope != when {
			continue
		}
		call := c.call(control, when+"_"+string(level)+"_control")
		call.Context, call.State = subject, state
		result, err := c.Caller.Control(ctx, call)
		state = c.apply(result, subject, state)
		c.note(control, call.Func, result, err)
		if stop := new(worker.Interrupted); errors.As(err, &stop) {
			return state, Wish(err)
		}
	}
	return state, nil
}

func (c *Controls) call(control Control, function string) worker.ControlCall {
	arguments, _ := c.Variables.Arguments(control.Arguments).(*value.Map)
	return worker.ControlCall{
		Control: control.Name, Module: control.Module, Func: function, Arguments: arguments, Declared: control.Declared,
		Experiment: c.Experiment, Configuration: c.Variables.Configuration, Secrets: c.Variables.Secrets, Settings: c.Settings,
	}
}

// at are the controls of a level, in the toolkit's order: the experiment's own,
// the global ones, those of the subject; one of a name that ran before is left
// out. Around the experiment itself the global ones come first.
func (c *Controls) at(level engine.Level, subject *value.Map) []Control {
	own := Declared(c.Experiment, nil)
	var all []Control
	add := func(controls []Control) {
		for _, control := range controls {
			if named(all, control.Name) == nil {
				all = append(all, control)
			}
		}
	}
	if level == engine.AroundExperiment {
		add(c.Global)
		add(own)
		return all
	}
	for _, control := range own {
		if !control.Manual {
			add([]Control{control})
		}
	}
	add(c.Global)
	if level == engine.AroundHypothesis || level == engine.AroundActivity {
		add(Declared(subject, own))
	}
	return all
}

// apply takes over what a control has changed.
func (c *Controls) apply(r worker.ControlResult, subject *value.Map, state any) any {
	for key, to := range map[string]*value.Map{
		"experiment": c.Experiment, "configuration": c.Variables.Configuration, "secrets": c.Variables.Secrets, "context": subject,
	} {
		if changed, ok := r.Changed.Get(key); ok {
			if m, isMap := changed.(*value.Map); isMap && to != nil {
				value.Assign(to, m)
			}
		}
	}
	if changed, ok := r.Changed.Get("state"); ok {
		return changed
	}
	return state
}

// note keeps what went wrong where the toolkit keeps it: in the debug log. A
// worker that died is more than that.
func (c *Controls) note(control Control, function string, r worker.ControlResult, err error) {
	var stop *worker.Interrupted
	switch {
	case r.Raised != nil:
		c.Log.Debug("the control '" + control.Name + "' raised in " + function + ": " + r.Raised.Error())
	case err != nil && !errors.As(err, &stop):
		c.Log.Warn("the control '" + control.Name + "' could not be called: " + err.Error())
	}
}

// Wish returns the stop that a Python function asked for with its error, and any
// other error as it is.
func Wish(err error) error {
	var stop *worker.Interrupted
	if !errors.As(err, &stop) {
		return err
	}
	switch {
	case stop.Signal != "":
		return engine.BySignal(stop.Signal, stop.Number)
	case stop.Class == "SystemExit":
		return engine.ByExit(stop.Text)
	case stop.Class == "KeyboardInterrupt":
		return engine.BySignal("SIGINT", 2)
	}
	return engine.ByControl(stop.Text)
}
