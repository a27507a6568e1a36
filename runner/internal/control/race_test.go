package control_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"chaosworkshop.example/runner/internal/control"
	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
	"chaosworkshop.example/runner/internal/verdict"
)

// restless is a control that changes whatever it is given, and all that the
// engine needs besides.
type restless struct {
	*variables.Variables
	experiment *experiment.Experiment
	calls      atomic.Int64
}

func (r *restless) Control(_ context.Context, c worker.ControlCall) (worker.ControlResult, error) {
	n := r.calls.Add(1)
	var changed *value.Map // a real caller has encoded it under this lock
	r.experiment.Read(func(written *value.Map) { changed = written.Clone() })
	method := changed.List("method")
	method[int(n)%len(method)].(*value.Map).Map("provider").Set("arguments", value.MapOf(fmt.Sprint("n", n%7), n))
	configuration := c.Configuration.Clone()
	configuration.Set("n", n)
	all := value.MapOf("experiment", changed, "configuration", configuration)
	noted := func(state *value.Map) *value.Map {
		state = state.Copy()
		state.Set("note", n)
		return state
	}
	switch state := c.State.(type) {
	case *value.Map:
		all.Set("state", noted(state))
	case []any: // the runs of the method
		state = slices.Clone(state)
		for i := range state {
			state[i] = noted(state[i].(*value.Map))
		}
		all.Set("state", state)
	}
	return worker.ControlResult{Changed: all}, nil
}

func (r *restless) Listening() bool                           { return true }
func (r *restless) Event(context.Context, worker.Event) error { return nil }

func (r *restless) Perform(_ context.Context, a *experiment.Activity) (any, error) {
	return r.Substitute(a.Provider), nil
}

// anything is a tolerance that every output meets.
type anything struct{}

func (anything) Within(context.Context, any) (bool, error) { return true, nil }
func (anything) Wanted(any) string                         { return "" }
func (anything) Got(any) string                            { return "" }
func (anything) Give(any)                                  {}
func (anything) AlwaysMet() bool                           { return false }

func (r *restless) Record(_ string, run *verdict.Run) error {
	value.JSON(run.Value())
	return nil
}

// Controls that change things and activities in the background do not disturb
// each other: for the race detector.
func TestControlsAndTheBackground(t *testing.T) {
	const activities = 300
	method := make([]any, activities)
	for i := range method {
		method[i] = value.MapOf("type", "action", "name", fmt.Sprint("a", i), "background", true, "pauses", value.MapOf("before", 0.001),
			"provider", value.MapOf("type", "python", "arguments", value.MapOf("x", "${n}")))
	}
	e, err := experiment.New(value.MapOf("title", "T", "method", method,
		"steady-state-hypothesis", value.MapOf("title", "H", "probes", []any{value.MapOf("type", "probe", "name", "p", "tolerance", true)}),
		"controls", []any{value.MapOf("name", "c", "provider", value.MapOf("type", "python", "module", "m"))}))
	if err != nil {
		t.Fatal(err)
	}
	e.Controlled = true
	r := &restless{experiment: e, Variables: &variables.Variables{Configuration: value.MapOf("n", int64(0)), Secrets: &value.Map{}}}
	log := slog.New(slog.DiscardHandler)
	en := engine.Engine{
		Experiment: e, Strategy: experiment.Strategy{Hypothesis: "continuously", Frequency: 0.01},
		Perform: r.Perform, Tolerance: func(any) engine.Tolerance { return anything{} }, Substitute: r.Substitute, Variables: func() any { c, s := r.Values(); return []any{c, s} }, Record: r.Record, Log: log, Hide: func(v any) any { return v },
	}
	en.Controls = &control.Controls{Experiment: e, Variables: r.Variables, Caller: r, Log: log, Learn: func(*value.Map) {},
		Journal: func() *value.Map { return journal.Document(en.Snapshot(), e) }}
	result := en.Run(t.Context(), t.Context())
	if len(result.Run) != activities || !strings.HasPrefix(result.Verdict.Reason, "a control has changed 'a") {
		t.Errorf("%d runs, %v", len(result.Run), result.Verdict)
	}
	if v, _ := result.Run[activities/2].Value().Get("note"); v == nil || r.calls.Load() < 2*activities {
		t.Errorf("a run has the note %v after %d calls", v, r.calls.Load())
	}
}
