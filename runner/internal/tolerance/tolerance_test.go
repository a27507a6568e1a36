package tolerance

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// recorded reads what the toolkit says of tolerances; with RECORD_PYTHON naming
// an interpreter that has it, it is asked again.
func recorded(t testing.TB) []any {
	t.Helper()
	const path = "testdata/tolerances.json"
	if python := os.Getenv("RECORD_PYTHON"); python != "" {
		if out, err := exec.Command(python, "testdata/record.py", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table, err := value.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return table.([]any)
}

func get(m any, key string) any {
	mapping, _ := m.(*value.Map)
	v, _ := mapping.Get(key)
	return v
}

// decode puts in what JSON has not: {"$float": "nan"} and {"$bytes": "text"}.
func decode(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = decode(v[i])
		}
		return list
	case *value.Map:
		if f := get(v, "$float"); f != nil {
			end, _ := strconv.ParseFloat(f.(string), 64)
			return end
		}
		if b := get(v, "$bytes"); b != nil {
			return []byte(b.(string))
		}
		m := &value.Map{}
		for key, item := range v.All() {
			m.Set(key, decode(item))
		}
		return m
	}
	return v
}

// answer stands for the functions that testdata/record.py defines, and for a
// process.
func answer(v *variables.Variables) func(context.Context, *value.Map) (any, error) {
	return func(_ context.Context, activity *value.Map) (any, error) {
		provider := get(activity, "provider")
		arguments := v.Arguments(get(provider, "arguments"))
		switch get(provider, "func") {
		case "same":
			return get(arguments, "value"), nil
		case "above":
			over, ordered := atMost(get(arguments, "value"), get(arguments, "limit"))
			if !ordered {
				return nil, nil // it fails with a TypeError
			}
			return !over, nil
		case "fail":
			return nil, nil // it fails with a ValueError
		}
		return value.MapOf("status", int64(1), "stdout", "", "stderr", ""), nil
	}
}

func TestJudgesAsTheToolkitDoes(t *testing.T) {
	for _, c := range recorded(t) {
		tolerance := decode(get(c, "tolerance"))
		v := &variables.Variables{}
		if configuration, ok := get(c, "configuration").(*value.Map); ok {
			v.Configuration = decode(configuration).(*value.Map)
		}
		surroundings := &Surroundings{Ask: answer(v), Substitute: v.Substitute}
		before := value.Repr(tolerance)
		for i, output := range get(c, "outputs").([]any) {
			want := get(c, "met").([]any)[i]
			if ours := get(c, "ours"); ours != nil {
				want = ours.([]any)[i] // the rows `rare regular expressions`, `rare JSON paths` and `list bounds` of docs/differences.md
			}
			output = decode(output)
			got, err := surroundings.Parse(tolerance).Within(t.Context(), output)
			if want == "failed" {
				want = false
			}
			if err == nil && want != got || err != nil && want != "crash" {
				t.Errorf("%s for %s: %v %v, the toolkit says %v", value.Repr(tolerance), value.Repr(output), got, err, want)
			}
			checkWords(t, tolerance, output)
		}
		if after := value.Repr(tolerance); after != before {
			t.Errorf("judging changed %s to %s", before, after)
		}
	}
}

// checkWords: whatever the values, what is said of them is one line.
func checkWords(t *testing.T, tolerance, output any) {
	t.Helper()
	tol := Parse(tolerance)
	for _, words := range []string{tol.Wanted(output), tol.Got(output)} {
		if words == "" || strings.ContainsAny(words, "\n\r") {
			t.Errorf("%s for %s: bad words %q", value.Repr(tolerance), value.Repr(output), words)
		}
	}
}

func TestChecksAsTheToolkitDoes(t *testing.T) {
	for _, c := range recorded(t) {
		if get(c, "check_elsewhere") != nil {
			continue // an activity, which package check looks at
		}
		tolerance := decode(get(c, "tolerance"))
		found := Parse(tolerance).Check()
		want, refused := get(c, "check").(string)
		if get(c, "ours_accepts") != nil { // the row `rare regular expressions` of docs/differences.md
			refused = false
		}
		if refused != (len(found) > 0) {
			t.Errorf("%s: found %v, the toolkit says %q", value.Repr(tolerance), found, want)
			continue
		}
		if !refused || want == "crash" {
			continue
		}
		// The toolkit goes on about what else a tolerance can be.
		want, _, _ = strings.Cut(want, " or a pair of values")
		if !strings.HasPrefix(found[0].What, want) || found[0].Do == "" {
			t.Errorf("%s: %+v, the toolkit says %q", value.Repr(tolerance), found[0], want)
		}
	}
}

func TestFindingsNameTheirPlace(t *testing.T) {
	for _, c := range []struct {
		tolerance any
		want      string
	}{
		{1.5, ""},
		{value.MapOf("type", "foo"), "type"},
		{value.MapOf("type", "regex"), ""},
		{value.MapOf("type", "regex", "pattern", "("), "pattern"},
		{value.MapOf("type", "jsonpath", "path", "a"), "path"},
		{value.MapOf("type", "range", "range", []any{int64(1), "x"}), "range 1"},
		{value.MapOf("type", "range", "range", []any{nil, nil}), "range 0, range 1"},
	} {
		var places []string
		for _, f := range Parse(c.tolerance).Check() {
			places = append(places, strings.Join(f.Path, " "))
		}
		if got := strings.Join(places, ", "); got != c.want || places == nil {
			t.Errorf("%s: %q, want %q", value.Repr(c.tolerance), got, c.want)
		}
	}
}

