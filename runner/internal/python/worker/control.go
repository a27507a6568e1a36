package worker

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/python"
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
	Settings      *value.Map // nil where there are none, and for configure_control of all but a global control
	Declared      *value.Map

	request []byte
}

// ControlResult is what came of a call.
type ControlResult struct {
	// Missing says why there was nothing to call: that the module cannot be
	// imported, and why, or that it has no such function.
	Missing string
	// Raised is an exception, which the toolkit mentions in its debug log if at
	// all; of validate_control it means that the experiment is not valid.
	Raised *python.Exception
	// Changed has, whole, what the function changed in place, by the keys
	// context, state, experiment, configuration, secrets and settings.
	Changed *value.Map
	// LogNotes logs what the function printed and logged, and where the exception came from.
	// It must be called once; secrets that the function has set must have been learned before.
	LogNotes func()

	order    *value.Map // of the experiment's lists whose items moved: where each item was, -1 for a new one
	replaced *value.Map // the same of the items that were left in lists which have gone; a new one whole, as "new"
	renewed  []any      // the paths of the mappings and lists that stand in the place of others
}

// Encode turns the maps of the call into the request, so that Control does not read
// them later. Call Encode and Apply under the experiment's lock.
func (c *ControlCall) Encode() {
	things := &value.Map{}
	var path any
	switch c.Func {
	case "cleanup_control":
	case "validate_control":
		things.Set("control", c.Declared)
	default:
		things = value.MapOf("experiment", orNull(c.Experiment), "configuration", c.Configuration, "secrets", c.Secrets,
			"settings", orNull(c.Settings))
		if !strings.HasPrefix(c.Func, "configure") {
			path = c.path()
			things.Set("context", c.Context)
			things.Set("state", c.State)
		}
	}
	c.request = encode(value.MapOf("do", "control", "module", c.Module, "func", c.Func, "arguments", c.Arguments,
		"things", things, "path", path))
}

// Control calls one of a control's functions. Its error is an *Interrupted where a function
// before or after something raised chaoslib's InterruptExecution, or any function SystemExit or
// KeyboardInterrupt, and then the result still holds; other errors are those of Call. At the end
// of ctx the function is interrupted, and ended with its process after half a second.
func (w *Worker) Control(ctx context.Context, c ControlCall) (ControlResult, error) {
	if c.request == nil {
		c.Encode()
	}
	about := c.Control + " (" + c.Module + "." + c.Func + ")"
	var call int64
	slow := time.AfterFunc(2*time.Second, func() {
		w.Log("INFO", "The control '"+c.Control+"' is still busy; what it prints is shown when it has finished")
	})
	defer slow.Stop()
	answer, err := w.ask(ctx, question{about: about, name: c.Control, body: c.request, grace: controlGrace, held: &call})
	r := resultOf(answer)
	r.LogNotes = func() {
		w.release(call, c.Control, answer != nil)
		w.logNotes(answer, c.Control)
	}
	if answer != nil && errors.As(err, &r.Raised) {
		err = nil
	}
	return r, err
}

func resultOf(answer *value.Map) ControlResult {
	return ControlResult{Missing: answer.Text("missing"), Changed: answer.Map("value"), order: answer.Map("order"),
		replaced: answer.Map("replaced"), renewed: answer.List("renewed")}
}

// Apply does to the live experiment what the function did to its copy of base, the experiment
// when the call was encoded: what others have changed since stays. An activity that the function
// moved stays the same Map, also where it runs right now. Base is changed, too.
//
// Replaced is told of each list of activities that the function took away or put another
// in the place of, with what was left in it.
func (r ControlResult) Apply(live, base *value.Map, replaced func(list string, former []any)) {
	changed := r.Changed.Map("experiment")
	if changed == nil {
		return
	}
	for list, was := range r.replaced.All() {
		order, _ := was.([]any)
		former := reordered(liveLists(live)[list].List(list), order)
		replaced(list, slices.DeleteFunc(former, func(item any) bool { return item == nil }))
	}
	for _, experiment := range []*value.Map{live, base} {
		for key, in := range liveLists(experiment) {
			if r.order.Has(key) && in != nil {
				in.Set(key, reordered(in.List(key), r.order.List(key)))
			}
		}
		for _, path := range r.renewed {
			steps, _ := path.([]any)
			cleared(experiment, steps)
		}
	}
	live.Merge(base, changed)
}

