package python

import (
	"context"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// ControlCall is a call of one of a control's functions, all of which are
// optional. Of what it is given, a function gets what it has a parameter for.
//
// One named before_... or after_..., as before_activity_control, gets the
// Context and what follows it; configure_control all but Context and State;
// validate_control only the control as it is Declared; cleanup_control nothing.
type ControlCall struct {
	Control      string // its name, for messages
	Module, Func string
	Arguments    *value.Map // with ${name} replaced; configure_control gets them as written

	// Context is the experiment, the hypothesis, the activity, or before and
	// after loading the source's name. One that is the very Map within Experiment
	// is also in Python a part of it, so that a change of one changes both.
	Context       any
	State         any // what came of it, for after_...; else nil
	Experiment    *value.Map
	Configuration *value.Map
	Secrets       *value.Map // all groups
	Settings      *value.Map // nil where there are none
	Declared      *value.Map
	Background    bool // the toolkit would have it in a thread
}

// ControlResult is what came of a call.
type ControlResult struct {
	// Missing says why there was nothing to call: that the module cannot be
	// imported, and why, or that it has no such function.
	Missing string
	// Raised is an exception, which the toolkit mentions in its debug log if at
	// all; of validate_control it means that the experiment is not valid.
	Raised *Exception
	// Changed has, whole, what the function changed in place, by the keys
	// context, state, experiment, configuration, secrets and settings.
	Changed *value.Map
}

// Control calls one of a control's functions. Its error is an *Interrupted where
// a function before or after something raised chaoslib's InterruptExecution, or
// any function SystemExit or KeyboardInterrupt, and then the result still holds;
// other errors are those of Call.
func (w *Worker) Control(ctx context.Context, c ControlCall) (ControlResult, error) {
	about := c.Control + " (" + c.Module + "." + c.Func + ")"
	answer, err := w.ask(ctx, about, c.Control, c.request())
	var r ControlResult
	if answer == nil {
		return r, err
	}
	r.Missing = text(answer, "missing")
	if answer.Has("missing") && r.Missing == "" {
		r.Missing = "the module " + c.Module + " has no function " + c.Func
	}
	changed, _ := answer.Get("value")
	r.Changed, _ = changed.(*value.Map)
	if raised, ok := exception(answer, "raised"); ok {
		r.Raised, err = raised, nil
	}
	w.logNoted(c.Control, answer)
	return r, err
}

func (c ControlCall) request() *value.Map {
	things := &value.Map{}
	var path any
	switch c.Func {
	case "cleanup_control":
	case "validate_control":
		things.Set("control", c.Declared)
	default:
		things = value.MapOf("experiment", orNull(c.Experiment), "configuration", c.Configuration, "secrets", c.Secrets, "settings", orNull(c.Settings))
		if !strings.HasPrefix(c.Func, "configure") {
			path = c.path()
			things.Set("context", c.Context)
			things.Set("state", c.State)
		}
	}
	return value.MapOf("do", "control", "module", c.Module, "func", c.Func, "arguments", c.Arguments, "things", things, "path", path, "background", c.Background)
}

func orNull(m *value.Map) any {
	if m == nil {
		return nil
	}
	return m
}

// path leads from the experiment to the context in it; nil where it is not there.
func (c ControlCall) path() any {
	m, ok := c.Context.(*value.Map)
	if !ok || m == nil {
		return nil
	}
	if path, found := pathTo(m, c.Experiment, []any{}); found {
		return path
	}
	return nil
}

func pathTo(m *value.Map, in any, path []any) ([]any, bool) {
	switch in := in.(type) {
	case *value.Map:
		if in == m {
			return path, true
		}
		for key, item := range in.All() {
			if found, ok := pathTo(m, item, append(path[:len(path):len(path)], key)); ok {
				return found, true
			}
		}
	case []any:
		for i, item := range in {
			if found, ok := pathTo(m, item, append(path[:len(path):len(path)], int64(i))); ok {
				return found, true
			}
		}
	}
	return nil, false
}
