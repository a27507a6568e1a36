package check

import (
	"os"
	"testing"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
)

// FuzzCheck: whatever a file holds, checking it ends without a panic, and every
// problem has a place and is one line.
func FuzzCheck(f *testing.F) {
	whole, err := os.ReadFile("testdata/whole.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, true)
	f.Add([]byte(frame+"method: &m [{ref: a, <<: {name: a}}]\nrollbacks: *m"), false)
	f.Add([]byte("{steady-state-hypothesis: {title: 1, probes: [{tolerance: {type: probe}}]}, secrets: {a: {type: vault}}}"), false)
	f.Fuzz(func(t *testing.T, text []byte, isJSON bool) {
		parse := document.ParseYAML
		if isJSON {
			parse = document.ParseJSON
		}
		doc, _ := parse("e", text)
		if doc == nil {
			return
		}
		for _, p := range doc.Problems(Check(doc.Value, surroundings())) {
			if p.At.Line == 0 || p.What == "" || p.Code != problem.Invalid {
				t.Errorf("%+v", p)
			}
		}
	})
}
