package tolerance

import (
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

func typed(kind string, pairs ...any) *value.Map {
	return value.MapOf(append([]any{"type", kind}, pairs...)...)
}

func TestWanted(t *testing.T) {
	list := func(items ...any) []any { return items }
	http := value.MapOf("status", int64(500))
	for _, c := range []struct {
		tolerance, output any
		want              string
	}{
		{int64(200), http, "200"},
		{true, nil, "true"},
		{"ok", nil, `"ok"`},
		{list(int64(200), int64(503)), http, "200 or 503"},
		{list(int64(200), int64(503)), int64(3), "between 200 and 503"},
		{list("a", "c"), "b", `between "a" and "c"`},
		{list(int64(200)), http, "200"},
		{list(int64(200), int64(201), int64(204)), int64(3), "200, 201 or 204"},
		{list(), http, "one of an empty list, so nothing is accepted"},
		{typed("regex", "pattern", `^\d+"$`, "target", "stdout"), nil, `a match for "^\d+"$" in stdout`},
		{typed("regex", "pattern", "x\ny"), nil, `a match for "x\ny"`},
		{typed("range", "range", list(int64(1), int64(5)), "target", "body"), nil, "between 1 and 5 in body"},
		{typed("range", "range", list(int64(1))), nil, `{"type": "range", "range": [1]}`},
		{typed("jsonpath", "path", "$.a"), nil, "a match for $.a"},
		{typed("jsonpath", "path", "$.a", "count", int64(1)), nil, "1 match for $.a"},
		{typed("jsonpath", "path", "$.a", "count", int64(3)), nil, "3 matches for $.a"},
		{typed("jsonpath", "path", "$.a", "count", int64(3), "expect", "up", "target", "body"), nil, `"up" at $.a in body`},
		{typed("probe", "name", "is it up"), nil, `a true answer from the probe "is it up"`},
		{typed("strange"), nil, `{"type": "strange"}`},
		{"secret" + strings.Repeat("x", 500), nil, `"secret` + strings.Repeat("x", 500) + `"`}, // cut later, once it is masked
	} {
		if got := Parse(c.tolerance).Wanted(c.output); got != c.want {
			t.Errorf("%s for %s:\ngot  %s\nwant %s", value.Repr(c.tolerance), value.Repr(c.output), got, c.want)
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
		{typed("regex", "pattern", "x", "target", "body"), http, `"out of\r\norder"`},
		{typed("regex", "pattern", "x"), http, "the whole HTTP answer with status 500"},
		{typed("regex", "pattern", "x", "target", "stdout"), process(0), `"3 pods\n"`},
		{typed("regex", "pattern", "x", "target", "stdout"), "no mapping", `"no mapping"`},
		{typed("range", "range", nil, "target", "stdout"), process(0), `"3 pods\n"`},
		{typed("jsonpath", "path", "$.a[*]", "target", "body"), json, "2 matches: [1, 2]"},
		{typed("jsonpath", "path", "$.s", "target", "body"), json, `1 match: "down"`},
		{typed("jsonpath", "path", "$.s", "target", "body", "expect", "up"), json, `"down"`},
		{typed("jsonpath", "path", "$.x", "target", "body", "expect", "up"), json, "no match"},
		{typed("jsonpath", "path", "$.a[*]", "target", "body", "expect", "up"), json, "[1, 2]"},
		{typed("jsonpath", "path", "(", "target", "body"), json, "the whole HTTP answer with status 200"},
		{typed("probe", "name", "x"), nil, "null"},
		{"x", strings.Repeat("long ", 40) + "\x1b[2J", `"` + strings.Repeat("long ", 40) + `\u001b[2J"`}, // cut later, once it is masked
	} {
		if got := Parse(c.tolerance).Got(c.output); got != c.want {
			t.Errorf("%s for %s:\ngot  %s\nwant %s", value.Repr(c.tolerance), value.Repr(c.output), got, c.want)
		}
	}
}

func TestWarnings(t *testing.T) {
	probe := func(provider string) *value.Map {
		return typed("probe", "provider", value.MapOf("type", provider))
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
		{typed("regex", "pattern", "x"), "http", "cannot be measured"},
		{typed("range", "range", bounds(int64(1), int64(5))), "process", "cannot be measured"},
		{typed("regex", "pattern", "x", "target", "body"), "http", ""},
		{typed("regex", "pattern", "x"), "python", ""},
		{typed("jsonpath", "path", "$.status"), "http", ""},
		{typed("range", "range", bounds(int64(5), int64(1))), "python", "never met"},
		{typed("range", "range", bounds(int64(5), "x")), "python", ""},
		{typed("range"), "python", ""},
		{probe("http"), "python", "always met"},
		{probe("process"), "http", "always met"},
		{probe("python"), "http", ""},
	} {
		got := ""
		if all := Parse(c.tolerance).Warnings(c.provider); all != nil {
			got = all[0].What
		}
		if always := Parse(c.tolerance).AlwaysMet(); always != (c.want == "always met") {
			t.Errorf("%s: always met %v", value.Repr(c.tolerance), always)
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s of %s: %q, want %q", value.Repr(c.tolerance), c.provider, got, c.want)
		}
	}
}
