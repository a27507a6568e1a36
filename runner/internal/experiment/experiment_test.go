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

func TestNew(t *testing.T) {
	e, err := read(t, `{"title": "T", "configuration": {"a": 1}, "secrets": {"g": {}},
		"steady-state-hypothesis": {"title": "H", "probes": [{"type": "probe", "name": "p", "tolerance": null, "proof": "throughout"}]},
		"method": [{"type": "action", "name": "a", "provider": {"type": "http"}, "background": true, "pauses": {"before": 1}}, {"ref": "p"}],
		"rollbacks": [{"type": "probe", "name": 5, "provider": "text", "proof": "once", "background": false, "pauses": 3}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if e.Title != "T" || e.Configuration.Len() != 1 || e.Secrets.Len() != 1 || e.Hypothesis.Title != "H" || len(e.Method) != 2 || len(e.Rollbacks) != 1 {
		t.Errorf("%+v", e)
	}
	p, a, r, b := e.Hypothesis.Probes[0], e.Method[0], e.Method[1], e.Rollbacks[0]
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
		`{"method": [null]}`:                "method[0] must be a mapping",
		`{"rollbacks": [{}, "x"]}`:          "rollbacks[1] must be a mapping",
		`{"configuration": null}`:           "configuration must be a mapping",
		`{"secrets": []}`:                   "secrets must be a mapping",
		`{"steady-state-hypothesis": null}`: "steady-state-hypothesis must be a mapping",
		`{"steady-state-hypothesis": {"title": "H", "probes": "all"}}`: "probes must be a list of activities",
	} {
		e, err := read(t, text)
		switch {
		case want == "" && (err != nil || e.Title != "" || e.Hypothesis != nil):
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
		"rollbacks": [{"type": "action", "name": "undo"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]*Activity{
		"both": e.Hypothesis.Probes[0], "asked": e.Hypothesis.Probes[1], "twice": e.Method[2], "undo": nil, "other": nil, "": nil,
	} {
		if got := e.Find(name); got != want {
			t.Errorf("%q: %+v", name, got)
		}
	}
	e.Hypothesis = nil
	if got := e.Find("both"); got != e.Method[0] {
		t.Errorf("without a hypothesis: %+v", got)
	}
}

func TestFailed(t *testing.T) {
	if err := error(&Failed{Reason: "OSError: x"}); err.Error() != "OSError: x" {
		t.Error(err)
	}
}