func TestWhatCannotBeMeasuredSaysWhatToDo(t *testing.T) {
	text := value.MapOf("type", "regex", "pattern", "x")
	for _, c := range []struct {
		tolerance, output any
		want              string
	}{
		{[]any{int64(1), int64(5)}, "3", "between 1 and 5 cannot be compared with the output, which is text"},
		{text, value.MapOf("status", int64(0)), "target: stdout"},
		{text, int64(5), "the output is a number; use a tolerance of another type"},
		{value.MapOf("type", "regex", "pattern", "x", "target", "stdout"), "x", "without parts"},
		{value.MapOf("type", "jsonpath", "path", "$.a"), `{"a": ` + strings.Repeat("7", 4301) + "}", "an integer has more than 4300 digits"},
		{value.MapOf("type", "range", "range", []any{int64(1), int64(5)}), nil, "needs a number, and the output is empty (null)"},
		{value.MapOf("type", "regex", "pattern", `^(?:(a)|\n)*\1!`), strings.Repeat("a\n", 1e6) + "!", `pattern ^(?:(a)|\n)*\1! took`},
	} {
		_, err := Parse(c.tolerance).Within(t.Context(), c.output)
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != problem.NoVerdict || p.Do == "" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", value.Repr(c.tolerance), err, c.want)
		}
	}
}

// Numbers of millions of digits are judged exactly, and soon.
func TestLongDecimals(t *testing.T) {
	zeros := strings.Repeat("0", 1_500_000)
	for text, want := range map[string]bool{"1." + zeros: true, "1." + zeros + "1": false, "0." + zeros + "1": false, zeros + "1": true, "1" + zeros: false, "-1" + zeros: false,
		"1" + zeros + "e-1500000": true, "1" + zeros + "1e-1500001": false, "." + zeros + "1e1500001": true, "-." + zeros + "1e1500001": false,
		zeros + "x": false, zeros + "e": false, zeros + "1e0x": false} {
		got, err := Parse(value.MapOf("type", "range", "range", []any{int64(1), int64(1)})).Within(t.Context(), text)
		if got != want || err != nil {
			t.Errorf("%.9s...%s: %v %v, want %v", text, text[len(text)-9:], got, err, want)
		}
	}
}

func TestProbeErrorsAreHandedOn(t *testing.T) {
	broken := errors.New("broken")
	surroundings := &Surroundings{Ask: func(context.Context, *value.Map) (any, error) { return true, broken }}
	probe := value.MapOf("type", "probe", "provider", &value.Map{})
	if _, err := surroundings.Parse(probe).Within(t.Context(), nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := Parse(probe).Within(t.Context(), nil); err == nil {
		t.Error("asked without an Ask")
	}
}

// The toolkit shows in its journal what a tolerance's probe was last given.
func TestGiveChangesTheMappingInPlace(t *testing.T) {
	probe := func(arguments any) *value.Map {
		return value.MapOf("type", "probe", "provider", value.MapOf("type", "python", "arguments", arguments))
	}
	for _, c := range []struct {
		tolerance any
		want      string
	}{
		{probe(&value.Map{}), "{'type': 'probe', 'provider': {'type': 'python', 'arguments': {'value': 7}}}"},
		{probe(value.MapOf("value", "old", "z", int64(1))), "{'type': 'probe', 'provider': {'type': 'python', 'arguments': {'value': 7, 'z': 1}}}"},
		{probe([]any{"x"}), "{'type': 'probe', 'provider': {'type': 'python', 'arguments': ['x']}}"},
		{probe(nil), "{'type': 'probe', 'provider': {'type': 'python', 'arguments': None}}"},
		{value.MapOf("type", "probe"), "{'type': 'probe'}"},
		{value.MapOf("type", "range"), "{'type': 'range'}"},
		{int64(5), "5"},
	} {
		Parse(c.tolerance).Give(int64(7))
		if got := value.Repr(c.tolerance); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// What takes long ends with the run, and is then no answer. What is read has a limit.
func TestJudgingEnds(t *testing.T) {
	long := "[" + strings.Repeat("1,", 1_999_998) + "1]"
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, tolerance := range []*value.Map{typed("regex", "pattern", "x(.|[^1])*y"), typed("jsonpath", "path", "$..*")} {
		if met, err := Parse(tolerance).Within(stopped, long); met || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v %v", value.Repr(tolerance), met, err)
		}
	}
	met, err := Parse(typed("jsonpath", "path", "$[0]")).Within(t.Context(), "[1,"+long[1:])
	if met || err == nil || err.Error() != "the output cannot be read: there are too many values in this, at byte 3999999; let the service answer with less" {
		t.Errorf("too many values: %v %v", met, err)
	}
}

// A control may change a tolerance between two outputs; the new one counts.
func TestAChangedToleranceCounts(t *testing.T) {
	s := &Surroundings{}
	live := typed("regex", "pattern", "a")
	before := s.Parse(live)
	for _, pattern := range []string{"a", "b", "a"} {
		live.Set("pattern", pattern)
		for _, tolerance := range []Tolerance{before, s.Parse(live)} {
			if met, err := tolerance.Within(t.Context(), "xbx"); met != (pattern == "b") || err != nil {
				t.Errorf("%s: %v %v", pattern, met, err)
			}
		}
	}
	live.Set("type", "jsonpath")
	live.Set("path", "$[?@ == 1]")
	if met, err := s.Parse(live).Within(t.Context(), "[0, 1]"); !met || err != nil {
		t.Errorf("got %v %v", met, err)
	}
}
