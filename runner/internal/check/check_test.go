package check

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// found are the problems of a text, each as "line:column: what", a warning with
// a ! before it.
func found(t *testing.T, text string, s Surroundings) []string {
	t.Helper()
	parse := document.ParseJSON
	if !strings.HasPrefix(text, "{") {
		parse = document.ParseYAML
	}
	doc, list := parse("e", []byte(text))
	if doc == nil {
		t.Fatal(list)
	}
	var all []string
	for _, p := range append(list, Check(doc, s)...) {
		line := fmt.Sprintf("%d:%d: %s", p.At.Line, p.At.Column, p.What)
		if p.Warning {
			line = "!" + line
		}
		all = append(all, line)
	}
	return all
}

const frame = "title: T\ndescription: D\n"

// marked takes the mark out of a text and returns its place; 1:1 without one.
func marked(text string) (plain, place string) {
	before, after, ok := strings.Cut(text, "§")
	if !ok {
		return text, "1:1"
	}
	line, column := strings.Count(before, "\n"), strings.LastIndex(before, "\n")
	return before + after, fmt.Sprintf("%d:%d", line+1, len(before)-column)
}

// TestMessages shows each message; § marks where it points.
func TestMessages(t *testing.T) {
	probe := func(provider string) string {
		return "method:\n- {type: probe, name: p, provider: " + provider + "}"
	}
	steady := func(tolerance string) string {
		return "method: []\nsteady-state-hypothesis:\n  title: T\n  probes:\n  - {type: probe, name: p, provider: {type: process, path: 'true'}, tolerance: " + tolerance + "}"
	}
	controls := func(control string) string { return "method: []\ncontrols:\n- " + control }
	tests := []struct{ text, want string }{
		{"tags: [a, §5]\nmethod: []", "experiment tags must be a non-empty string"},
		{"tags: §abc\nmethod: []", "!experiment tags are text"},
		{"extensions: [§{x: 1}]\nmethod: []", "All extensions require a non-empty name"},
		{"configuration: §[]\nmethod: []", "configuration must be a mapping, and it is a list"},
		{"configuration: {k: §{type: env, key: KIT_UNSET}}\nmethod: []",
			"configuration makes reference to an environment key that does not exist: KIT_UNSET"},
		{"configuration: {k: {type: env, key: KIT_SET, env_var_type: §int4}}\nmethod: []",
			`the value of KIT_SET cannot be converted: "int4" is not a type, which are str, int, float, bool, bytes and json`},
		{"secrets: {g: {k: §{type: env, key: KIT_UNSET}}}\nmethod: []", "secrets make reference to an environment key that does not exist: KIT_UNSET"},
		{"secrets: {g: §x}\nmethod: []", "the group 'g' of secrets must be a mapping, and it is text"},
		{"steady-state-hypothesis: §{}\nmethod: []", "hypothesis requires a title"},
		{"steady-state-hypothesis:§\nmethod: []", "steady-state-hypothesis must be a mapping, and it is empty (null)"},
		{"method: []\nsteady-state-hypothesis: {title: T, probes: [§{type: probe, name: p, provider: {type: process, path: 'true'}}]}", "hypothesis probe must have a tolerance entry"},
		{"method: []\nsteady-state-hypothesis: {title: T, probes: [{ref: §p, tolerance: 1}]}", "referenced activity 'p' could not be found in the experiment"},
		{"rollbacks: []", "an experiment requires a method, which can be empty for only checking steady state hypothesis"},
		{"method:§", "method must be a list of activities, and it is empty (null)"},
		{"method: [§{}]", "empty activity is no activity"},
		{"method: [§5]", "an activity must be a mapping, and it is the number 5"},
		{"method: [{ref: §''}]", "reference to activity must be non-empty strings"},
		{"method: [{ref: §q}, {type: probe, name: quu, provider: {type: process, path: 'true'}}]",
			"referenced activity 'q' could not be found in the experiment"},
		{"method: []\nrollbacks: [{ref: §nope}]", "referenced activity 'nope' could not be found in the experiment"},
		{"method: [§{name: n, provider: {type: process, path: 'true'}}]", "an activity must have a type"},
		{"method: [{type: §prob, name: n, provider: {type: process, path: 'true'}}]", "'prob' is not a supported activity type"},
		{"method: [§{type: probe, provider: {type: process, path: 'true'}}]", "an activity must have a name"},
		{"method: [{type: probe, name: §[n], provider: {type: process, path: 'true'}}]", "the name of an activity must be text, and it is a list"},
		{"method: [§{type: probe, name: n}]", "an activity requires a provider"},
		{"method: [{type: probe, name: n, provider: §{path: x}}]", "a provider must have a type"},
		{"method: [{type: probe, name: n, provider: {type: §smtp}}]", "unknown provider type 'smtp'"},
		{"method: [{type: probe, name: n, timeout: §x, provider: {type: process, path: 'true'}}]", "activity timeout must be a number"},
		{"method: [{type: probe, name: n, timeout: §3, provider: {type: process, path: 'true'}}]", "!the timeout of an activity has no effect"},
		{"method: [{type: probe, name: n, background: §null, provider: {type: process, path: 'true'}}]", "activity background must be a boolean"},
		{"method: [{type: probe, name: n, pauses: §3, provider: {type: process, path: 'true'}}]",
			"pauses must be a mapping with before and after, and it is the number 3"},
		{"method: [{type: probe, name: n, pauses: {before: §1s}, provider: {type: process, path: 'true'}}]",
			"activity before pause must be a number or a pattern to a variable from the configuration or secrets"},
		{"method: [{type: probe, name: n, pauses: {after: §-1}, provider: {type: process, path: 'true'}}]",
			"activity after pause must be a number or a pattern to a variable from the configuration or secrets"},
		{probe("§{type: http}"), "a HTTP activity must have a URL"},
		{probe("{type: http, url: §x}"), "the URL 'x' has no scheme"},
		{probe("{type: http, url: 'http://h/', headers: §[a]}"), "a HTTP activities expect headers as a mapping"},
		{probe("{type: http, url: 'http://h/', headers: {A: §1}}"), `the header "A" is 1, not text`},
		{probe("{type: http, url: 'http://h/', timeout: §'5'}"), `the timeout "5" is not a number of seconds above 0`},
		{probe("{type: http, url: 'http://h/', method: §null}"), "the method null is no HTTP method"},
		{probe("{type: http, url: 'http://h/', arguments: §5}"), "the arguments are 5, not a mapping"},
		{probe("{type: http, url: 'http://h/', expected_status: §200}"), "!expected_status has no effect"},
		{probe("§{type: process}"), "a process activity must have a path"},
		{probe("{type: process, path: §nope}"), "path 'nope' cannot be found, in activity 'p'"},
		{probe("{type: process, path: echo, arguments: §5}"), "process arguments must be a list or text, and they are 5"},
		{probe("{type: process, path: echo, arguments: §{a: 1}}"), "!process arguments as a mapping are deprecated"},
		{probe("{type: process, path: echo, timeout: §'${t}'}"), `the timeout "${t}" is not a number of seconds`},
		{probe("{type: process, path: echo, cwd: §/}"), "!a process provider has no cwd: the key is ignored"},
		{probe("§{type: python, func: f}"), "a Python activity must have a module path, in activity 'p'"},
		{probe("§{type: python, module: os}"), "a Python activity must have a function name, in activity 'p'"},
		{probe("{type: python, module: §nope, func: f}"), "could not find Python module 'nope' in activity 'p'"},
		{probe("{type: python, module: os, func: §stat}"), "The python module 'os' does not expose a function called 'stat' in probe 'p'"},
		{probe("{type: python, module: os, func: §remove}"), "required argument 'path' is missing from activity 'remove'"},
		{probe("{type: python, module: os, func: remove, arguments: {path: x, pth: §y}}"),
			"argument 'pth' is not part of the function signature in activity 'remove'"},
		{probe("{type: python, module: os, func: getcwd, arguments: §null}"),
			"the arguments of a Python function must be a mapping, and it is empty (null)"},
		{steady("§1.5"), "hypothesis probe tolerance must either be an integer, a string, a boolean, a list or a mapping, and it is a number"},
		{steady("{type: §x}"), "hypothesis probe tolerance type 'x' is unsupported"},
		{steady("§{type: regex}"), "hypothesis regex probe tolerance must have a `pattern` key"},
		{steady("{type: range, range: §[1]}"), "hypothesis range sequence must be made of two values"},
		{steady("{type: jsonpath, path: §''}"), "hypothesis probe tolerance JSON path cannot be empty"},
		{steady("{type: probe, name: q, provider: §{type: process}}"), "a process activity must have a path"},
		{steady("{type: regex, pattern: a, §targt: b}"), `!the key "targt" is not known and is ignored`},
		{"method: [{type: probe, name: n, tolerance: §1.5, provider: {type: process, path: 'true'}}]",
			"!hypothesis probe tolerance must either be an integer, a string, a boolean, a list or a mapping, and it is a number, so it proves nothing"},
		{"method: [{type: probe, name: n, proof: §often, provider: {type: process, path: 'true'}}]", `proof can only be throughout, and it is "often"`},
		{"method: [{type: probe, name: n, proof: §throughout, provider: {type: process, path: 'true'}}]",
			"!proof has an effect on a probe of the method with a tolerance alone"},
		{controls("§{provider: {type: python, module: json}}"), "A control must have a `name` property"},
		{controls("§{name: c}"), "Control 'c' must have a `provider` property"},
		{controls("{name: c, scope: §post, provider: {type: python, module: json}}"), "Control 'c' scope property must be 'before' or 'after' only"},
		{controls("{name: c, provider: §{type: python}}"), "Control 'c' must have a module path"},
		{controls("{name: c, provider: {type: python, module: §nope}}"), "!could not find Python module 'nope' in activity 'c'"},
		{controls("{ref: §nope}"), "Control reference 'nope' declaration cannot be found"},
		{"method: []\nruntime: {rollbacks: {strategy: §allways}}", `there is no rollbacks strategy "allways"`},
		{"method: []\nruntime: {hypothesis: §x}", "runtime.hypothesis must be a mapping, and it is text"},
	}
	for _, test := range tests {
		text, place := marked(frame + test.text)
		want := place + ": " + strings.TrimPrefix(test.want, "!")
		if strings.HasPrefix(test.want, "!") {
			want = "!" + want
		}
		if got := found(t, text, surroundings()); !slices.Equal(got, []string{want}) {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}

func TestTopLevel(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"[]", []string{"1:1: an empty experiment is not an experiment"}},
		{"~", []string{"1:1: an empty experiment is not an experiment"}},
		{"[1]", []string{"1:1: an experiment must be a mapping, and it is a list"}},
		{"x: 1", []string{"1:1: experiment requires a title", "1:1: experiment requires a description",
			"1:1: an experiment requires a method, which can be empty for only checking steady state hypothesis"}},
		{"title: ''\ndescription: 0\nmethod: []", []string{"1:8: experiment requires a title", "2:14: experiment requires a description"}},
	}
	for _, test := range tests {
		if got := found(t, test.text, surroundings()); !slices.Equal(got, test.want) {
			t.Errorf("%s\ngot  %q\nwant %q", test.text, got, test.want)
		}
	}
}

