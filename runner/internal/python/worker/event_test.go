package worker

import (
	"errors"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// register configures a control that registers two handlers.
func register(t *testing.T, w *Worker) {
	t.Helper()
	r, err := w.Control(t.Context(), ControlCall{Control: "c", Module: "registers", Func: "configure_control"})
	if err != nil || r.Raised != nil || r.Missing != "" {
		t.Fatal(r, err)
	}
	r.LogNotes()
}

func TestEvents(t *testing.T) {
	w, h := withPython(t)
	if w.Event(t.Context(), Event{Name: "finish"}) != nil || w.current != nil || w.Listening() {
		t.Error("an event that nobody listens to starts an interpreter")
	}
	register(t, w)
	if !w.Listening() {
		t.Fatal("nobody listens")
	}
	activity := value.MapOf("name", "a")
	journal := value.MapOf("status", nil)
	for _, e := range []Event{
		{Name: "running", Arguments: []any{activity, journal, nil, nil, value.MapOf("continuous_hypothesis_frequency", 1.5), value.MapOf("s", int64(1))}},
		{Name: "start_activity", Arguments: []any{activity}},
		{Name: "continuous_hypothesis_completed", Arguments: []any{activity, journal, "it broke"}},
		{Name: "continuous_hypothesis_completed", Arguments: []any{nil, nil, nil}},
		{Name: "finish", Arguments: []any{journal}},
		{Name: "start_method", Arguments: []any{activity}}, // which the handlers do not have
	} {
		if err := w.Event(t.Context(), e); err != nil {
			t.Error(e.Name, err)
		}
	}
	told, err := w.Call(t.Context(), Call{Module: "registers", Func: "told"})
	const want = `[["running", 1.5, {"s": 1}], ["running", 1.5, {"s": 1}], ["start_activity", "a"], ["start_activity", "changed"], ` +
		`["completed", {"name": "a"}, {"status": null}, "Exception('it broke')"], ["completed", {"name": "a"}, {"status": null}, "Exception('it broke')"], ` +
		`["completed", null, null, "None"], ["completed", null, null, "None"]]`
	if got := value.JSON(told); got != want || err != nil {
		t.Errorf("the handlers were told\n%s, not\n%s; %v", got, want, err)
	}
	if activity.Text("name") != "a" {
		t.Error("a handler changed the activity")
	}
	var failed []string
	for _, line := range h.take() {
		first, rest, _ := strings.Cut(line, "\n")
		failed = append(failed, first+" "+rest[strings.LastIndex(rest, "\n")+1:])
	}
	const lines = "DEBUG|Handler Handler failed ValueError: not today, DEBUG|Handler Handler failed ValueError: not today, " +
		"DEBUG|Handler Handler failed AttributeError: 'Handler' object has no attribute 'start_method', DEBUG|Handler Handler failed AttributeError: 'Handler' object has no attribute 'start_method'"
	if got := strings.Join(failed, ", "); got != lines {
		t.Errorf("logged %s", got)
	}
	var stop *Interrupted
	if err := w.Event(t.Context(), Event{Name: "signal_exit"}); !errors.As(err, &stop) || stop.Text != "3" {
		t.Error("a handler that exits does not end the run:", err)
	}
}

// A control may move, add and remove what the live experiment and a state hold.
// What stays stays the same Map.
func TestApply(t *testing.T) {
	w, _ := withPython(t)
	for how, want := range map[string]string{
		"reverse": `{"method": [{"name": "c"}, {"name": "b", "touched": true}, {"name": "a"}]}`,
		"insert":  `{"method": [{"name": "new"}, {"name": "a"}, {"name": "b", "touched": true}, {"name": "c"}]}`,
		"remove":  `{"method": [{"name": "a"}, {"name": "c"}]}`,
		"repeat":  `{"method": [{"name": "a"}, {"name": "b", "touched": true}, {"name": "c"}, {"name": "b", "touched": true}]}`,
		"probes":  `{"method": [{"name": "a"}, {"name": "b", "touched": true}, {"name": "c"}]}`,
		"state":   `{"method": [{"name": "a"}, {"name": "b", "touched": true}, {"name": "c"}]}`,
	} {
		activities := map[string]*value.Map{}
		list := func(names ...string) (all []any) {
			for _, name := range names {
				activities[name] = value.MapOf("name", name)
				all = append(all, activities[name])
			}
			return all
		}
		experiment := value.MapOf("method", list("a", "b", "c"), "rollbacks", list("r"), "steady-state-hypothesis", value.MapOf("probes", list("p", "q")))
		call := ControlCall{Control: "c", Module: "registers", Func: "after_activity_control", Arguments: value.MapOf("how", how),
			Context: activities["b"], Experiment: experiment, State: value.MapOf("run", []any{value.MapOf("name", "x"), value.MapOf("name", "y")})}
		base := experiment.Clone()
		r, err := w.Control(t.Context(), call)
		if err != nil || r.Raised != nil {
			t.Fatal(how, r.Raised, err)
		}
		experiment.List("method")[0].(*value.Map).Set("meanwhile", true)
		r.Apply(experiment, base, func(string, []any) {})
		if now := r.Changed.Map("context"); now != nil {
			activities["b"].Merge(value.MapOf("name", "b"), now)
		}
		if meanwhile, _ := activities["a"].Get("meanwhile"); meanwhile != true {
			t.Errorf("%s: what somebody else did meanwhile is lost", how)
		}
		activities["a"].Delete("meanwhile")
		state, changed := r.Changed.Get("state")
		if !changed {
			state = call.State
		}
		if got := value.JSON(value.MapOf("method", experiment.List("method"))); got != want {
			t.Errorf("%s: %s", how, got)
		}
		for _, item := range append(experiment.List("method"), experiment.Map("steady-state-hypothesis").List("probes")...) {
			if m := item.(*value.Map); m != activities[m.Text("name")] && m.Text("name") != "new" {
				t.Errorf("%s: %s is another Map now", how, m.Text("name"))
			}
		}
		if touched, _ := activities["b"].Get("touched"); touched != true {
			t.Errorf("%s: the control's activity is %s", how, value.Repr(activities["b"]))
		}
		wantState := `{"run": [{"name": "x"}, {"name": "y"}]}`
		if how == "state" {
			wantState = `{"run": [{"name": "x"}, {"name": "extra"}]}`
		}
		if got := value.JSON(state); got != wantState {
			t.Errorf("%s: the state is %s", how, got)
		}
		if probes := experiment.Map("steady-state-hypothesis").List("probes"); how == "probes" && (probes[0] != any(activities["q"]) || len(experiment.List("rollbacks")) != 0) {
			t.Errorf("the experiment is %s", value.Repr(experiment))
		}
	}
}

// An encoded event is not read again: others may change its maps meanwhile.
func TestEncode(t *testing.T) {
	w, _ := withPython(t)
	register(t, w)
	activity := value.MapOf("name", "before")
	e := Event{Name: "start_activity", Arguments: []any{activity}}
	e.Encode()
	activity.Set("name", "after")
	if err := w.Event(t.Context(), e); err != nil {
		t.Error(err)
	}
	told, err := w.Call(t.Context(), Call{Module: "registers", Func: "told"})
	if list, _ := told.([]any); err != nil || len(list) != 2 || value.Repr(list[0]) != "['start_activity', 'before']" {
		t.Error(told, err)
	}
}

// A control may end the run while it is configured.
func TestConfigureExits(t *testing.T) {
	w, _ := withPython(t)
	r, err := w.Control(t.Context(), ControlCall{Control: "c", Module: "precheck", Func: "configure_control"})
	var stop *Interrupted
	if !errors.As(err, &stop) || *stop != (Interrupted{Activity: "c", Class: "SystemExit", Text: "3"}) || r.Raised != nil || r.Missing != "" {
		t.Error(r, err)
	}
}
