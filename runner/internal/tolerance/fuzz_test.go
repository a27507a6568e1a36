package tolerance

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2/v2"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// FuzzWithin: whatever a tolerance and an output are, judging ends, changes neither, finds the same
// twice, and says what it found on one line.
func FuzzWithin(f *testing.F) {
	for i, c := range recorded(f) {
		outputs := get(c, "outputs").([]any)
		f.Add([]byte(value.JSON(get(c, "tolerance"))), []byte(value.JSON(outputs[i%len(outputs)])))
	}
	f.Fuzz(func(t *testing.T, written, output []byte) {
		want, err := value.ParseJSON(written)
		if err != nil {
			return
		}
		got, err := value.ParseJSON(output)
		if err != nil {
			got = string(output)
		}
		v := &variables.Variables{Configuration: value.MapOf("x", got)}
		before := value.Repr(want) + value.Repr(got)
		tolerance := (&Surroundings{Ask: answer(v), Substitute: v.Substitute}).Parse(want)
		met, err := tolerance.Within(t.Context(), got)
		if again, other := tolerance.Within(t.Context(), got); again != met || (other == nil) != (err == nil) {
			t.Errorf("%s: %v %v, and then %v %v", before, met, err, again, other)
		}
		var p *problem.Problem
		if err != nil && (!errors.As(err, &p) || p.Do == "") {
			t.Errorf("%s: %v", before, err)
		}
		Parse(want).Check()
		checkWords(t, want, got)
		if after := value.Repr(want) + value.Repr(got); after != before {
			t.Errorf("%s became %s", before, after)
		}
	})
}

// FuzzSearch: no pattern makes the reading or the searching panic, however deep it goes.
func FuzzSearch(f *testing.F) {
	for _, c := range recordedPatterns(f) {
		f.Add(c.Pattern, "a\nb")
	}
	for _, part := range []string{"(", "(?:", "(?=", "(?i:", "(?>", "[", "a{"} {
		f.Add(strings.Repeat(part, 5000), "a")
		f.Add(strings.Repeat(part, 300)+"a"+strings.Repeat(")", 300), "a")
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		rx, err := compile(source)
		if err != nil {
			if err.Error() == "" {
				t.Errorf("%q is refused without a word", source)
			}
			return
		}
		rx.usual.MatchTimeout = 100 * time.Millisecond
		if plain := rx.plain(); plain != nil {
			plain.MatchString(text)
		}
		if _, err := rx.usual.MatchString(text); err != nil && !strings.Contains(err.Error(), "timeout") && !errors.Is(err, regexp2.ErrBacktrackingStackLimit) {
			t.Errorf("%q in %q: %v", source, text, err)
		}
	})
}
