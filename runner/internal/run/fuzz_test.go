package run

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// FuzzDry: what validates runs dry, without an unexpected error, and its journal reads back. A part
// of each experiment is replaced by another one: the part of this number, in the order of the text.
func FuzzDry(f *testing.F) {
	for _, text := range experiments(f) {
		f.Add(text, 0, "null")
	}
	for i, part := range []string{"1", "0.5", "-1", "true", `""`, `"${p}"`, "[]", "{}", `[{"ref": "a"}]`, `{"before": 1e9}`, `{"type": "env", "key": "A", "default": 1}`} {
		f.Add([]byte(variable), 3+i, part)
	}
	for _, text := range []string{
		"title: ${a}\ndescription: d\nsecrets: {g: {a: hunter2}}\nsteady-state-hypothesis: {title: h, probes: [{type: probe, name: b, tolerance: {type: jsonpath, path: $.a}, serves: x, provider: {type: http, url: 'http://h/'}}]}\nmethod: [{ref: b}]\nrollbacks: [{ref: b}]\n",
		"title: t\ndescription: d\nmethod: []\nruntime: {hypothesis: {strategy: continuously}, rollbacks: {strategy: always}}\nsteady-state-hypothesis: {title: h}\nextensions: [{name: x}]\ncontributions: {a: high}\n",
	} {
		f.Add([]byte(text), 0, "null")
	}
	folder := f.TempDir()
	for _, name := range []string{"sh", "echo", "true", "sleep", "cat"} { // these are there, and do nothing
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o700); err != nil {
			f.Fatal(err)
		}
	}
	f.Setenv("PATH", folder)
	f.Fuzz(func(t *testing.T, text []byte, place int, part string) {
		if bytes.Contains(text, []byte("controls")) { // these would need Python
			return
		}
		source := filepath.Join(folder, "e.yaml")
		doc, _ := document.ParseYAML(source, text)
		if other, err := value.ParseJSON([]byte(part)); err == nil && doc != nil && place > 0 {
			source, text = filepath.Join(folder, "e.json"), []byte(value.JSON(replaced(doc.Value, &place, other)))
		}
		if err := os.WriteFile(source, text, 0o600); err != nil {
			t.Fatal(err)
		}
		runDry(t, Options{Source: source, JournalPath: filepath.Join(folder, "journal.json"), Python: filepath.Join(folder, "no-python"),
			Strategy: experiment.Strategy{Dry: "activities", Frequency: 0.01}, Environment: func(string) (string, bool) { return "", false }})
	})
}

// variable is an experiment in which much refers to a variable.
const variable = "title: t\ndescription: d\nconfiguration: {p: 1}\nmethod:\n- {type: action, name: a, background: true, pauses: {before: 1, after: '${p}'}, provider: {type: process, path: echo, timeout: '${p}'}}\n"

// replaced is v with another value in the place of one of the values in it.
func replaced(v any, place *int, other any) any {
	if *place--; *place == 0 {
		return other
	}
	switch v := v.(type) {
	case *value.Map:
		m := &value.Map{}
		for key, item := range v.All() {
			m.Set(key, replaced(item, place, other))
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = replaced(item, place, other)
		}
		return list
	}
	return v
}

// experiments are those that the runner and the toolkit are compared with.
func experiments(f *testing.F) (all [][]byte) {
	archives, _ := filepath.Glob("../conformance/testdata/cases/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasPrefix(file.Name, "experiment.") {
				all = append(all, file.Data)
			}
		}
	}
	if len(all) < 100 {
		f.Fatalf("there are only %d experiments", len(all))
	}
	return all
}

func runDry(t *testing.T, o Options) {
	r := &Runner{Processes: &process.Owner{}, Log: slog.New(slog.DiscardHandler), Mask: &show.Mask{}, Warn: func(problem.List) {}, Printed: func(string, string) {}}
	p, err := r.Prepare(t.Context(), o)
	if err != nil {
		if strings.TrimSpace(err.Error()) == "" {
			t.Fatal("refused without a word")
		}
		return
	}
	asks := false
	p.experiment.Read(func(written *value.Map) {
		for _, entry := range written.Map("configuration").All() {
			m, _ := entry.(*value.Map)
			asks = asks || m.Text("type") == "probe"
		}
	})
	if asks { // these are asked also by a run that is dry
		return
	}
	result, err := p.Run(t.Context(), t.Context())
	if err != nil || result.Unexpected != nil || result.Verdict.Word == "" || result.Status == "aborted" {
		t.Fatalf("%v, %+v", err, result)
	}
	if result.Verdict.Word == verdict.NotUndone {
		t.Fatalf("%+v", result.Verdict)
	}
	read, err := report.Read(o.JournalPath)
	if err != nil || read.Verdict.Word != result.Verdict.Word || read.Doubtful || len(read.Run) != len(result.Run) || len(read.Rollbacks) != len(result.Rollbacks) {
		t.Fatalf("the journal reads back as %+v, %v; want %+v", read, err, result)
	}
}
