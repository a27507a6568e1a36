package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// found are the problems of a text, each as "line:column: what", a warning with
// a ! before it.
func found(t *testing.T, text string, s Surroundings) []string {
	t.Helper()
	all, _ := foundWithAdvice(t, text, s)
	return all
}

// foundWithAdvice is found, and the same with what to do.
func foundWithAdvice(t *testing.T, text string, s Surroundings) (all, advised []string) {
	t.Helper()
	parse := document.ParseJSON
	if !strings.HasPrefix(text, "{") {
		parse = document.ParseYAML
	}
	doc, list := parse("e", []byte(text))
	if doc == nil {
		t.Fatal(list)
	}
	for _, p := range append(list, doc.Problems(Check(doc.Value, s))...) {
		line := fmt.Sprintf("%d:%d: %s", p.At.Line, p.At.Column, p.What)
		if p.Warning {
			line = "!" + line
		}
		all, advised = append(all, line), append(advised, line+"; "+p.Do)
	}
	return all, advised
}

func TestTopLevel(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"[]", []string{"1:1: an empty experiment is not an experiment"}},
		{"~", []string{"1:1: an empty experiment is not an experiment"}},
		{"[1]", []string{"1:1: an experiment must be an object, and it is a list"}},
		{"x: 1", []string{"1:1: experiment requires a title", "1:1: experiment requires a description",
			"1:1: an experiment requires a method, which can be empty for only checking steady state hypothesis"}},
		{"chaoslib-version: '1'\nexperiment: {title: T}", []string{"1:1: this is the journal of a run, and not an experiment"}},
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
		if !strings.HasPrefix(got[i], "!") || !strings.HasSuffix(got[i], fmt.Sprintf("the key '%s' is not known and is ignored", key)) {
			t.Errorf("got %s, want a warning of %q", got[i], key)
		}
	}
}

