package pattern

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// answer is what Python says of a pattern: whether it is in each of the texts,
// or why the pattern is refused.
type answer struct {
	Pattern string
	Texts   []string
	Found   []bool
	Error   string
}

// recorded reads what Python answered; with RECORD_PYTHON naming an interpreter
// it is asked again.
func recorded(t *testing.T) []answer {
	t.Helper()
	const path = "testdata/patterns.json"
	if python := os.Getenv("RECORD_PYTHON"); python != "" {
		if out, err := exec.Command(python, "testdata/record.py", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []answer
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSearchesAsPythonDoes(t *testing.T) {
	for _, want := range recorded(t) {
		p, err := Compile(want.Pattern)
		if err != nil {
			if err.Error() != want.Error {
				t.Errorf("%q: %q, Python says %q", want.Pattern, err, want.Error)
			}
			continue
		}
		if want.Error != "" {
			t.Errorf("%q: accepted, Python says %q", want.Pattern, want.Error)
			continue
		}
		for i, text := range want.Texts {
			compare(t, p, text, want.Found[i])
		}
	}
}

// compare asks both engines, where both know the pattern.
func compare(t *testing.T, p *Pattern, text string, want bool) {
	t.Helper()
	for _, engine := range []*Pattern{p, {source: p.source, full: p.full}} {
		got, err := engine.Search(text)
		if err != nil || got != want {
			t.Errorf("%q in %q: %v %v, Python says %v (linear %v)", p.source, text, got, err, want, engine.linear.suits(text))
		}
	}
}
