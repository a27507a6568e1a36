// Package provider is how one activity is done: by an HTTP request, by a
// process, or by a Python function.
//
// Each does what chaoslib 1.44's provider of the same name does, to the keys and
// values of its output; docs/differences.md names where one does not.
package provider

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// Variables are what ${name} stands for.
type Variables interface {
	Substitute(v any) any
	// Arguments replaces names in an activity's arguments, which the toolkit
	// leaves alone where there is neither configuration nor secret.
	Arguments(v any) any
}

// Providers carries out activities.
type Providers struct {
	Variables Variables
	Log       *slog.Logger
	Owner     *process.Owner
	Stdin     *os.File // what processes read; nil: nothing

	// Python calls a function that is not done natively. Its error is an
	// *python.Exception where the function raised one.
	Python func(ctx context.Context, c worker.Call) (any, error)

	http *httpClient
}

// New is a set of providers for one run.
func New(v Variables, log *slog.Logger, owner *process.Owner) *Providers {
	return &Providers{Variables: v, Log: log, Owner: owner, http: &httpClient{usual: usualHeader()}}
}

// Perform carries out one activity. Its error is an *experiment.Failed where the
// activity could not be carried out, and unexpected otherwise.
func (p *Providers) Perform(ctx context.Context, a *experiment.Activity) (any, error) {
	if !onlyAsks(a) {
		defer p.http.wires.change()()
	}
	switch a.ProviderType() {
	case "http":
		return p.request(ctx, a)
	case "process":
		return p.process(ctx, a)
	case "python":
		return p.python(ctx, a)
	}
	return nil, fmt.Errorf("'%s' has no provider of type http, process or python", a.Name)
}

func failed(format string, values ...any) error {
	return &experiment.Failed{Reason: fmt.Sprintf(format, values...)}
}

// setting is one key of an activity's provider, nil where it is missing.
func setting(a *experiment.Activity, key string) any {
	v, _ := a.Provider.Get(key)
	return v
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return value.Text(v)
}
