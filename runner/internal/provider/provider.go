// Package provider is how one activity is done: by an HTTP request, by a
// process, or by a Python function.
//
// Each does what chaoslib 1.44's provider of the same name does, to the keys and
// values of its output; docs/differences.md names where one does not.
package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/python/native"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// maxOutput is the most bytes of an answer, or of what a process writes. The
// toolkit has no limit; with a few of more, a laptop runs out of memory.
const maxOutput = 64 << 20

// Variables are what ${name} stands for.
type Variables interface {
	// Substitute replaces names in a value of any kind, and in all of its parts.
	Substitute(v any) any
	// Arguments replaces names in an activity's arguments, which the toolkit
	// leaves alone where there is neither configuration nor secret.
	Arguments(v any) any
	// Fits tells whether what takes the place of the names in a value is not too much.
	Fits(v any) bool
	// Refers tells whether there may be names in a value: without any, nothing is replaced.
	Refers(v any) bool
}

// Providers carries out activities. Several may be carried out at once.
type Providers struct {
	Variables Variables
	Log       *slog.Logger
	Owner     *process.Owner // of the processes that are started
	Stdin     *os.File       // what processes read; nil: nothing
	MaxTime   time.Duration  // how long one activity may take in all; 0: no limit

	// LearnPieces is told of URLs and arguments before others take them apart: errors and
	// outputs may have pieces of the secrets in them.
	LearnPieces func(v any)

	// Python calls a function that is not built in. Its error is a
	// *python.Exception where the function raised one. nil: there is no Python.
	Python func(ctx context.Context, c worker.Call) (any, error)
}

// Perform carries out one activity and returns its output. Its error is an
// *experiment.Failed where the activity was tried and failed; any other one
// means that it could not be tried, or that ctx ended and all that was started has ended. A type of provider that is not
// known does nothing and has no output, as in the toolkit; only validation refuses it.
func (p *Providers) Perform(ctx context.Context, a *experiment.Activity) (any, error) {
	if p.MaxTime == 0 {
		return p.perform(ctx, a)
	}
	late := &experiment.Failed{Reason: fmt.Sprintf("the activity took longer than %v s in all (--max-time)", p.MaxTime.Seconds()), Late: true}
	bounded, end := context.WithTimeoutCause(ctx, p.MaxTime, late)
	defer end()
	output, err := p.perform(bounded, a)
	if err != nil && ctx.Err() == nil && context.Cause(bounded) == late && !errors.As(err, new(*experiment.Failed)) {
		return nil, late
	}
	return output, err
}

func (p *Providers) perform(ctx context.Context, a *experiment.Activity) (any, error) {
	if written := []any{a.Provider, a.Tolerance}; p.Variables.Refers(written) {
		fits, err := prepared(ctx, true, func() (bool, error) { return p.Variables.Fits(written), nil })
		switch {
		case err != nil:
			return nil, err
		case !fits:
			return nil, failed("the values in the place of ${name} would have more than 64 MiB in this activity; make them fewer or shorter")
		}
	}
	switch a.Provider.Value("type") {
	case "http":
		return p.http(ctx, a)
	case "process":
		return p.process(ctx, a)
	case "python":
		return p.python(ctx, a)
	}
	if !a.Provider.Has("type") {
		return nil, fmt.Errorf("'%s' has no provider of type http, process or python", a.Name)
	}
	p.Log.Warn(fmt.Sprintf("'%s' did nothing: there is no provider of type '%s'", a.Name, a.ProviderType()))
	return nil, nil
}

// prepared is what prepare returns, which changes nothing. What may take long is not waited for after the end of ctx.
func prepared[T any](ctx context.Context, long bool, prepare func() (T, error)) (T, error) {
	type outcome struct {
		made T
		err  error
	}
	o, err := clock.Until(ctx, !long, func() (o outcome) { o.made, o.err = prepare(); return o })
	return o.made, cmp.Or(err, o.err)
}

// failed is the error of an activity that was tried and failed.
func failed(format string, values ...any) error {
	return &experiment.Failed{Reason: fmt.Sprintf(format, values...)}
}

// unended is the error of an activity that was ended, and for which a process does not end.
func unended(ctx context.Context, what string) error {
	_, late := context.Cause(ctx).(*experiment.Failed)
	return &experiment.Failed{Reason: context.Cause(ctx).Error() + "; " + what, Unended: true, Late: late}
}

// unusable is the error of a setting with which an activity cannot be tried.
func unusable(what, do string) error { return problem.New(problem.NoVerdict, what, do) }

// text is a value as Python's str has it, empty for none.
func text(v any) string {
	if v == nil {
		return ""
	}
	return value.Text(v)
}

// textOf is what somebody else wrote, as text.
func textOf(b []byte) string {
	decoded, _ := charset.Decode(b)
	return string(decoded)
}

// python calls a function, without Python if it is built in for such arguments.
func (p *Providers) python(ctx context.Context, a *experiment.Activity) (any, error) {
	given, err := prepared(ctx, p.Variables.Refers(a.Provider), func() (any, error) {
		given := p.Variables.Arguments(a.Provider.Value("arguments"))
		p.LearnPieces(given)
		return given, nil
	})
	if err != nil {
		return nil, err
	}
	arguments, ok := given.(*value.Map)
	if _, isList := given.([]any); !ok && given != nil && !(isList && p.Python != nil) { // a list is for Python to refuse
		return nil, fmt.Errorf("the arguments of '%s' are %s: write an object of names and values", a.Name, value.Repr(given))
	}
	call := worker.Call{
		Activity: a.Name, Module: a.Provider.AsText("module"), Func: a.Provider.AsText("func"), Arguments: given,
		Background: a.Background, Judged: a.HasTolerance,
	}
	if groups, ok := a.Provider.Value("secrets").([]any); ok {
		call.Groups = []any{} // nil would say that there is no such key
		for _, g := range groups {
			call.Groups = append(call.Groups, value.Text(g))
		}
	}
	var output any
	f, isNative := native.Lookup(call.Module, call.Func)
	switch {
	case isNative && (ok || given == nil) && f.Takes(arguments):
		output, err = f.Call(ctx, arguments)
	case p.Python != nil:
		output, err = p.Python(ctx, call)
	default:
		err = fmt.Errorf("'%s' needs a Python interpreter for %s.%s", a.Name, call.Module, call.Func)
	}
	var raised *python.Exception
	var left worker.Unended
	switch {
	case errors.As(err, &raised):
		return nil, failed("%s", raised.Error())
	case errors.As(err, &left):
		return nil, unended(ctx, string(left))
	}
	return output, err
}
