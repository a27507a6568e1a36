package worker

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// trial is an experiment with one activity, and a call of a function of
// control.py around that.
func trial(function string, arguments ...any) ControlCall {
	activity := value.MapOf("name", "a")
	experiment := value.MapOf("tags", []any{}, "method", []any{activity}, "extensions", []any{value.MapOf("name", "x")})
	return ControlCall{Control: "it", Module: "control", Func: function, Arguments: value.MapOf(arguments...), Context: activity,
		Experiment: experiment, Configuration: value.MapOf("c", nil), Secrets: value.MapOf("g", value.MapOf("s", "x"))}
}

type controlTest struct {
	call    ControlCall
	changed string
	raised  string
	missing string
	err     string
	logged  []string
}

func controlTests() []controlTest {
	after := trial("after_activity_control")
	after.State = value.MapOf("status", "succeeded")
	method := trial("after_method_control")
	method.Context, method.State = method.Experiment, []any{int64(1)}
	loading := ControlCall{Control: "it", Module: "control", Func: "before_loading_experiment_control", Context: "e.json"}
	configure := trial("configure_control")
	configure.Settings = value.MapOf("n", int64(1))
	refused := trial("configure_control", "how", "x")
	refused.Settings = value.MapOf("n", int64(1))
	validate := ControlCall{Control: "it", Module: "control", Func: "validate_control", Declared: value.MapOf("name", "c")}
	elsewhere := func(module string) ControlCall {
		c := trial("before_activity_control")
		c.Module = module
		return c
	}
	return []controlTest{
		{call: trial("before_activity_control"), changed: "{}"},
		{call: trial("before_activity_control", "how", "change"), changed: `{"experiment": {"method": [{"name": "changed"}], "extensions": [{"name": "x"}]}, ` +
			`"configuration": {"c": [1]}, "secrets": {"g": {"s": "b'x'"}}, "context": {"name": "changed"}}`, logged: []string{"|as it changes"}},
		{call: trial("before_activity_control", "how", "raise"), raised: "ValueError: swallowed",
			changed: `{"experiment": {"tags": [], "method": [{"name": "half"}], "extensions": [{"name": "x"}]}, "context": {"name": "half"}}`},
		{call: trial("before_activity_control", "how", "interrupt"), err: "'it' asked for the end of the run with InterruptExecution(enough)",
			changed: `{"experiment": {"tags": [], "method": [{"name": "last"}], "extensions": [{"name": "x"}]}, "context": {"name": "last"}}`},
		{call: trial("before_activity_control", "how", "exit"), err: "'it' asked for the end of the run with SystemExit(4)", changed: "{}"},
		{call: after, changed: `{"state": {"status": "failed", "extra": {"a": "{1}"}}}`,
			logged: []string{"WARNING|'it' gave a value of type set, which a journal cannot hold: Python's text for it stands there instead"}},
		{call: method, changed: `{"experiment": {"tags": [], "method": [{"name": "a"}], "extensions": [{"name": "x"}, 1]}, ` +
			`"context": {"tags": [], "method": [{"name": "a"}], "extensions": [{"name": "x"}, 1]}, "state": [1, 1]}`},
		{call: loading, raised: "ValueError: e.json", changed: "{}"},
		{call: configure, changed: `{"settings": {"n": 1, "seen": ["", "change", "raise", "interrupt", "exit"]}}`},
		{call: refused, raised: "chaoslib.exceptions.InterruptExecution: not here",
			changed: `{"settings": {"n": 1, "seen": ["", "change", "raise", "interrupt", "exit"]}}`},
		{call: validate, raised: "ValueError: c", changed: "{}"},
		{call: trial("cleanup_control"), raised: "KeyError: 'cleanup'", changed: "{}"},
		{call: trial("before_rollback_control"), missing: "the module control has no function before_rollback_control"},
		{call: elsewhere("no_such"), missing: "ModuleNotFoundError: No module named 'no_such'"},
		{call: elsewhere("broken_value"), raised: "ValueError: while it was imported"},
		{call: elsewhere("broken_exit"), err: "'it' asked for the end of the run with SystemExit(3)"},
	}
}

func TestControl(t *testing.T) {
	w, h := withPython(t)
	for _, tt := range controlTests() {
		r, err := w.Control(context.Background(), tt.call)
		name := tt.call.Module + "." + tt.call.Func + " " + value.Repr(tt.call.Arguments)
		if got := value.JSON(r.Changed); got != tt.changed && (r.Changed != nil || tt.changed != "") {
			t.Errorf("%s changed\n%s, not\n%s", name, got, tt.changed)
		}
		if (r.Raised == nil) != (tt.raised == "") || r.Raised != nil && r.Raised.Error() != tt.raised {
			t.Errorf("%s raised %v, not %s", name, r.Raised, tt.raised)
		}
		if got := messageOf(err); got != tt.err || r.Missing != tt.missing {
			t.Errorf("%s: error %q, missing %q", name, got, r.Missing)
		}
		if early := h.take(); len(early) > 0 {
			t.Errorf("%s logged %q before its secrets were learned", name, early)
		}
		r.LogNotes()
		logged := slices.DeleteFunc(h.take(), func(line string) bool { return strings.HasPrefix(line, "DEBUG|'it' failed\nTraceback") })
		if !slices.Equal(logged, tt.logged) {
			t.Errorf("%s logged %q", name, logged)
		}
	}
	found, err := w.Inspect(context.Background(), []Reference{{Kind: "control", Name: "c", Module: "control"}, {Kind: "control", Name: "c", Module: "no_such"}})
	if err != nil || len(found[0]) > 0 || len(found[1]) != 1 || !strings.HasPrefix(found[1][0].What, "Could not find Python module 'no_such' in control 'c'. Did you install") {
		t.Error(found, err)
	}
}

func messageOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The same without Python: what is sent, and what the answers mean.
func TestControlProtocol(t *testing.T) {
	w, _ := fake(t, `answers
{"value": {"context": {"name": "changed"}}, "noted": []}
{"raised": {"class": "ValueError", "message": "swallowed", "traceback": ["x"]}, "value": {}, "noted": []}
{"stop": {"class": "InterruptExecution", "text": "enough"}, "value": {"state": 1}, "noted": []}
{"missing": "the module control has no function before_activity_control", "value": null}
{"missing": "ImportError: no", "value": null}
{"error": {"class": "GeneratorExit", "text": "GeneratorExit: x", "traceback": []}, "value": null}`)
	for _, want := range []string{
		`changed {"context": {"name": "changed"}}`, `raised ValueError: swallowed, changed {}`,
		`stopped 'it' asked for the end of the run with InterruptExecution(enough), changed {"state": 1}`,
		"missing the module control has no function before_activity_control", "missing ImportError: no", "failed 'it' cannot be carried out: GeneratorExit: x",
	} {
		r, err := w.Control(context.Background(), trial("before_activity_control"))
		if got := wordsOf(r, err); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	const sent = `{"do": "control", "module": "control", "func": "before_activity_control", "arguments": {}, "things": ` +
		`{"experiment": {"tags": [], "method": [{"name": "a"}], "extensions": [{"name": "x"}]}, "configuration": {"c": null}, ` +
		`"secrets": {"g": {"s": "x"}}, "settings": null, "context": {"name": "a"}, "state": null}, "path": ["method", 0]}`
	call := trial("before_activity_control")
	if call.Encode(); string(call.request) != sent {
		t.Errorf("sent %s", call.request)
	}
	alone := trial("before_activity_control")
	alone.Context = value.MapOf("name", "a") // equal, but not part of the experiment
	if path := alone.path(); path != nil {
		t.Error(path)
	}
}

func wordsOf(r ControlResult, err error) string {
	var words []string
	var stop *Interrupted
	switch {
	case errors.As(err, &stop):
		words = append(words, "stopped "+err.Error())
	case err != nil:
		words = append(words, "failed "+err.Error())
	case r.Missing != "":
		words = append(words, "missing "+r.Missing)
	case r.Raised != nil:
		words = append(words, "raised "+r.Raised.Error())
	}
	if r.Changed != nil {
		words = append(words, "changed "+value.JSON(r.Changed))
	}
	return strings.Join(words, ", ")
}

// TestControlIsGivenTheSame compares what watch.py's functions are given with
// what the toolkit gave them. RECORD_TOOLKIT=/path/to/chaos records that.
func TestControlIsGivenTheSame(t *testing.T) {
	folder, _ := filepath.Abs("testdata")
	recorded := filepath.Join(folder, "watched.jsonl")
	if chaos := os.Getenv("RECORD_TOOLKIT"); chaos != "" {
		os.Remove(recorded)
		cmd := exec.Command(chaos, "--no-version-check", "--no-log-file", "--settings", "none", "run", filepath.Join(folder, "watched.json"))
		cmd.Dir, cmd.Env = t.TempDir(), append(os.Environ(), "PYTHONPATH="+folder, "PYTHONDONTWRITEBYTECODE=1", "WATCH="+recorded)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	data, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := withPython(t)
	notes := filepath.Join(t.TempDir(), "notes")
	w.Env = append(w.Env, "WATCH="+notes)
	for line := range strings.Lines(string(data)) {
		call := replayed(t, line)
		if r, err := w.Control(context.Background(), call); err != nil || r.Raised != nil || r.Missing != "" {
			t.Error(call.Func, r, err)
		}
	}
	if got, err := os.ReadFile(notes); err != nil || string(got) != string(data) {
		t.Errorf("the functions were given, err %v,\n%s", err, got)
	}
}

func replayed(t *testing.T, line string) ControlCall {
	v, err := value.ParseJSON([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	name, given := v.([]any)[0].(string), v.([]any)[1].(*value.Map)
	mapping := func(key string) *value.Map {
		v, _ := given.Get(key)
		m, _ := v.(*value.Map)
		return m
	}
	c := ControlCall{Control: "watch", Module: "watch", Func: name, Arguments: &value.Map{}, Experiment: mapping("experiment"),
		Configuration: mapping("configuration"), Secrets: mapping("secrets"), Settings: mapping("settings"), Declared: mapping("control")}
	c.Context, _ = given.Get("context")
	c.State, _ = given.Get("state")
	if word, ok := given.Get("word"); ok {
		c.Arguments.Set("word", word)
	}
	return c
}