// cleared is v without what stands at a path in it: that must not be changed into
// what comes there, for others may hold it.
func cleared(v any, path []any) any {
	if len(path) == 0 {
		return nil
	}
	switch in := v.(type) {
	case *value.Map:
		key, _ := path[0].(string)
		if at, there := in.Get(key); there {
			in.Set(key, cleared(at, path[1:]))
		}
	case []any:
		if n, isPlace := path[0].(int64); isPlace && n >= 0 && n < int64(len(in)) {
			in[n] = cleared(in[n], path[1:])
		}
	}
	return v
}

const hypothesisKey = "steady-state-hypothesis"

// liveLists are the lists of an experiment whose items stay what they are when a
// control moves them: each key, and what holds it.
func liveLists(experiment *value.Map) map[string]*value.Map {
	return map[string]*value.Map{"method": experiment, "rollbacks": experiment, "probes": experiment.Map(hypothesisKey)}
}

// reordered has each item of list where it has gone, and nil for a new one.
func reordered(list, was []any) []any {
	now := make([]any, len(was))
	for i, from := range was {
		switch from := from.(type) {
		case int64:
			if from >= 0 && from < int64(len(list)) {
				now[i] = list[from]
			}
		case *value.Map:
			now[i], _ = from.Get("new")
		}
	}
	return now
}

func orNull(m *value.Map) any {
	if m == nil {
		return nil
	}
	return m
}

// path leads from the experiment to the context in it; nil where it is not there.
func (c *ControlCall) path() any {
	m, _ := c.Context.(*value.Map)
	hypothesis := c.Experiment.Map(hypothesisKey)
	switch {
	case m == nil:
		return nil
	case m == c.Experiment:
		return []any{}
	case m == hypothesis:
		return []any{hypothesisKey}
	}
	for key, in := range liveLists(c.Experiment) {
		at := slices.Index(in.List(key), any(m))
		switch {
		case at >= 0 && in == c.Experiment:
			return []any{key, int64(at)}
		case at >= 0:
			return []any{hypothesisKey, key, int64(at)}
		}
	}
	return nil
}

// Event is something that happened in the run, by the name and with the arguments of the method
// that the toolkit's RunEventHandler has for it, as in start_activity with the activity. Where
// that has an object of Python's, there is a mapping of its attributes (running's schedule) or
// its text (the exception of continuous_hypothesis_completed), or nil.
type Event struct {
	Name      string
	Arguments []any

	request []byte
}

// Encode turns the arguments into the request, so that Event does not read them
// later. Call it under the experiment's lock.
func (e *Event) Encode() {
	e.request = encode(value.MapOf("do", "event", "name", e.Name, "arguments", e.Arguments))
}

// Listening tells whether a control has registered a handler of events with the
// interpreter that runs now. While it has not, an Event need not be made.
func (w *Worker) Listening() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.current != nil && w.current.listening.Load()
}

// Event tells the handlers of an event, one after the other, and waits for them.
// What they raise is logged as the toolkit does it; what they change in the
// arguments changes nothing. Its errors are those of Control.
func (w *Worker) Event(ctx context.Context, e Event) error {
	if !w.Listening() {
		return nil
	}
	if e.request == nil {
		e.Encode()
	}
	name := "a handler of " + e.Name
	_, err := w.ask(ctx, question{about: name, name: name, body: e.request, grace: controlGrace})
	return err
}
