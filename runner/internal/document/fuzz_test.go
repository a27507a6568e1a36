package document

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// FuzzParse: a text is a document or has a problem. Each value of a document has a place within
// the text; a document that is printed as JSON and read again is the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a": [1, "x", null]}`, "a: &x [1, *x]", "<<: {a: 1}", "a: !!int x", "{", "'", "a: 1:2:3.", "- 0b_", "- 0x_",
		"a: &x {b: [.inf, 1e400]}\nc: {<<: *x, d: !!binary aGk=}\n? e\n: |\n  f\n", "%YAML 1.2\n---\na: 1\n...", "\xff\xfea\x00:\x00 \x001\x00", `{"a": 1, "a": {"a": 2}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, parse := range []func(string, []byte) (*Document, problem.List){ParseJSON, ParseYAML} {
			node, problems := parse("x", text)
			errors, _ := problems.Split()
			if (node == nil) != (len(errors) > 0) {
				t.Fatalf("node %v with problems %v", node, problems)
			}
			for _, p := range problems {
				checkPlace(t, node, p)
			}
			if node == nil {
				continue
			}
			for _, p := range node.Problems(everywhere(node.Value, nil)) {
				checkPlace(t, node, p)
			}
			printed := value.JSON(node.Value)
			if !json.Valid([]byte(printed)) { // JSON has no NaN and no infinity
				continue
			}
			again, problems := ParseJSON("x", []byte(printed))
			if again == nil {
				t.Fatalf("%s is not read again: %v", printed, problems)
			}
			if reprinted := value.JSON(again.Value); reprinted != printed {
				t.Fatalf("%s became %s", printed, reprinted)
			}
		}
	})
}

// checkPlace: a problem is in the text, if it is not one of the whole file.
func checkPlace(t *testing.T, d *Document, p *problem.Problem) {
	t.Helper()
	if p.At.File != "x" {
		t.Fatalf("the place of %q is %+v", p.What, p.At)
	}
	if d == nil {
		return
	}
	lines := 2                                                               // at the end of a text the library sees one line more
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} { // which YAML counts
		lines += bytes.Count(d.source.text, []byte(end))
	}
	if p.At.Line < 1 || p.At.Line > lines || p.At.Column < 1 {
		t.Fatalf("the place of %q is %+v", p.What, p.At)
	}
}

// everywhere is a finding at each value, up to a few hundred.
func everywhere(v any, path []string) (all []problem.Finding) {
	all = append(all, problem.Finding{Path: path})
	add := func(key string, item any) {
		if len(all) < 300 {
			all = append(all, everywhere(item, append(path[:len(path):len(path)], key))...)
		}
	}
	switch v := v.(type) {
	case *value.Map:
		for key, item := range v.All() {
			add(key, item)
		}
	case []any:
		for i, item := range v {
			add(strconv.Itoa(i), item)
		}
	}
	return all
}