// A name that is no variable stays as it is written, in the toolkit too. In the arguments
// of a process it may be one of the shell.
func TestReferences(t *testing.T) {
	for name, text := range map[string]string{"one text": "${no}", "many texts": "${no}, x"} {
		e := value.MapOf("title", strings.Repeat("${no}", 5*mostReferences), "method", []any{})
		if name == "many texts" {
			e.Set("title", "T")
			e.Set("method", []any{value.MapOf("type", "action", "name", "n", "provider", value.MapOf("type", "process", "path", "echo", "arguments", slices.Repeat([]any{text}, 5*mostReferences)))})
			e.Set("configuration", value.MapOf("nO", int64(1)))
		}
		if n := len(Check(e, surroundings())); n > mostReferences+10 {
			t.Errorf("%s: %d findings", name, n)
		}
	}
	_, got := foundWithAdvice(t, `title: Is ${limt} fine in $limt and $${limt}?
description: ${no}
configuration: {limit: 5, port: "${no}"}
secrets: {g: {token: x, given: y}}
steady-state-hypothesis:
  title: T
  probes:
  - {type: probe, name: "${no}", tolerance: "${lmit}", provider: {type: http, url: "http://h:${port}/${tokn}", headers: {A: ["${token}${give}"]}, timeout: "${a}"}}
method:
- {type: action, name: n, pauses: {before: "${limit}", after: "${b}"}, provider: {type: process, path: echo, arguments: ["${HOME}", "${ports}", "$${lim}"]}}
- {type: probe, name: m, tolerance: {type: regex, pattern: "${c}$"}, provider: {type: python, module: os.path, func: exists, arguments: {path: "${d} ${given}"}}}
`, surroundings())
	want := []string{"1:8 ${limt} did you mean '${limit}'?", "1:8 $limt did you mean '${limit}'?", "8:45 ${lmit} did you mean '${limit}'?",
		"8:84 ${tokn} did you mean '${token}'?", "8:126 ${give} did you mean '${given}'?", "8:156 ${a} correct the name, or declare it there",
		"10:63 ${b} correct the name, or declare it there", "10:133 ${ports} did you mean '${port}'?",
		"11:60 ${c} correct the name, or declare it there", "11:144 ${d} correct the name, or declare it there"}
	var lines []string
	for _, g := range got {
		lines = append(lines, strings.NewReplacer("!", "", ": ", " ", " is neither in configuration nor in secrets, so it stays as it is;", "").Replace(g))
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// Advice is for YAML and JSON alike: it is in neither format.
func TestAdviceHasNoFormat(t *testing.T) {
	for _, text := range []string{"{}", "[]", "{x: 1}", "{title: [], tags: x, extensions: [{x: 1}], method: [{x: 1}], steady-state-hypothesis: {probes: [{x: 1}]}, controls: [{}], runtime: 5}",
		"{method: [{type: x, provider: {type: http, headers: 1, timeout: x}}, {type: probe, proof: 1, provider: {type: python}}, {provider: {type: process}}]}"} {
		for _, f := range Check(valueOf(t, text), surroundings()) {
			if strings.ContainsAny(f.Do, "\"{}") {
				t.Errorf("%s: %s", f.What, f.Do)
			}
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
	want := []string{"!5:52: path 'nope' cannot be found, in activity ''", "!6:48: the URL 'x' does not begin with http:// or https://", "!7:37: unknown provider type 'x'",
		"8:30: a provider must have a type", "9:6: the probe of this configuration key has no provider", "!10:69: process arguments as an object are deprecated"}
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
	s.Inspect = func([]worker.Reference) ([][]problem.Finding, error) { return nil, errors.New("there is no Python") }
	text := frame + "controls: [{name: c, provider: {type: python, module: m}}]\nmethod:\n- {type: probe, name: p, provider: {type: python, module: m, func: f}}\n" +
		"- {type: probe, name: q, provider: {type: python, module: m, func: g}}\n- {type: probe, name: r, provider: {type: python, module: os, func: getcwd}}\n"
	if got, want := found(t, text, s), []string{"5:59: there is no Python"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	text = frame + "method:\n- {type: action, name: p, provider: {type: python, module: os, func: rname}}\n- {type: probe, name: q, provider: {type: python, module: os.pth, func: exist}}\n"
	_, got := foundWithAdvice(t, text, s)
	if want := []string{"4:60: 'os.rname' needs Python, and Python cannot be asked; did you mean 'os.rename'? It needs none",
		"5:59: 'os.pth.exist' needs Python, and Python cannot be asked; did you mean 'os.path.exists'? It needs none"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	text = frame + "method:\n- {type: action, name: p, provider: {type: python, module: os, func: mkdir, arguments: {path: d, mode: 448}}}\n"
	doc, _ := document.ParseYAML("e", []byte(text))
	all := doc.Problems(Check(doc.Value, s))
	if len(all) != 1 || all[0].What != "there is no Python" || all[0].Do != "install Python 3, or name an interpreter with --python; without Python, os.mkdir takes path, with plain texts" {
		t.Errorf("got %+v", all)
	}
	s.Inspect = func([]worker.Reference) ([][]problem.Finding, error) { panic("nothing to ask") }
	found(t, frame+"method:\n- {type: probe, name: r, provider: {type: python, module: os, func: getcwd}}\n", s)
}

// The settings name strategies as an experiment does.
func TestSettings(t *testing.T) {
	for text, want := range map[string]string{
		"{}": "",
		"runtime: {rollbacks: {strategy: always}, hypothesis: {strategy: skip}}": "",
		"controls: [1]\nruntime: null":                                           "",
		"runtime:\n  hypothesis:\n    strategy: zzz":                             `s.yaml:3:15: there is no hypothesis strategy "zzz"; choose one of: default, before-method-only`,
		"runtime: {rollbacks: {strategy: [always]}}":                             `s.yaml:1:33: there is no rollbacks strategy ["always"]; choose one of: default, always`,
		"runtime: [x]": "s.yaml:1:10: runtime must be an object, and it is a list; write keys and values",
		"runtime: {rollback: {strategy: always}}": `s.yaml:1:11: warning: the key 'rollback' is not known and is ignored; did you mean 'rollbacks'?`,
	} {
		doc, list := document.ParseYAML("s.yaml", []byte(text))
		if doc == nil {
			t.Fatal(list)
		}
		if got := doc.Problems(Settings(doc.Map())).Error(); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestAdvice(t *testing.T) {
	for path, want := range map[string]string{"${p}": "${name} is not replaced", "~/p": "~ has no meaning", "p": "install the program"} {
		doc, _ := document.ParseYAML("e", []byte(frame+"method: [{type: probe, name: p, provider: {type: process, path: '"+path+"'}}]"))
		if got := Check(doc.Value, surroundings()); len(got) != 1 || !strings.Contains(got[0].Do, want) {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func valueOf(t *testing.T, text string) any {
	t.Helper()
	doc, list := document.ParseYAML("e", []byte(text))
	if doc == nil {
		t.Fatal(list)
	}
	return doc.Value
}
