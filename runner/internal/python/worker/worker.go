// Package worker calls Python functions in a real interpreter.
package worker

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// Worker calls Python functions in one interpreter process for a whole run, so that modules keep
// what they remember from one activity to the next, as in the Chaos Toolkit. The process starts
// with the first request. Should it die, or have to be ended, the next request starts another. A
// Worker's methods may be called at the same time.
//
// Functions run one at a time in the interpreter's main thread; a function that is
// called while that is busy gets a thread of its own. They read nothing from standard
// input. What they print and log goes to Log. A module beside the experiment is found
// as by the toolkit's command: only where PYTHONPATH names its folder.
type Worker struct {
	Python      string                                    // the interpreter that the user named; empty: one is looked for
	Environment func(name string) (value string, ok bool) // looks up VIRTUAL_ENV, for that
	Env         []string                                  // name=value for the process; nil: our own environment
	Owner       *process.Owner                            // starts the process and sees to its end
	MaxTime     time.Duration                             // how long Close waits for threads of functions; 0: no limit

	// Log gets each line that is printed, with an empty level, and each record of the toolkit's
	// logger, with its level (DEBUG, INFO, WARNING, ERROR or CRITICAL) and maybe several lines.
	// What a function printed and logged has come before its result; that of a control comes with
	// ControlResult.LogNotes. Two calls may come at the same time.
	Log func(level, text string)
	// Signal is told that Python code sent SIGUSR1 or SIGUSR2 to its own process,
	// which is how chaoslib.exit ends a run, while no function ran that this
	// interrupted; else see Interrupted. It must not wait for the worker.
	Signal func(name string)
	// Moved is told, before the call returns, that a function changed the working
	// folder, which in the toolkit is also that of all later activities.
	Moved func(folder string)
	// SetEnv is told, before the call returns, that a function set a variable of the environment,
	// or removed it: then set is false. In the toolkit all later activities see that.
	SetEnv func(name, value string, set bool)

	mu      sync.Mutex
	current *interpreter

	logging sync.Mutex
	calls   []int64   // of controls, the secrets of which are not known yet
	held    []logLine // what waits for that
	dropped int       // what was too much to wait
}

// mostHeld is how many lines of controls wait for their end; the others are left out.
const mostHeld = 10_000

// How long a function may take to end once it is interrupted. Then the process is ended, which
// gets endGrace before force is used. An activity may have something to put right first, but both
// together have no more time than any other process: the rollbacks wait for that. For a control
// the time is short: somebody has pressed Ctrl-C and waits.
const (
	activityGrace = process.Grace - endGrace
	controlGrace  = 500 * time.Millisecond
	endGrace      = 300 * time.Millisecond
	leaveTime     = 500 * time.Millisecond // to end after a stop; what is registered with atexit is called
)

// Call is a call of a function by keywords, for an activity.
type Call struct {
	Activity      string // its name, for messages
	Module, Func  string
	Arguments     any        // with ${name} replaced: a mapping, or what Python shall refuse; nil for none
	Configuration *value.Map // given to a function that has a parameter of this name
	Secrets       *value.Map // all groups
	Groups        []any      // names of those that a parameter named secrets gets, merged; nil: it gets nothing
	Background    bool       // it gets a thread of its own, as in the toolkit
	Judged        bool       // a tolerance follows: what it cannot be compared with is a failure, and a Decimal a number
}

func (c *Call) request() []byte {
	request := value.MapOf("do", "call", "module", c.Module, "func", c.Func, "arguments", cmp.Or[any](c.Arguments, &value.Map{}),
		"configuration", c.Configuration, "secrets", c.Secrets, "groups", nil, "background", c.Background, "judged", c.Judged)
	if c.Groups != nil {
		request.Set("groups", c.Groups)
	}
	return encode(request)
}

// Call calls a function and returns what it returned. A tuple comes as a list; a
// value that JSON does not have comes as Python's text for it, which is logged.
//
// Its error is a *python.Exception where the function raised one, an *Interrupted
// where it asked for the end of the run, ctx's cause where that ended, and
// unexpected otherwise: no interpreter, no such module or function, a process that
// died, or an Unended. At the end of ctx the function is interrupted as by Ctrl-C; one that has
// not ended after activityGrace is ended with its process and all that this started.
func (w *Worker) Call(ctx context.Context, c Call) (any, error) {
	about := c.Activity + " (" + c.Module + "." + c.Func + ")"
	answer, err := w.ask(ctx, question{about: about, name: c.Activity, body: c.request(), grace: activityGrace})
	if err != nil {
		return nil, err
	}
	v, _ := answer.Get("value")
	return v, nil
}

// Reference is what an experiment says of a Python function or of a control's
// module, to be compared with what there is.
type Reference struct {
	Kind         string // probe, action or control
	Name         string // the activity's or the control's
	Module, Func string // a control has no Func
	Arguments    *value.Map
}

