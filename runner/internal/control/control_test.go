package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
	"chaosworkshop.example/runner/internal/verdict"
)

// fake notes the calls and answers as it is told.
type fake struct {
	calls  []string
	events []string // nil: nobody listens
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

func (f *fake) Listening() bool { return f.events != nil }

func (f *fake) Event(_ context.Context, e worker.Event) error {
	f.events = append(f.events, fmt.Sprintf("%s %d", e.Name, len(e.Arguments)))
	return nil
}

func declaration(name string, more ...any) *value.Map {
	m := value.MapOf("name", name, "provider", value.MapOf("type", "python", "module", "m_"+name, "arguments", value.MapOf("who", "${who}")))
	for i := 0; i < len(more); i += 2 {
		m.Set(more[i].(string), more[i+1])
	}
	return m
}

func anExperiment(written *value.Map) *experiment.Experiment {
	e, err := experiment.New(written)
	if err != nil {
		panic(err)
	}
	return e
}

func aSet(f *fake, own ...any) *Controls {
	return &Controls{
		Experiment: anExperiment(value.MapOf("title", "T", "controls", own)),
		Variables:  &variables.Variables{Configuration: value.MapOf("who", "me"), Secrets: &value.Map{}},
		Caller:     f, Log: slog.New(slog.DiscardHandler), Learn: func(*value.Map) {},
	}
}

// Which controls run at a level, and in which order.
func TestOrder(t *testing.T) {
	global := ByName(value.MapOf("g", declaration("")))
	local := value.MapOf("name", "a", "controls", []any{declaration("l"), declaration("top"), value.MapOf("ref", "manual")})
	for level, want := range map[string]string{
		"experiment": "g top manual before",
		"method":     "top before",
		"rollback":   "top before",
		"hypothesis": "before g l top manual",
		"activity":   "before g l top manual",
	} {
		f := &fake{}
		c := aSet(f, declaration("top"), declaration("manual", "automatic", false), declaration("before", "scope", "before"),
			value.MapOf("name", "other", "provider", value.MapOf("type", "process")))
		c.Global = global
		c.Experiment.Change(func(written *value.Map) { written.Set("steady-state-hypothesis", local) })
		for _, when := range []string{"before", "after"} {
			f.calls = nil
			var err error
			expected := want
			if when == "before" {
				err = c.Before(t.Context(), level, local)
			} else {
				err = c.After(t.Context(), level, local, nil, nil)
				expected = strings.Join(slices.DeleteFunc(strings.Fields(want), func(s string) bool { return s == "before" }), " ")
			}
			var names []string
			for _, call := range f.calls {
				name, function, _ := strings.Cut(call, " ")
				names = append(names, name)
				if function != when+"_"+level+"_control" {
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
	var state any
	err := c.After(t.Context(), "activity", activity, func() any { return value.MapOf("status", "succeeded") }, func(changed any) { state = changed })
	if path, _ := provider.(*value.Map).Get("path"); err != nil || path != "y" {
		t.Errorf("the provider still has the path %v; %v", path, err)
	}
	configuration, _ := c.Variables.Values()
	if who, _ := configuration.Get("who"); who != "you" {
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
		{problem.New(problem.Invalid, "no Python interpreter is found", ""), ""},
		{&worker.Interrupted{Class: "InterruptExecution", Text: "not today"}, "a control stopped the run: not today"},
		{&worker.Interrupted{Class: "SystemExit", Text: "3"}, "stopped by a Python function that exits with 3"},
		{&worker.Interrupted{Class: "KeyboardInterrupt"}, "stopped by Ctrl-C (SIGINT)"},
	} {
		f := &fake{answer: func(worker.ControlCall) (worker.ControlResult, error) {
			return worker.ControlResult{Raised: &python.Exception{Class: "ValueError"}}, c.err
		}}
		err := aSet(f, declaration("one"), declaration("two")).Before(t.Context(), "method", nil)
		var stop *verdict.Stop
		switch {
		case c.want == "" && (err != nil || len(f.calls) != 2):
			t.Errorf("%v: %v after %v", c.err, err, f.calls)
		case c.want != "" && (!errors.As(err, &stop) || stop.Why != c.want || len(f.calls) != 1):
			t.Errorf("%v: got %v after %v, want %q", c.err, err, f.calls, c.want)
		}
	}
}

// A control whose Python died has proven nothing: the run ends.
func TestPythonThatDies(t *testing.T) {
	f := &fake{answer: func(worker.ControlCall) (worker.ControlResult, error) {
		return worker.ControlResult{}, problem.New(problem.NoVerdict, "Python died", "")
	}}
	if err := aSet(f, declaration("one"), declaration("two")).Before(t.Context(), "method", nil); err == nil || len(f.calls) != 1 {
		t.Errorf("%v after %v", err, f.calls)
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
	written := value.MapOf("title", "T")
	read := func() *value.Map { return written }
	if err := c.Loading(t.Context(), "e.json", read); err != nil || f.last.Context != "e.json" || f.last.State != any(written) {
		t.Errorf("loading: %v, last %v", err, f.last)
	}
	if err := c.Configure(t.Context()); err != nil {
		t.Error(err)
	}
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
	deep.Experiment.Change(func(written *value.Map) {
		written.Set("method", []any{value.MapOf("name", "a", "controls", []any{declaration("x")})})
	})
	if !deep.Any() || !aSet(&fake{}, declaration("x")).Any() {
		t.Error("a declared control is not seen")
	}
}

var errAsked = errors.New("asked")

// Somebody is asked after the controls before an activity, and nowhere else.
func TestAsk(t *testing.T) {
	c := aSet(&fake{})
	c.Ask = func(context.Context, *value.Map) error { return errAsked }
	if err := c.Before(t.Context(), "activity", nil); !errors.Is(err, errAsked) {
		t.Errorf("got %v", err)
	}
	if err := c.Before(t.Context(), "method", nil); err != nil {
		t.Errorf("asked around the method: %v", err)
	}
}
