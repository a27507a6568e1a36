package pattern

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
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
func recorded(t testing.TB) []answer {
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

func TestSearchHasALimit(t *testing.T) {
	p, err := Compile(`^(a+)+(?=b)\1$`)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	_, err = p.Search(strings.Repeat("a", 60))
	if err == nil || !strings.Contains(err.Error(), `^(a+)+(?=b)\1$ took longer than 2s`) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(begun); took > 3*Limit {
		t.Errorf("took %s", took)
	}
	// Without look-around and back-references time grows with the text only.
	if p, err = Compile(`^(a+)+$`); err != nil {
		t.Fatal(err)
	}
	if found, err := p.Search(strings.Repeat("a", 1e6) + "!"); found || err != nil {
		t.Errorf("got %v %v", found, err)
	}
	if p, err = Compile(`^(?:(a)|\n)*\1!`); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Search(strings.Repeat("a\n", 1e6) + "!"); err == nil || !strings.Contains(err.Error(), "took") {
		t.Errorf("no bound on memory: %v", err)
	}
}

func TestCompileRefusesWhatGoesTooDeep(t *testing.T) {
	for _, part := range []string{"(", "(?:", "(?=", "(?(1)", "(?i:", "(?>"} {
		if _, err := Compile("()" + strings.Repeat(part, 5000)); err == nil || !strings.Contains(err.Error(), "deep") {
			t.Errorf("%s: %v", part, err)
		}
	}
	if _, err := Compile(`\N{EM DASH}`); err == nil || !strings.Contains(err.Error(), "write the character itself") {
		t.Errorf("got %v", err)
	}
}

// No pattern makes Compile or Search panic, and both engines find the same.
func FuzzSearch(f *testing.F) {
	for _, c := range recorded(f) {
		f.Add(c.Pattern, c.Texts[0])
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		if len(source) > 120 || len(text) > 120 {
			return
		}
		p, err := Compile(source)
		if err != nil {
			return
		}
		first, err := p.Search(text)
		if err != nil || !p.linear.suits(text) {
			return
		}
		second, err := (&Pattern{source: source, full: p.full}).Search(text)
		if err == nil && first != second && utf8.ValidString(text) {
			t.Errorf("%q in %q: %v in one engine, %v in the other", source, text, first, second)
		}
	})
}
