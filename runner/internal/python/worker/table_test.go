package worker

import (
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// row is a call that the toolkit makes too. Where ours is meant to differ, ours
// says what comes of it; else it is what the toolkit has recorded.
type row struct {
	module, function string
	arguments        *value.Map
	configuration    *value.Map
	secrets          *value.Map
	groups           []any
	tolerance        any
	ours             string
}

func (r row) name() string {
	var text strings.Builder
	text.WriteString(r.module + "." + r.function + value.JSON(r.arguments))
	for _, m := range []*value.Map{r.configuration, r.secrets} {
		if m != nil {
			text.WriteString(value.JSON(m))
		}
	}
	if r.groups != nil {
		text.WriteString(value.Repr(r.groups))
	}
	if r.tolerance != nil {
		text.WriteString(" within " + value.Repr(r.tolerance))
	}
	return text.String()
}

func (r row) call() Call {
	return Call{Activity: "it", Module: r.module, Func: r.function, Arguments: r.arguments,
		Configuration: r.configuration, Secrets: r.secrets, Groups: r.groups, Judged: r.tolerance != nil}
}

func acting(function string, arguments ...any) row {
	return row{module: "acts", function: function, arguments: value.MapOf(arguments...)}
}

func gives(which, ours string) row {
	r := acting("values", "which", which)
	r.ours = ours
	return r
}

func fails(how, ours string) row {
	r := acting("fail", "how", how)
	r.ours = ours
	return r
}

func judged(which string, tolerance any, ours string) row {
	r := gives(which, ours)
	r.tolerance = tolerance
	return r
}

func rows() []row {
	configuration := value.MapOf("word", "w", "n", int64(5))
	secrets := value.MapOf("a", value.MapOf("k", "1", "l", "2"), "b", value.MapOf("l", "3"))
	given := func(function string, groups []any, arguments ...any) row {
		r := acting(function, arguments...)
		r.configuration, r.secrets, r.groups = configuration, secrets, groups
		return r
	}
	return []row{
		acting("echo"), acting("echo", "value", value.MapOf("a", []any{int64(1), 1.0, nil, true, "\u00fc\n\"", &value.Map{}})),
		gives("big", ""), gives("floats", ""), gives("not finite", ""), gives("order", ""), gives("tuple", ""), gives("pair", ""),
		gives("keys", ""), gives("words", ""), gives("date", ""), gives("moment", ""), gives("decimal", ""), gives("uuid", ""),
		gives("level", ""),
		gives("set", `returned "{1}", noted a value of type set`),
		gives("bytes", `returned "b'\\x00caf\\xc3\\xa9'"`),
		gives("thing", `returned "<a thing>", noted a value of type Thing`),
		gives("nested thing", `returned {"status": 200, "raw": "<a thing>"}, noted a value of type Thing`),
		gives("circle", `returned ["[[...]]"], noted a value of type list`),
		gives("tuple key", `returned {"(1, 2)": "a"}, noted a value of type tuple`),
		gives("exception", `returned "ValueError('x')", noted a value of type ValueError`),
		gives("half surrogate", "returned \"\uFFFD\""),
		judged("decimal", value.MapOf("type", "range", "range", []any{int64(1), int64(2)}), "returned 1.5"),
		judged("whole", int64(3), "returned 3"),
		judged("set", true, "raised TypeError: the function returned a value of type set, which no tolerance can be compared with"),
		judged("nested thing", int64(200), `returned {"status": 200, "raw": "<a thing>"}, noted a value of type Thing`),
		judged("tuple", int64(1), ""),
		given("configured", nil), given("anything", []any{"a"}, "x", int64(1)), given("maybe_configured", nil, "x", nil),
		given("maybe_configured", []any{"a", "b"}, "x", nil), given("maybe_configured", []any{}, "x", nil),
		given("maybe_configured", []any{"none"}, "x", nil), given("maybe_configured", nil, "x", int64(1), "secrets", "mine"),
		given("wrapped", nil, "x", int64(1)), acting("configured"), acting("cached", "x", int64(1)), acting("partial"), acting("keyword_only", "x", int64(1)),
		acting("environment", "name", "NO_SUCH_VARIABLE"), acting("path"), acting("main_thread"), acting("read"), acting("change_folder", "to", "sub"),
		fails("value", ""), fails("own", ""), fails("inner", ""), fails("empty", ""), fails("lines", ""), fails("key", ""),
		fails("system", ""), fails("chained", ""), fails("syntax", ""), fails("chaoslib", ""), fails("interrupt", ""),
		fails("exit", "stopped SystemExit 3"), fails("exit without", "stopped SystemExit None"),
		fails("exit with text", "stopped SystemExit stop it"), fails("ctrl-c", "stopped KeyboardInterrupt x"),
		fails("cancelled", "failed 'it' cannot be carried out: asyncio.exceptions.CancelledError: bye"),
		{module: "acts", function: "leave_gracefully", ours: "stopped SystemExit 20"},
		{module: "acts", function: "asynchronous", ours: "raised TypeError: the function returned a coroutine, and nothing of it has run"},
		{module: "acts", function: "generator", ours: "raised TypeError: the function returned a generator, and nothing of it has run"},
		{module: "acts", function: "die", arguments: value.MapOf("code", int64(3)),
			ours: "failed Python died while 'it' was under way: it ended with exit code 3, and printed last: last words; check whether it left something unfinished; a function must return or raise, and not end its process"},
		acting("echo", "valeu", int64(1)), acting("configured", "x", int64(1)), acting("ask"),
		{module: "math", function: "sqrt", arguments: value.MapOf("x", int64(4))},
		{module: "acts", function: "no_such", ours: "failed 'it' cannot be carried out: AttributeError: module 'acts' has no attribute 'no_such'"},
		{module: "no_such", function: "f", ours: "failed 'it' cannot be carried out: ModuleNotFoundError: No module named 'no_such'"},
		{module: "broken_value", function: "f", ours: "failed 'it' cannot be carried out: ValueError: while it was imported"},
		{module: "broken_exit", function: "f", ours: "stopped SystemExit 3"},
	}
}

// worded tells whether CPython 3.11 has words for it that other versions have not.
func worded(name string) bool {
	return strings.Contains(name, "valeu") || strings.HasPrefix(name, "math.sqrt") || strings.HasPrefix(name, "time.sleep")
}

// reference is what the toolkit's validation says something about.
type reference struct {
	module, function string
	arguments        *value.Map
	ours             string
}

func references() []reference {
	none := &value.Map{}
	return []reference{
		{"acts", "echo", none, ""}, {"acts", "configured", none, ""}, {"acts", "maybe_configured", value.MapOf("x", nil, "secrets", "x"), ""},
		{"acts", "maybe_configured", none, ""}, {"acts", "maybe_configured", value.MapOf("y", int64(1), "x", int64(1)), ""},
		{"acts", "maybe_configured", value.MapOf("y", int64(1)), "required argument 'x' is missing from activity 'maybe_configured'; argument 'y' is not part of the function signature in activity 'maybe_configured'"},
		{"acts", "anything", value.MapOf("x", nil), ""}, {"acts", "keyword_only", none, ""}, {"acts", "wrapped", value.MapOf("x", int64(1)), ""},
		{"acts", "wrapped", none, ""}, {"acts", "cached", value.MapOf("x", int64(1)), ""}, {"acts", "partial", none, ""},
		{"acts", "Thing", none, ""}, {"acts", "no_such", none, ""}, {"acts", "os", none, ""}, {"acts", "asynchronous", none, ""},
		{"no_such", "f", none, ""}, {"acts.deeper", "f", none, ""}, {"broken_import", "f", none, ""},
		{"math", "sqrt", value.MapOf("x", int64(4)), "the arguments of 'it' do not fit the function sqrt: 'x' parameter is positional only, but was passed as a keyword"},
		{"time", "sleep", value.MapOf("x", int64(4)), "valid"}, {"os", "rename", value.MapOf("src", "x"), ""},
		{"broken_value", "f", none, "the Python module 'broken_value' cannot be imported, in activity 'it': ValueError: while it was imported"},
		{"broken_syntax", "f", none, "the Python module 'broken_syntax' cannot be imported, in activity 'it': SyntaxError: invalid syntax (broken_syntax.py, line 1)"},
		{"broken_exit", "f", none, "the Python module 'broken_exit' cannot be imported, in activity 'it': SystemExit: 3"},
		{".relative", "f", none, "the Python module '.relative' cannot be imported, in activity 'it': TypeError: the 'package' argument is required to perform a relative import for '.relative'"},
	}
}
