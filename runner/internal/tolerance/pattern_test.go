package tolerance

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// patternAnswer is what Python says of a pattern: whether it is in each of the
// texts, or why the pattern is refused. Where ours differs, which the row
// `rare regular expressions` of docs/differences.md allows, the other two say how.
type patternAnswer struct {
	Pattern string
	Texts   []string
	Found   []bool
	Error   string

	OursFound []bool  `json:"ours_found"`
	OursError *string `json:"ours_error"`
}

// recordedPatterns reads what Python answered; with RECORD_PYTHON naming an
// interpreter it is asked again.
func recordedPatterns(t testing.TB) []patternAnswer {
	t.Helper()
	const path = "testdata/patterns.json"
	if python := os.Getenv("RECORD_PYTHON"); python != "" {
		if out, err := exec.Command(python, "testdata/record_patterns.py", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []patternAnswer
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSearchesAsPythonDoes(t *testing.T) {
	plainly := 0
	for _, want := range recordedPatterns(t) {
		rx, err := compile(want.Pattern)
		refused := want.Error
		if want.OursError != nil {
			refused = *want.OursError
		}
		if err != nil || refused != "" {
			if err == nil || err.Error() != refused {
				t.Errorf("%q: error %v, want %q; Python says %q", want.Pattern, err, refused, want.Error)
			}
			continue
		}
		found := want.Found
		if want.OursFound != nil {
			found = want.OursFound
		}
		for i, text := range want.Texts[:len(found)] { // none where Python has no answer
			if got, err := rx.search(t.Context(), text); err != nil || got != found[i] {
				t.Errorf("%q in %q: %v %v, want %v", want.Pattern, text, got, err, found[i])
			}
			if rx.plain() != nil { // and so it was not asked
				plainly++
				if got, err := rx.usual.MatchString(text); err != nil || got != found[i] {
					t.Errorf("%q in %q, without Go's regexp: %v %v, want %v", want.Pattern, text, got, err, found[i])
				}
			}
		}
	}
	if plainly < 200 {
		t.Errorf("only %d searches are of Go's regexp", plainly)
	}
}

func TestPatternHasALimit(t *testing.T) {
	for length, want := range map[int]bool{longestPattern: false, longestPattern + 1: true} {
		if _, err := compile(strings.Repeat("x", length)); (err != nil) != want {
			t.Errorf("%d bytes: %v", length, err)
		}
	}
	var long Surroundings
	long.Substitute = func(any) any { return "(" + strings.Repeat("$", 1000) }
	for _, tolerance := range []*value.Map{typed("regex", "pattern", "${a}"), typed("jsonpath", "path", "${a}")} {
		if _, err := long.Parse(tolerance).Within(t.Context(), "x"); err == nil || len(err.Error()) > 400 {
			t.Errorf("with values that are wrong: %.200v", err)
		}
	}
	long.Substitute = func(any) any { return strings.Repeat("x", longestPattern+1) }
	for _, tolerance := range []*value.Map{typed("regex", "pattern", "${a}"), typed("jsonpath", "path", "${a}")} {
		if _, err := long.Parse(tolerance).Within(t.Context(), "x"); err == nil || len(err.Error()) > 100 {
			t.Errorf("with values: %.200v", err)
		}
	}
}

// A pattern that ignores case is refused where it would take long to read.
func TestPatternThatIgnoresCase(t *testing.T) {
	for pattern, want := range map[string]bool{
		"(?i)" + strings.Repeat("[Ā-￿]", mostFolded): true, "(?i)" + strings.Repeat(`[\u0100-\uffff]`, mostFolded+1): false, "(?si:" + strings.Repeat("[Ā-￿]", mostFolded+1) + ")": false,
		"(?i)" + strings.Repeat(`[Ā-\￿]`, mostFolded+1): false, "(?i)" + strings.Repeat(`[Ā-\N{FULLWIDTH TILDE}]`, mostFolded+1): false,
		strings.Repeat(`[\u0100-\uffff]`, mostFolded+1): true, "(?i)" + strings.Repeat(`[a-z]`, mostFolded+1): true,
	} {
		if _, err := compile(pattern); (err == nil) != want {
			t.Errorf("%.30s: %v", pattern, err)
		}
	}
}

// All patterns and paths of an experiment together have a limit.
func TestManyPatterns(t *testing.T) {
	var s Surroundings
	ofPath, ofPattern := value.MapOf("type", "jsonpath", "path", "$.a"), value.MapOf("type", "regex", "pattern", strings.Repeat("a", longestPattern))
	for range mostChecked/longestPattern - 1 {
		if found := s.Parse(ofPattern).Check(); found != nil {
			t.Fatal(found)
		}
	}
	s.Parse(ofPath).Check()
	if found := s.Parse(ofPattern).Check(); len(found) != 1 || !strings.Contains(found[0].What, "may have 1 MiB together") {
		t.Errorf("one more pattern: %v", found)
	}
	if found := s.Parse(ofPath).Check(); len(found) != 1 {
		t.Errorf("one more path: %v", found)
	}
}

func TestSearchHasALimit(t *testing.T) {
	for source, text := range map[string]string{
		`^(a+)+(?=b)\1$`:  strings.Repeat("a", 60),
		`^(?=a)(a+)+$`:    strings.Repeat("a", 60) + "!",
		`^(?:(a)|\n)*\1!`: strings.Repeat("a\n", 1e6) + "!", // in memory
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			_, err := Parse(typed("regex", "pattern", source)).Within(t.Context(), text)
			if err == nil || !strings.Contains(err.Error(), source+" took ") {
				t.Errorf("got %v", err)
			}
			if took := time.Since(begun); took > 3*searchLimit {
				t.Errorf("took %s", took)
			}
		})
	}
}

// A pattern is compiled once, however often it is asked.
func TestPatternsAndPathsAreRemembered(t *testing.T) {
	s := &Surroundings{}
	for range 3 {
		for _, tolerance := range []any{typed("regex", "pattern", "a"), typed("jsonpath", "path", "$")} {
			if met, err := s.Parse(tolerance).Within(t.Context(), "a"); !met || err != nil {
				t.Errorf("got %v %v", met, err)
			}
		}
	}
	first, _ := s.patterns.Load("a")
	_, _ = s.Parse(typed("regex", "pattern", "a")).Within(t.Context(), "a")
	if again, ok := s.patterns.Load("a"); !ok || again != first {
		t.Error("the pattern was compiled again")
	}
	if _, ok := s.paths.Load("$"); !ok {
		t.Error("the path is not remembered")
	}
}

// A long text is searched in place, and no longer than somebody waits for it.
func TestLongText(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	text := strings.Repeat("a b\n", longText/4) + "c"
	x, err := compile("(?=a) b")
	if err != nil || x.plainFor(text) != nil {
		t.Fatalf("%v, %v", x, err)
	}
	if _, err := x.search(t.Context(), text+text+text); err != errLong {
		t.Errorf("too long: %v", err)
	}
	x, err = compile(`a\sb`)
	if err != nil || x.plainFor(text+"\xff") == nil || x.plainFor("a b\xff") != nil {
		t.Fatalf("%v, %v", x, err)
	}
	if met, err := x.search(t.Context(), text); !met || err != nil {
		t.Errorf("%v, %v", met, err)
	}
	x, _ = compile("never")
	if met, err := x.search(stopped, text); met || err != context.Canceled {
		t.Errorf("stopped: %v, %v", met, err)
	}
	reader := &untilDone{Reader: strings.NewReader(text), ctx: stopped}
	if x.plain().MatchReader(reader); reader.read > 1<<16 {
		t.Errorf("stopped, and then %d characters are read", reader.read)
	}
}
