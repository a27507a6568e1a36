package control

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// fake notes the calls and answers as it is told.
type fake struct {
	calls  []string
	last   worker.ControlCall
	answer func(worker.ControlCall) (worker.ControlResult, error)
}

func (f *fake) Control(_ context.Context, c worker.ControlCall) (worker.ControlResult, error) {
	f.calls = append(f.calls, c.Control+" "+c.Func)
	f.last = c
	if f.answer == nil {
		return worker.ControlResult{}, nil
	}
	return f.answer(c)
}

func declaration(name string, more ...any) *value.Map {
	m := value.MapOf("name", name, "provider", value.MapOf("type", "python", "module", "m_"+name, "arguments", value.MapOf("who", "${who}")))
	for i := 0; i < len(more); i += 2 {
		m.Set(more[i].(string), more[i+1])
	}
	return m
}

func aSet(f *fake, own ...any) *Controls {
	return &Controls{
		Experiment: value.MapOf("title", "T", "controls", own),
		Variables:  &variables.Variables{Configuration: value.MapOf("who", "me"), Secrets: &value.Map{}},
		Caller:     f, Log: slog.New(slog.DiscardHandler),
	}
}

// Which controls run at a level, and in which order.
func TestOrder(t *testing.T) {
	global := ByName(value.MapOf("g", declaration("")))
	local := value.MapOf("name", "a", "controls", []any{declaration("l"), declaration("top"), value.MapOf("ref", "manual")})
	for level, want := range map[engine.Level]string{
		engine.AroundExperiment: "g top manual before",
		engine.AroundMethod:     "top before g",
		engine.AroundRollback:   "top before g",
		engine.AroundHypothesis: "top before g l manual",
		engine.AroundActivity:   "top before g l manual",
	} {
		f := &fake{}
		c := aSet(f, declaration("top"), declaration("manual", "automatic", false), declaration("before", "scope", "before"),
			value.MapOf("name", "other", "provider", value.MapOf("type", "process")))
		c.Global = global
		for _, when := range []string{"before", "after"} {
			f.calls = nil
			var err error
			expected := want
			if when == "before" {
				err = c.Before(t.Context(), level, local)
			} else {
				_, err = c.After(t.Context(), level, local, nil)
				expected = strings.Join(slices.DeleteFunc(strings.Fields(want), func(s string) bool { return s == "before" }), " ")
			}
			var names []string
			for _, call := range f.calls {
				name, function, _ := strings.Cut(call, " ")
				names = append(names, name)
				if function != when+"_"+string(level)+"_control" {
					t.Errorf("%s: called %s", level, function)
				}
			}
			if got := strings.Join(names, " "); got != expected || err != nil {
				t.Errorf("%s %s: called %q, want %q; %v", when, level, got, expected, err)
			}
		}
	}
}

// What a control changes in place is changed for everybody who holds it.
func TestChangesTakeEffect(t *testing.T) {
	activity := value.MapOf("name", "a", "provider", value.MapOf("path", "x"))
	provider, _ := activity.Get("provider")
	f := &fake{answer: func(c worker.ControlCall) (worker.ControlResult, error) {
		if c.Arguments == nil || !value.Equal(c.Arguments, value.MapOf("who", "me")) {
			t.Errorf("the arguments are %s", value.Repr(c.Arguments))
		}
		return worker.ControlResult{Changed: value.MapOf(
			"context", value.MapOf("name", "b", "provider", value.MapOf("path", "y")),
			"configuration", value.MapOf("who", "you"),
			"state", value.MapOf("status", "failed"))}, nil
	}}
	c := aSet(f, declaration("top"))
	state, err := c.After(t.Context(), engine.AroundActivity, activity, value.MapOf("status", "succeeded"))
	if path, _ := provider.(*value.Map).Get("path"); err != nil || path != "y" {
		t.Errorf("the provider still has the path %v; %v", path, err)
	}
	if who, _ := c.Variables.Configuration.Get("who"); who != "you" {
		t.Errorf("the configuration still says %v", who)
	}
	if !value.Equal(state, value.MapOf("status", "failed")) {
		t.Errorf("the state is %s", value.Repr(state))
	}
}

// What a control raises is only noted; its wish to end the run is heeded.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("the worker died"), ""},
		{&worker.Interrupted{Class: "InterruptExecution", Text: "not today"}, "not today"},
		{&worker.Interrupted{Class: "SystemExit", Text: "3"}, "stopped by a Python function that exits with 3"},
		{&worker.Interrupted{Class: "KeyboardInterrupt"}, "stopped by SIGINT"},
	} {
		f := &fake{answer: func(worker.ControlCall) (worker.ControlResult, error) {
			return worker.ControlResult{Raised: &python.Exception{Class: "ValueError"}}, c.err
		}}
		err := aSet(f, declaration("one"), declaration("two")).Before(t.Context(), engine.AroundMethod, nil)
		var stop *engine.Stop
		switch {
		case c.want == "" && (err != nil || len(f.calls) != 2):
			t.Errorf("%v: %v after %v", c.err, err, f.calls)
		case c.want != "" && (!errors.As(err, &stop) || stop.Why != c.want || len(f.calls) != 1):
			t.Errorf("%v: got %v after %v, want %q", c.err, err, f.calls, c.want)
		}
	}
}

// The life of a control: a global one that cannot be configured is left out.
func TestCycle(t *testing.T) {
	f := &fake{answer: func(c worker.ControlCall) (worker.ControlResult, error) {
		if c.Func == "configure_control" {
			return worker.ControlResult{Raised: &python.Exception{Class: "ValueError"}}, nil
		}
		return worker.ControlResult{}, nil
	}}
	c := aSet(f, declaration("top"))
	c.Global = ByName(value.MapOf("g", declaration("")))
	read := func() *value.Map { return c.Experiment }
	if err := c.Loading(t.Context(), "e.json", read); err != nil || f.last.Context != "e.json" || f.last.State != any(c.Experiment) {
		t.Errorf("loading: %v, last %v", err, f.last)
	}
	c.Configure(t.Context())
	c.Cleanup(t.Context())
	want := []string{"g before_loading_experiment_control", "g after_loading_experiment_control",
		"g configure_control", "top configure_control", "top cleanup_control"}
	if !slices.Equal(f.calls, want) {
		t.Errorf("got %q, want %q", f.calls, want)
	}
}

func TestAny(t *testing.T) {
	if c := aSet(&fake{}); c.Any() {
		t.Error("there is something to run where nothing is declared")
	}
	deep := aSet(&fake{})
	deep.Experiment.Set("method", []any{value.MapOf("name", "a", "controls", []any{declaration("x")})})
	if !deep.Any() || !aSet(&fake{}, declaration("x")).Any() {
		t.Error("a declared control is not seen")
	}
}

// The room is asked after the controls before an activity, and nowhere else.
func TestAsk(t *testing.T) {
	c := aSet(&fake{})
	c.Ask = func(context.Context, *value.Map) error { return engine.ErrSkip }
	if err := c.Before(t.Context(), engine.AroundActivity, nil); !errors.Is(err, engine.ErrSkip) {
		t.Errorf("got %v", err)
	}
	if err := c.Before(t.Context(), engine.AroundMethod, nil); err != nil {
		t.Errorf("asked around the method: %v", err)
	}
}
