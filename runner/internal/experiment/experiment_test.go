package experiment

import (
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

func read(t *testing.T, text string) (*Experiment, error) {
	t.Helper()
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return New(v.(*value.Map))
}

func at(t *testing.T, e *Experiment, list string, index int) *Activity {
	t.Helper()
	a := e.at(list, index, 0)
	if a == nil {
		t.Fatalf("there is no %s[%d]", list, index)
	}
	return a
}

func TestNew(t *testing.T) {
	e, err := read(t, `{"title": "T", "configuration": {"a": 1}, "secrets": {"g": {}},
		"steady-state-hypothesis": {"title": "H", "probes": [{"type": "probe", "name": "p", "tolerance": null, "proof": "throughout"}]},
		"method": [{"type": "action", "name": "a", "provider": {"type": "http"}, "background": true, "pauses": {"before": 1}}, {"ref": "p"}],
		"rollbacks": [{"type": "probe", "name": 5, "provider": "text", "proof": "once", "background": false, "pauses": 3}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if e.Len(Method) != 2 || e.Len(Rollbacks) != 1 || e.Len(Probes) != 1 || !e.HasHypothesis() {
		t.Errorf("%d, %d and %d activities", e.Len(Method), e.Len(Rollbacks), e.Len(Probes))
	}
	p, a, r, b := at(t, e, Probes, 0), at(t, e, Method, 0), at(t, e, Method, 1), at(t, e, Rollbacks, 0)
	if p.Type != Probe || !p.HasTolerance || p.Tolerance != nil || !p.Throughout || p.ProviderType() != "" {
		t.Errorf("the probe: %+v", p)
	}
	if a.Type != Action || a.Name != "a" || a.HasTolerance || a.Throughout || !a.Background || a.ProviderType() != "http" || !a.Pauses.Has("before") {
		t.Errorf("the action: %+v", a)
	}
	if r.Ref != "p" || r.Type != "" || r.Name != "" {
		t.Errorf("the ref: %+v", r)
	}
	if b.Name != "5" || b.Provider != nil || b.Throughout || b.Background || b.Pauses != nil || !b.Written.Has("pauses") {
		t.Errorf("the rollback: %+v", b)
	}
}

// An experiment that was not checked may lack anything; what has no meaning at
// all is named.
func TestUnchecked(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                              "",
		`{"steady-state-hypothesis": {}}`: "",
		`{"steady-state-hypothesis": {"title": "H", "probes": []}}`: "",
		`{"method": null}`:                  "method must be a list of activities",
		`{"method": {}}`:                    "method must be a list of activities",
		`{"method": [null]}`:                "method[0] must be an object",
		`{"rollbacks": [{}, "x"]}`:          "rollbacks[1] must be an object",
		`{"configuration": null}`:           "configuration must be an object",
		`{"secrets": []}`:                   "secrets must be an object",
		`{"steady-state-hypothesis": null}`: "steady-state-hypothesis must be an object",
		`{"steady-state-hypothesis": {"title": "H", "probes": "all"}}`: "probes must be a list of activities",
	} {
		e, err := read(t, text)
		switch {
		case want == "" && (err != nil || e.HasHypothesis()):
			t.Errorf("%s: %+v, %v", text, e, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// Of two activities of one name a ref means the last, the hypothesis coming after
// the method; it never means a rollback or another ref.
func TestFind(t *testing.T) {
	e, err := read(t, `{"title": "T",
		"steady-state-hypothesis": {"title": "H", "probes": [{"type": "probe", "name": "both"}, {"type": "probe", "name": "asked"}]},
		"method": [{"type": "action", "name": "both"}, {"type": "action", "name": "twice"}, {"type": "probe", "name": "twice"}, {"ref": "both", "name": "other"}],
		"rollbacks": [{"type": "action", "name": "undo"}, {"ref": "asked"}, {"ref": "twice"}, {"ref": "undo"}, {"ref": "other"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	e.Begin("T", nil)
	for name, want := range map[string]*Activity{
		"both": at(t, e, Probes, 0), "asked": at(t, e, Probes, 1), "twice": at(t, e, Method, 2), "undo": nil, "other": nil, "": nil,
	} {
		got, ofHypothesis := e.Find(name)
		if (got == nil) != (want == nil) || got != nil && got.Written != want.Written || ofHypothesis != (name == "both" || name == "asked") {
			t.Errorf("%q: %+v, %t", name, got, ofHypothesis)
		}
	}
	probe := at(t, e, Probes, 0).Written
	e.Change(func(written *value.Map) { written.Delete("steady-state-hypothesis") })
	if got, _ := e.Find("both"); got == nil || got.Written != probe {
		t.Errorf("a control that takes the hypothesis out changes what a ref means: %+v", got)
	}
	e.Begin("T", nil)
	if got, _ := e.Find("both"); got == nil || got.Written != at(t, e, Method, 0).Written {
		t.Errorf("without a hypothesis: %+v", got)
	}
}

// Where controls may change an experiment, an activity is a copy that they do not
// reach, and the next look at it shows what they did.
func TestControlled(t *testing.T) {
	e, err := read(t, `{"title": "T", "method": [{"type": "action", "name": "a", "provider": {"type": "http", "url": "x"}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	e.Controlled = true
	e.Begin("T", nil)
	if found, _ := e.Find("a"); found == nil {
		t.Error("a ref that a control adds would lead nowhere")
	}
	first := at(t, e, Method, 0)
	e.Change(func(written *value.Map) {
		method := written.List("method")
		method[0].(*value.Map).Map("provider").Set("url", "y")
		written.Set("method", append(method, value.MapOf("name", "b")))
	})
	if url := first.Provider.Text("url"); url != "x" {
		t.Errorf("the copy has the url %s", url)
	}
	if url := e.Refresh(first).Provider.Text("url"); url != "y" || e.Len(Method) != 2 {
		t.Errorf("now the url is %s, of %d activities", url, e.Len(Method))
	}
}

// The journal shows the title as it is meant, what controls change within a part,
// and not what they do to the top-level keys.
func TestJournalled(t *testing.T) {
	e, err := read(t, `{"title": "${t}", "description": "D", "method": [{"name": "a"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	e.Begin("T", nil)
	e.Change(func(written *value.Map) {
		written.Set("description", "another")
		written.Set("tags", []any{"new"})
		written.List("method")[0].(*value.Map).Set("name", "b")
	})
	e.Read(func(*value.Map) {
		if got := value.Repr(e.Journalled()); got != "{'title': 'T', 'description': 'D', 'method': [{'name': 'b'}], 'dry': None}" {
			t.Errorf("got %s", got)
		}
	})
}

func TestFailed(t *testing.T) {
	if err := error(&Failed{Reason: "OSError: x"}); err.Error() != "OSError: x" {
		t.Error(err)
	}
}
