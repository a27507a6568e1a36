package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"chaosworkshop.example/runner/internal/check"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
)

// anywhere has every program, every variable and every Python function, so that
// what the checker refuses there it refuses for the text of the experiment alone.
func anywhere() check.Surroundings {
	return check.Surroundings{
		Environment: func(string) (string, bool) { return "1", true },
		Program:     func(name string) (string, string) { return name, "" },
		Provider:    provider.Check,
		Tolerance:   func(written any) check.Tolerance { return tolerance.Parse(written) },
		Inspect: func(all []worker.Reference) ([][]problem.Finding, error) {
			return make([][]problem.Finding, len(all)), nil
		},
	}
}

// checkExperiment is the checker's opinion of an experiment: what it refuses.
func checkExperiment(doc *document.Document) error {
	if refused, _ := doc.Problems(check.Check(doc.Value, anywhere())).Split(); len(refused) > 0 {
		return refused
	}
	return nil
}

// TestExperimentMutations spoils valid experiments in every place. What the
// checker refuses and a schema cannot is here one by one.
func TestExperimentMutations(t *testing.T) {
	const dangles, noPath = "no schema follows a ref", "no schema reads a JSON path"
	c := comparison{schema: compile(t, "experiment"), beyond: map[string]string{
		"activities.yaml: .controls taken away":                                    dangles,
		`activities.yaml: .controls = ""`:                                          dangles,
		"activities.yaml: .controls = []":                                          dangles,
		"activities.yaml: .controls = {}":                                          dangles,
		`activities.yaml: .steady-state-hypothesis.controls[0].ref = "x"`:          dangles,
		`activities.yaml: .steady-state-hypothesis.probes[1].ref = "x"`:            dangles,
		`activities.yaml: .steady-state-hypothesis.probes[1].ref = " "`:            dangles,
		`activities.yaml: .method[2].ref = " "`:                                    dangles,
		`activities.yaml: .method[2].ref = "x"`:                                    dangles,
		`tolerances.yaml: .steady-state-hypothesis.probes[5].tolerance.path = "x"`: noPath,
	}}
	archive, err := txtar.ParseFile(filepath.Join("testdata", "experiments.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		doc := parse(file.Name, file.Data)
		if err := checkExperiment(doc); err != nil {
			t.Fatal(err)
		}
		for _, m := range append(mutations(doc.Value), mutation{" unspoilt", doc.Value}) {
			doc := parse("e.json", []byte(value.JSON(m.value)))
			c.compare(t, file.Name+": "+m.name, checkExperiment(doc), doc.Value)
		}
	}
	c.end(t, 3000)
}

// TestEveryKeyIsSpoilt: a key that a schema has and no test document would go
// unnoticed above.
func TestEveryKeyIsSpoilt(t *testing.T) {
	for kind, file := range map[string]string{"experiment": "experiments.txtar", "target": "target*.yaml"} {
		var documents []byte
		paths, _ := filepath.Glob(filepath.Join("testdata", file))
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			documents = append(documents, text...)
		}
		for key := range properties(t, kind) {
			if !strings.Contains(string(documents), key+":") && key != "$schema" {
				t.Errorf("%s has no %s", file, key)
			}
		}
	}
}

// TestExperimentCases compares on the experiments of the conformance cases. One
// that is no JSON or YAML at all is nothing to a schema.
func TestExperimentCases(t *testing.T) {
	const arguments, dangles, noPath, noRegex = "no schema knows a function's arguments", "no schema follows a ref",
		"no schema reads a JSON path", "no schema reads Python's regular expressions"
	c := comparison{schema: compile(t, "experiment"), beyond: map[string]string{
		"invalid-python-argument-missing":    arguments,
		"invalid-python-argument-unknown":    arguments,
		"dangling-ref-skipped":               dangles,
		"invalid-ref-empty":                  dangles,
		"invalid-ref-unknown":                dangles,
		"quirk-22-dangling-ref-in-rollbacks": dangles,
		"quirk-22-dangling-ref-validated":    dangles,
		"quirk-32-control-reference":         dangles,
		"invalid-tolerance-jsonpath-broken":  noPath,
		"jsonpath-contains":                  noPath,
		"jsonpath-functions":                 noPath,
		"jsonpath-path-without-dollar":       noPath,
		"jsonpath-variables":                 noPath,
		"invalid-tolerance-regex-broken":     noRegex,
		"invalid-tolerance-regex-variable":   noRegex,
	}}
	paths, err := filepath.Glob(filepath.Join("..", "conformance", "testdata", "cases", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if doc := parse(file.Name, file.Data); doc != nil && strings.HasPrefix(file.Name, "experiment.") {
				c.compare(t, strings.TrimSuffix(filepath.Base(path), ".txtar"), checkExperiment(doc), doc.Value)
			}
		}
	}
	c.end(t, 200)
}

func parse(name string, text []byte) *document.Document {
	read := document.ParseYAML
	if filepath.Ext(name) == ".json" {
		read = document.ParseJSON
	}
	doc, _ := read(name, text)
	return doc
}