// Everything at once, in the order of the file.
func TestAllAtOnce(t *testing.T) {
	got := found(t, `{
  "title": "",
  "description": "D",
  "tags": [1],
  "configuration": null,
  "secrets": {"g": 5},
  "steady-state-hypothesis": {"probes": [{"type": "probe", "name": "p", "provider": {"type": "http"}}]},
  "method": [{"type": "x", "provider": {"type": "process", "path": "nope", "arguments": 5, "timeout": "1"}, "background": 1}, null],
  "rollbacks": [{"ref": "q"}],
  "runtime": {"rollbacks": {"strategy": "x"}}
}`, surroundings())
	var lines []string
	for _, g := range got {
		line, _, _ := strings.Cut(g, ":")
		lines = append(lines, line)
	}
	if want := []string{"2", "4", "5", "6", "7", "7", "7", "8", "8", "8", "8", "8", "8", "8", "9", "10"}; !slices.Equal(lines, want) {
		t.Errorf("got problems on the lines %v, want %v:\n%s", lines, want, strings.Join(got, "\n"))
	}
}

// A slip is found where the key that was meant is missing. Notes are nobody's
// business.
func TestKeys(t *testing.T) {
	got := found(t, frame+`
notes: free
owner: me
x-team: us
stady-state-hypothesis: {}
Tags: [a]
methods: []
method:
- {type: probe, name: n, time: later, comment: x, pauses: {befor: 1}, provider: {type: http, url: 'http://h/', header: {}, tiemout: 1, id: 5, urls: x}}
- {type: probe, nam: n, name: n, provider: {type: process, path: echo, argumnets: [a]}}
configuration: {k: {type: env, key: KIT_SET, defualt: 1}, l: {type: other, defualt: 1}}
`, surroundings())
	want := []string{"stady-state-hypothesis", "Tags", "befor", "header", "tiemout", "argumnets", "defualt"}
	if len(got) != len(want) {
		t.Fatalf("got %d warnings, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i, key := range want {
		if !strings.HasPrefix(got[i], "!") || !strings.HasSuffix(got[i], fmt.Sprintf("the key %q is not known and is ignored", key)) {
			t.Errorf("got %s, want a warning of %q", got[i], key)
		}
	}
}

// What a probe of the configuration cannot find is left out, so it is no error.
func TestConfigurationProbes(t *testing.T) {
	got := found(t, frame+`method: []
configuration:
  a: {type: probe, provider: {type: process, path: nope}}
  b: {type: probe, provider: {type: http, url: x}}
  c: {type: probe, provider: {type: x}}
  d: {type: probe, provider: {path: x}}
  e: {type: probe, name: p}
  f: {type: probe, provider: {type: process, path: echo, arguments: {a: 1}}}
`, surroundings())
	want := []string{"!5:52: path 'nope' cannot be found, in activity ''", "!6:48: the URL 'x' has no scheme", "!7:37: unknown provider type 'x'",
		"8:30: a provider must have a type", "9:6: the probe of this configuration key has no provider", "!10:69: process arguments as a mapping are deprecated"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestOverridesSatisfy(t *testing.T) {
	text := frame + "method: []\nconfiguration: {k: {type: env, key: KIT_UNSET}}"
	s := surroundings()
	if got := found(t, text, s); len(got) != 1 {
		t.Errorf("without --var: %q", got)
	}
	s.Overrides = variables.Overrides{Configuration: *value.MapOf("k", "v")}
	if got := found(t, text, s); len(got) != 0 {
		t.Errorf("with --var: %q", got)
	}
}

// Without an interpreter, activities cannot be told right from wrong, which is
// said once.
func TestWithoutAnInterpreter(t *testing.T) {
	s := surroundings()
	s.Inspect = func([]python.Reference) ([][]python.Mistake, error) { return nil, errors.New("there is no Python") }
	text := frame + "controls: [{name: c, provider: {type: python, module: m}}]\nmethod:\n- {type: probe, name: p, provider: {type: python, module: m, func: f}}\n" +
		"- {type: probe, name: q, provider: {type: python, module: m, func: g}}\n- {type: probe, name: r, provider: {type: python, module: os, func: getcwd}}\n"
	if got, want := found(t, text, s), []string{"5:59: there is no Python"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Inspect = func([]python.Reference) ([][]python.Mistake, error) { panic("nothing to ask") }
	found(t, frame+"method:\n- {type: probe, name: r, provider: {type: python, module: os, func: getcwd}}\n", s)
}

func TestAdvice(t *testing.T) {
	for path, want := range map[string]string{"${p}": "${name} is not replaced", "~/p": "~ has no meaning", "p": "install the program"} {
		doc, _ := document.ParseYAML("e", []byte(frame+"method: [{type: probe, name: p, provider: {type: process, path: '"+path+"'}}]"))
		if got := Check(doc, surroundings()); len(got) != 1 || !strings.Contains(got[0].Do, want) {
			t.Errorf("%s: %v", path, got)
		}
	}
}

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
		for _, p := range Check(doc, surroundings()) {
			if p.At.Line == 0 || p.What == "" || p.Code != problem.Invalid {
				t.Errorf("%+v", p)
			}
		}
	})
}
