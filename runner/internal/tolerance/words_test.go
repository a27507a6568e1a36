package tolerance

import (
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

func mapping(kind string, pairs ...any) *value.Map {
	return value.MapOf(append([]any{"type", kind}, pairs...)...)
}

func TestDescribe(t *testing.T) {
	list := func(items ...any) []any { return items }
	for _, c := range []struct {
		tolerance any
		want      string
	}{
		{int64(200), "200"},
		{true, "true"},
		{"ok", `"ok"`},
		{list(int64(200), int64(503)), "200 or 503"},
		{list(int64(0), int64(503)), "0 or 503"},
		{list(int64(100), int64(599)), "100 or 599"},
		{list(int64(100), int64(600)), "between 100 and 600"},
		{list(int64(1), int64(5)), "between 1 and 5"},
		{list(0.5, int64(200)), "between 0.5 and 200"},
		{list("a", "c"), `between "a" and "c"`},
		{list(int64(200)), "200"},
		{list(int64(200), int64(201), int64(204)), "200, 201 or 204"},
		{list(), "one of an empty list, which nothing is"},
		{mapping("regex", "pattern", "x", "target", "stdout"), `a match for "x" in stdout`},
		{mapping("regex", "pattern", "x\ny\x1b[31m"), "a match for \"x y\uFFFD[31m\""},
		{mapping("range", "range", list(int64(1), int64(5)), "target", "body"), "between 1 and 5 in body"},
		{mapping("jsonpath", "path", "$.a"), "a match for $.a"},
		{mapping("jsonpath", "path", "$.a", "count", int64(1)), "1 match for $.a"},
		{mapping("jsonpath", "path", "$.a", "count", int64(3)), "3 matches for $.a"},
		{mapping("jsonpath", "path", "$.a", "count", int64(3), "expect", "up", "target", "body"), `"up" at $.a in body`},
		{mapping("probe", "name", "is it up"), `a yes from the probe "is it up"`},
		{mapping("strange"), `{"type": "strange"}`},
	} {
		if got := Describe(c.tolerance); got != c.want {
			t.Errorf("%s: %q, want %q", value.Repr(c.tolerance), got, c.want)
		}
	}
}

func TestWantedKnowsTheOutput(t *testing.T) {
	bounds := []any{int64(1), int64(9)}
	for output, want := range map[any]string{
		int64(5):                        "between 1 and 9",
		value.MapOf("status", int64(3)): "1 or 9",
	} {
		if got := Wanted(bounds, output); got != want {
			t.Errorf("%s: %q, want %q", value.Repr(output), got, want)
		}
	}
}

func TestGot(t *testing.T) {
	http := value.MapOf("status", int64(500), "headers", &value.Map{}, "body", "out of\r\norder")
	process := func(code int64) *value.Map {
		return value.MapOf("status", code, "stdout", "3 pods\n", "stderr", "")
	}
	json := value.MapOf("status", int64(200), "body", `{"a": [1, 2], "s": "down"}`)
	for _, c := range []struct {
		tolerance, output any
		want              string
	}{
		{int64(200), http, "500"},
		{[]any{int64(200), int64(503)}, http, "500"},
		{int64(0), process(3), "exit code 3"},
		{int64(0), process(-9), "killed by signal 9"},
		{int64(0), "text", `"text"`},
		{true, false, "false"},
		{true, process(1), "the whole output of a process with exit code 1"},
		{"ok", http, "the whole HTTP answer with status 500"},
		{[]any{int64(1), int64(5)}, 7.5, "7.5"},
		{mapping("regex", "pattern", "x", "target", "body"), http, `"out of  order"`},
		{mapping("regex", "pattern", "x"), http, "the whole HTTP answer with status 500"},
		{mapping("regex", "pattern", "x", "target", "stdout"), process(0), `"3 pods"`},
		{mapping("regex", "pattern", "x", "target", "stdout"), "no mapping", `"no mapping"`},
		{mapping("range", "range", nil, "target", "stdout"), process(0), `"3 pods"`},
		{mapping("jsonpath", "path", "$.a[*]", "target", "body"), json, "2 matches: [1, 2]"},
		{mapping("jsonpath", "path", "$.s", "target", "body"), json, `1 match: "down"`},
		{mapping("jsonpath", "path", "$.s", "target", "body", "expect", "up"), json, `"down"`},
		{mapping("jsonpath", "path", "$.x", "target", "body", "expect", "up"), json, "no match"},
		{mapping("jsonpath", "path", "$.a[*]", "target", "body", "expect", "up"), json, "[1, 2]"},
		{mapping("jsonpath", "path", "(", "target", "body"), json, "the whole HTTP answer with status 200"},
		{mapping("probe", "name", "x"), nil, "null"},
		{"x", "\x1b[2J" + strings.Repeat("long ", 40), "\"\uFFFD[2Jlong " + strings.Repeat("long ", 12) + "lon…\""},
	} {
		if got := Got(c.tolerance, c.output); got != c.want {
			t.Errorf("%s for %s:\ngot  %s\nwant %s", value.Repr(c.tolerance), value.Repr(c.output), got, c.want)
		}
	}
}

func TestDoubts(t *testing.T) {
	probe := func(provider string) *value.Map {
		return mapping("probe", "provider", value.MapOf("type", provider))
	}
	bounds := func(low, high any) []any { return []any{low, high} }
	for _, c := range []struct {
		tolerance any
		provider  string
		want      string
	}{
		{true, "http", "never met"},
		{"ok", "process", "never met"},
		{true, "python", ""},
		{"${x}", "http", ""},
		{int64(200), "http", ""},
		{bounds(int64(200), int64(299)), "http", "the status 200 or 299, and none between"},
		{bounds(int64(200), int64(503)), "http", ""},
		{bounds(int64(0), int64(99)), "process", ""},
		{[]any{int64(200)}, "http", ""},
		{mapping("regex", "pattern", "x"), "http", "cannot be measured"},
		{mapping("range", "range", bounds(int64(1), int64(5))), "process", "cannot be measured"},
		{mapping("regex", "pattern", "x", "target", "body"), "http", ""},
		{mapping("regex", "pattern", "x"), "python", ""},
		{mapping("jsonpath", "path", "$.status"), "http", ""},
		{mapping("range", "range", bounds(int64(5), int64(1))), "python", "never met"},
		{mapping("range", "range", bounds(int64(5), "x")), "python", ""},
		{mapping("range"), "python", ""},
		{probe("http"), "python", "always met"},
		{probe("process"), "http", "always met"},
		{probe("python"), "http", ""},
	} {
		got := ""
		if all := Doubts(c.tolerance, c.provider); all != nil {
			got = all[0].What
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s of %s: %q, want %q", value.Repr(c.tolerance), c.provider, got, c.want)
		}
	}
}
