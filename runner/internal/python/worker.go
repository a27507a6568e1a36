package python

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// Worker calls Python functions in a real interpreter: one process for a whole
// run, so that modules keep what they remember from one activity to the next, as
// in the Chaos Toolkit. It starts with the first request. Should it die, or have
// to be ended, the next request starts another. Its methods may be called at the
// same time.
//
// Functions run one at a time in the interpreter's main thread, those beside
// them in threads of their own. They read nothing from standard input. What they
// print and log goes to Log. A module beside the experiment is found as by the
// toolkit's command: only where PYTHONPATH names its folder.
type Worker struct {
	Python      string                                    // the interpreter that the user named; empty: see Find
	Environment func(name string) (value string, ok bool) // looks up the variables that Find needs
	Env         []string                                  // name=value for the process; nil: our own environment
	Owner       *process.Owner

	// Log gets each line that is printed, with an empty level, and each record
	// of the toolkit's logger, with its level (DEBUG, INFO, WARNING, ERROR or
	// CRITICAL) and maybe several lines. What a function printed and logged has
	// come before its result. No two calls at once; nil: thrown away.
	Log func(level, text string)
	// Signal hears that Python code sent SIGUSR1 or SIGUSR2 to its own process,
	// which is how chaoslib.exit ends a run, while no function ran that this
	// interrupted. It must not wait for the worker; nil: nothing happens.
	Signal func(name string)
	// Moved hears, before the call returns, that a function changed the working
	// folder, which in the toolkit is also that of all later activities.
	Moved func(folder string)

	mu   sync.Mutex
	now  *session
	talk sync.Mutex
}

// patience is how long a function may take to end once it is interrupted.
const patience = process.Grace

// Call is a call of a function by keywords, for an activity.
type Call struct {
	Activity      string // its name, for messages
	Module, Func  string
	Arguments     *value.Map // with ${name} replaced
	Configuration *value.Map // given to a function that has a parameter of this name
	Secrets       *value.Map // all groups
	Groups        []string   // those that a parameter named secrets gets, merged; nil: the provider names none, and it gets nothing
	Background    bool       // the toolkit would have it in a thread
	Judged        bool       // a tolerance follows: what it cannot be compared with is a failure, and a Decimal a number
}

// Call calls a function and returns what it returned. A tuple comes as a list; a
// value that JSON does not have comes as Python's text for it, which is logged.
//
// Its error is an *Exception where the function raised, an *Interrupted where it
// asked for the end of the run, ctx's cause where that ended, and unexpected
// otherwise: no interpreter, no such module or function, a process that died. At
// the end of ctx the function is interrupted as by Ctrl-C; one that has not
// ended after two seconds is ended with its process and all that this started.
func (w *Worker) Call(ctx context.Context, c Call) (any, error) {
	answer, err := w.ask(ctx, c.Activity+" ("+c.Module+"."+c.Func+")", c.Activity, c.request())
	if err != nil {
		return nil, err
	}
	w.logNoted(c.Activity, answer)
	v, _ := answer.Get("value")
	return v, nil
}

func (c Call) request() *value.Map {
	var groups any
	if c.Groups != nil {
		groups = anyList(c.Groups)
	}
	return value.MapOf("do", "call", "module", c.Module, "func", c.Func, "arguments", c.Arguments,
		"configuration", c.Configuration, "secrets", c.Secrets, "groups", groups, "background", c.Background, "judged", c.Judged)
}

// logNoted says which values have come as text.
func (w *Worker) logNoted(name string, answer *value.Map) {
	for _, what := range texts(answer, "noted") {
		w.log("WARNING", fmt.Sprintf("'%s' gave %s, which a journal cannot hold: Python's text for it stands there instead", name, what))
	}
}

// ask sends a request for whatever bears the name, and returns the answer if it
// is neither an exception nor an interruption. What it is about says more than
// the name.
func (w *Worker) ask(ctx context.Context, about, name string, request *value.Map) (*value.Map, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s, err := w.session(about)
	if err != nil {
		return nil, err
	}
	e := s.send(request)
	defer s.forget(e.number)
	select {
	case <-e.answered:
	case <-s.ended:
	case <-ctx.Done():
		w.interrupt(s, e, name)
		w.noteFolder(e)
		return nil, context.Cause(ctx)
	}
	answer := e.received()
	if answer == nil {
		return nil, s.death(name)
	}
	w.noteFolder(e)
	w.logTraceback(answer, name)
	return answer, failure(answer, name)
}

func (w *Worker) session(about string) (*session, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now != nil && !w.now.hasEnded() {
		return w.now, nil
	}
	path, err := Find(w.Python, w.Environment)
	if err != nil {
		var p *problem.Problem
		if errors.As(err, &p) {
			return nil, problem.New(p.Code, "Python is needed for "+about+", and "+p.What, p.Do)
		}
		return nil, err
	}
	if w.now != nil {
		w.now.letGo()
		w.log("WARNING", "Python is started anew: what its modules remembered is lost")
	}
	w.now, err = w.start(path)
	return w.now, err
}

// interrupt ends an exchange: politely, and with the process if need be.
func (w *Worker) interrupt(s *session, e *exchange, name string) {
	s.write(value.MapOf("cancel", e.number))
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case <-e.answered:
	case <-s.ended:
	case <-limit.C:
		w.log("WARNING", fmt.Sprintf("'%s' does not stop, so Python is ended; what its modules remembered is lost", name))
		s.end(fmt.Errorf("'%s' did not stop when it was asked to", name))
		<-s.ended
	}
}

func (w *Worker) noteFolder(e *exchange) {
	if folder := text(e.received(), "folder"); folder != "" && w.Moved != nil {
		w.Moved(folder)
	}
}

// Close lets the process end: its threads go on until they are finished, and
// what it left running stays, as in the toolkit. At the end of ctx all is ended.
func (w *Worker) Close(ctx context.Context) {
	w.mu.Lock()
	s := w.now
	w.now = nil
	w.mu.Unlock()
	if s == nil {
		return
	}
	s.requests.Close()
	slow := time.AfterFunc(patience, func() {
		w.log("WARNING", "Python has not ended yet: a function left a thread running, which is waited for")
	})
	defer slow.Stop()
	select {
	case <-s.ended:
	case <-ctx.Done():
		s.end(context.Cause(ctx))
		<-s.ended
	}
	s.letGo()
}

func (w *Worker) log(level, text string) {
	if w.Log == nil {
		return
	}
	w.talk.Lock()
	defer w.talk.Unlock()
	w.Log(level, strings.ToValidUTF8(text, "\uFFFD"))
}
