package tolerance

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/experiment"
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
			over, err := atMost(get(arguments, "value"), get(arguments, "limit"))
			if err != nil {
				return nil, &experiment.Failed{Reason: "TypeError"}
			}
			return !over, nil
		case "fail":
			return nil, &experiment.Failed{Reason: "ValueError: no"}
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
		judge := Judge{Ask: answer(v), Substitute: v.Substitute}
		before := value.Repr(tolerance)
		for i, output := range get(c, "outputs").([]any) {
			want := get(c, "met").([]any)[i]
			if ours := get(c, "ours"); ours != nil {
				want = ours.([]any)[i] // where the toolkit crashes and need not
			}
			output = decode(output)
			got, err := judge.Within(t.Context(), tolerance, output)
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

// checkWords: whatever the values, what is said of them fills one line.
func checkWords(t *testing.T, tolerance, output any) {
	t.Helper()
	for _, words := range []string{Describe(tolerance), Wanted(tolerance, output), Got(tolerance, output)} {
		if words == "" || len([]rune(words)) > 200 || strings.ContainsAny(words, "\n\r\x1b") {
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
		found := Check(tolerance)
		want, refused := get(c, "check").(string)
		if refused != (len(found) > 0) {
			t.Errorf("%s: found %v, the toolkit says %q", value.Repr(tolerance), found, want)
			continue
		}
		if !refused || want == "crash" {
			continue
		}
		// The toolkit goes on about what else a tolerance can be.
		want, _, _ = strings.Cut(want, " or a pair of values")
		// Python forgets the pattern where a look-behind is at fault.
		want = strings.Replace(want, "pattern None seems", "pattern "+value.Text(get(tolerance, "pattern"))+" seems", 1)
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
		for _, f := range Check(c.tolerance) {
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
		{value.MapOf("type", "range", "range", []any{int64(1), int64(5)}), nil, "needs a number, and the output is nothing"},
		{value.MapOf("type", "regex", "pattern", `^(?:(a)|\n)*\1!`), strings.Repeat("a\n", 1e6) + "!", `pattern ^(?:(a)|\n)*\1! took`},
	} {
		_, err := Judge{}.Within(t.Context(), c.tolerance, c.output)
		var p *problem.Problem
		if !errors.As(err, &p) || p.Code != problem.NoVerdict || p.Do == "" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", value.Repr(c.tolerance), err, c.want)
		}
	}
}

func TestProbeErrorsAreHandedOn(t *testing.T) {
	broken := errors.New("broken")
	judge := Judge{Ask: func(context.Context, *value.Map) (any, error) { return true, broken }}
	probe := value.MapOf("type", "probe", "provider", &value.Map{})
	if _, err := judge.Within(t.Context(), probe, nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := (Judge{}).Within(t.Context(), probe, nil); err == nil {
		t.Error("asked without an Ask")
	}
	if activity, ok := Probe(probe); !ok || activity != probe {
		t.Error("the probe is not found")
	}
	if _, ok := Probe(int64(1)); ok {
		t.Error("a number is a probe")
	}
}

// Whatever a tolerance and an output are, judging ends, changes neither, and
// says what it found on one line.
func FuzzWithin(f *testing.F) {
	for i, c := range recorded(f) {
		outputs := get(c, "outputs").([]any)
		f.Add(value.AppendJSON(nil, get(c, "tolerance"), "", ""), value.AppendJSON(nil, outputs[i%len(outputs)], "", ""))
	}
	f.Fuzz(func(t *testing.T, tolerance, output []byte) {
		want, err := value.ParseJSON(tolerance)
		if err != nil {
			return
		}
		got, err := value.ParseJSON(output)
		if err != nil {
			got = string(output)
		}
		v := &variables.Variables{Configuration: value.MapOf("x", got)}
		before := value.Repr(want) + value.Repr(got)
		_, err = Judge{Ask: answer(v), Substitute: v.Substitute}.Within(t.Context(), want, got)
		var p *problem.Problem
		if err != nil && (!errors.As(err, &p) || p.Do == "") {
			t.Errorf("%s: %v", before, err)
		}
		Check(want)
		checkWords(t, want, got)
		if after := value.Repr(want) + value.Repr(got); after != before {
			t.Errorf("%s became %s", before, after)
		}
	})
}