// Inspect imports the modules, as the toolkit's validation does, and returns for
// each reference what is wrong with it, in the toolkit's words; paths begin at the
// provider. It sees only functions, and takes any arguments for one that does not
// tell which it has. Of a control it says that the module cannot be imported, or
// that the name of a function is nearly one that is called, which is worth a warning. It calls the interpreter once for all. Its error is
// ctx's cause where that ended, and else a *problem.Problem or an *Interrupted.
func (w *Worker) Inspect(ctx context.Context, all []Reference) ([][]problem.Finding, error) {
	if len(all) == 0 {
		return nil, nil
	}
	about := make([]string, len(all))
	for i, r := range all {
		about[i] = fmt.Sprintf("%s (%s)", r.Name, strings.TrimSuffix(r.Module+"."+r.Func, "."))
	}
	answer, err := w.ask(ctx, question{about: strings.Join(about, ", "), name: all[0].Name, body: inspection(all), grace: controlGrace})
	if err != nil {
		return nil, err
	}
	each := answer.List("value")
	findings := make([][]problem.Finding, len(all))
	for i := range min(len(all), len(each)) {
		list, _ := each[i].([]any)
		for _, item := range list {
			m, _ := item.(*value.Map)
			if f, ok := all[i].finding(m); ok {
				findings[i] = append(findings[i], f)
			}
		}
	}
	return findings, nil
}

func inspection(all []Reference) []byte {
	list := make([]any, len(all))
	for i, r := range all {
		list[i] = value.MapOf("kind", r.Kind, "name", r.Name, "module", r.Module, "func", r.Func, "arguments", r.Arguments)
	}
	return encode(value.MapOf("do", "examine", "references", list))
}

// question is a request, and what messages need to know of it.
type question struct {
	about string // which says more than the name
	name  string // of the activity or control
	body  []byte
	grace time.Duration
	held  *int64 // gets the number of the call, for release: nothing of it is logged before; nil: at once
}

// ask sends a request and waits for its answer, which it returns also beside the
// error that the answer stands for.
func (w *Worker) ask(ctx context.Context, q question) (*value.Map, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s, err := w.interpreter(q.about)
	if err != nil {
		return nil, err
	}
	e := s.begin()
	over, grace := s.called(), time.Duration(0)
	defer func() { over(grace) }()
	if q.held != nil {
		*q.held = e.number
		w.logging.Lock()
		w.calls = append(w.calls, e.number)
		w.logging.Unlock()
	}
	// The interpreter reads nothing while it is busy.
	go s.write(append(fmt.Appendf(nil, `{"id": %d, `, e.number), q.body[1:]...))
	defer s.open.Delete(e.number)
	select {
	case <-e.answered:
	case <-s.ended:
	case <-ctx.Done():
		grace = q.grace
		w.interrupt(s, e, q)
		answer := e.answer.Load()
		w.noteChanges(answer)
		if isClosed(s.ended) && s.exit.Unended != "" {
			return answer, Unended(s.exit.Unended)
		}
		return answer, context.Cause(ctx)
	}
	answer := e.answer.Load()
	if answer == nil {
		return nil, s.death(q)
	}
	w.noteChanges(answer)
	if q.held == nil {
		w.logNotes(answer, q.name)
	}
	return answer, failure(answer, q.name)
}

// interpreter is the process, which is started if there is none.
func (w *Worker) interpreter(about string) (*interpreter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current != nil && !isClosed(w.current.ended) {
		return w.current, nil
	}
	path, err := find(w.Python, w.Environment, about)
	if err != nil {
		return nil, err
	}
	if w.current != nil {
		w.current.output.Close()
		w.Log("WARNING", "Python is started again: what its modules kept in memory is lost")
	}
	w.current, err = w.start(path)
	return w.current, err
}

// interrupt ends an exchange: politely, and with the process if need be.
func (w *Worker) interrupt(s *interpreter, e *exchange, q question) {
	go s.write(fmt.Appendf(nil, `{"cancel": %d}`, e.number))
	deadline := time.NewTimer(w.Owner.Patience(q.grace))
	defer deadline.Stop()
	select {
	case <-e.answered:
	case <-s.ended:
	case <-deadline.C:
		w.Log("WARNING", fmt.Sprintf("'%s' does not stop, so Python is ended; what its modules remembered is lost", q.name))
		s.kill(fmt.Errorf("'%s' did not stop when it was asked to", q.name))
		<-s.ended
	}
}

// noteChanges tells what a function changed that is the whole run's.
func (w *Worker) noteChanges(answer *value.Map) {
	if folder := answer.Text("folder"); folder != "" {
		w.Moved(folder)
	}
	for name, v := range answer.Map("environment").All() {
		text, set := v.(string)
		w.SetEnv(name, text, set)
	}
}
