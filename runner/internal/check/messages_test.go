package check

import (
	"fmt"
	"strings"
	"testing"
)

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
	const configured = "configuration: {port: 1, my-port: 2}\nsecrets: {g: {token: x}}\n"
	named := func(text string) string {
		mark, text, _ := strings.Cut(text, "§")
		return configured + probe("{type: python, module: os, func: getenv, arguments: {key: "+mark+"§'"+text+"'}}")
	}
	tests := []struct{ text, want string }{
		{"tags: [a, §5]\nmethod: []", "experiment tags must be a non-empty string"},
		{"tags: §abc\nmethod: []", "!experiment tags are text"},
		{"extensions: [§{x: 1}]\nmethod: []", "All extensions require a non-empty name"},
		{"configuration: §[]\nmethod: []", "configuration must be an object, and it is a list"},
		{"configuration: {k: §{type: env, key: KIT_UNSET}}\nmethod: []",
			"configuration makes reference to an environment key that does not exist: KIT_UNSET"},
		{"configuration: {k: {type: env, key: KIT_SET, env_var_type: §int4}}\nmethod: []",
			`the value of KIT_SET cannot be converted: 'int4' is not a type, which are str, int, float, bool, bytes and json`},
		{"secrets: {g: {k: §{type: env, key: KIT_UNSET}}}\nmethod: []", "secrets make reference to an environment key that does not exist: KIT_UNSET"},
		{"secrets: {g: §x}\nmethod: []", "the group 'g' of secrets must be an object, and it is text"},
		{"steady-state-hypothesis: §{}\nmethod: []", "hypothesis requires a title"},
		{"steady-state-hypothesis:§\nmethod: []", "steady-state-hypothesis must be an object, and it is empty (null)"},
		{"method: []\nsteady-state-hypothesis: {title: T, probes: [§{type: probe, name: p, provider: {type: process, path: 'true'}}]}", "hypothesis probe must have a tolerance entry"},
		{"method: []\nsteady-state-hypothesis: {title: T, probes: [{ref: §p, tolerance: 1}]}", "referenced activity 'p' could not be found in the experiment"},
		{"rollbacks: []", "an experiment requires a method, which can be empty for only checking steady state hypothesis"},
		{"method:§", "method must be a list of activities, and it is empty (null)"},
		{"method: [§{}]", "empty activity is no activity"},
		{"method: [§5]", "an activity must be an object, and it is the number 5"},
		{"method: [{ref: §''}]", "reference to activity must be non-empty strings"},
		{"method: [{ref: §q}, {type: probe, name: quu, provider: {type: process, path: 'true'}}]",
			"referenced activity 'q' could not be found in the experiment"},
		{"method: [{ref: a, name: b}, {type: probe, name: a, provider: {type: process, path: 'true'}}, {ref: §b}]",
			"referenced activity 'b' could not be found in the experiment"},
		{"method: []\nconfiguration: {k: {type: §evn, key: KIT_SET}}", "!there is no type 'evn', so this object is the value itself; did you mean 'env'?"},
		{"method: []\nsecrets: {g: {k: {type: §Env, key: KIT_SET}}}", "!there is no type 'Env', so this object is the value itself; did you mean 'env'?"},
		{"method: [{type: probe, name: §5, provider: {type: process, path: 'true'}}]", "!the name should be text, and it is a number; write text"},
		{"method: []\nsteady-state-hypothesis: {title: §yes, probes: []}", "!the title should be text, and it is true or false"},
		{"method: []\nrollbacks: [{ref: §nope}]", "referenced activity 'nope' could not be found in the experiment"},
		{"method: [§{name: n, provider: {type: process, path: 'true'}}]", "an activity must have a type"},
		{"method: [{type: §prob, name: n, provider: {type: process, path: 'true'}}]", "'prob' is not a supported activity type; did you mean 'probe'?"},
		{"method: [{type: §x, name: n, provider: {type: process, path: 'true'}}]", "'x' is not a supported activity type; choose one of: probe, action"},
		{"method: [§{type: probe, provider: {type: process, path: 'true'}}]", "an activity must have a name"},
		{"method: [{type: probe, name: §[n], provider: {type: process, path: 'true'}}]", "the name of an activity must be text, and it is a list"},
		{"method: [§{type: probe, name: n}]", "an activity requires a provider"},
		{"method: [{type: probe, name: n, provider: §{path: x}}]", "a provider must have a type"},
		{"method: [{type: probe, name: n, provider: {type: §smtp}}]", "unknown provider type 'smtp'; choose one of: http, process, python"},
		{"method: [{type: probe, name: n, provider: {type: §pyton}}]", "unknown provider type 'pyton'; did you mean 'python'?"},
		{"§methods: []", "!the key 'methods' is not known and is ignored; did you mean 'method'?"},
		{"method: []\n§hypothesis: {title: T}", "!the key 'hypothesis' is not known and is ignored; did you mean 'steady-state-hypothesis'?"},
		{"method: []\n§steady_state_hypothesis: {title: T}", "!the key 'steady_state_hypothesis' is not known and is ignored; did you mean 'steady-state-hypothesis'?"},
		{"method: []\n§undo: []", "!the key 'undo' is not known and is ignored; did you mean 'rollbacks'?"},
		{"method: []\n§rollback: []", "!the key 'rollback' is not known and is ignored; did you mean 'rollbacks'?"},
		{"method: []\n§-type: probe", "!the key '-type' starts with -, and is no list item; write a space after the -"},
		{probe("{type: process, path: echo, §args: [a]}"), "!the key 'args' is not known and is ignored; did you mean 'arguments'?"},
		{probe("{type: http, url: 'http://h/', method: §gte}"), "!'GTE' is not one of the usual HTTP methods; did you mean 'GET'?"},
		{probe("{type: http, url: 'http://h/', method: §PURGE}"), "!'PURGE' is not one of the usual HTTP methods; choose one of: GET"},
		{"method: [{type: probe, name: n, timeout: §x, provider: {type: process, path: 'true'}}]", "activity timeout must be a number"},
		{"method: [{type: probe, name: n, timeout: §3, provider: {type: process, path: 'true'}}]", "!the timeout of an activity has no effect"},
		{"method: [{type: probe, name: n, background: §null, provider: {type: process, path: 'true'}}]", "activity background must be a boolean"},
		{"method: [{type: probe, name: n, pauses: §3, provider: {type: process, path: 'true'}}]",
			"pauses must be an object with before and after, and it is the number 3"},
		{"method: [{type: probe, name: n, pauses: {before: §1s}, provider: {type: process, path: 'true'}}]",
			"activity before pause must be a number or a pattern to a variable from the configuration or secrets"},
		{"method: [{type: probe, name: n, pauses: {after: §-1}, provider: {type: process, path: 'true'}}]",
			"activity after pause must be a number or a pattern to a variable from the configuration or secrets"},
		{probe("§{type: http}"), "a HTTP activity must have a URL"},
		{probe("{type: http, url: §x}"), "the URL 'x' does not begin with http:// or https://"},
		{probe("{type: http, url: 'http://h/', headers: §[a]}"), "a HTTP activities expect headers as a mapping"},
		{probe("{type: http, url: 'http://h/', headers: {A: §1}}"), `the header "A" is 1, not text`},
		{probe("{type: http, url: 'http://h/', timeout: §'5'}"), `the timeout "5" is not a number of seconds above 0`},
		{probe("{type: http, url: 'http://h/', method: §null}"), "the method null is no HTTP method"},
		{probe("{type: http, url: 'http://h/', arguments: §5}"), "the arguments are 5, not an object"},
		{probe("{type: http, url: 'http://h/', expected_status: §200}"), "!expected_status has no effect"},
		{probe("§{type: process}"), "a process activity must have a path"},
		{probe("{type: process, path: §nope}"), "path 'nope' cannot be found, in activity 'p'"},
		{probe("{type: process, path: echo, arguments: §5}"), "process arguments must be a list or text, and they are 5"},
		{probe("{type: process, path: echo, arguments: §{a: 1}}"), "!process arguments as an object are deprecated"},
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
			"the arguments of a Python function must be an object, and it is empty (null)"},
		{steady("§1.5"), "hypothesis probe tolerance must either be an integer, a string, a boolean, a list or an object, and it is a number"},
		{steady("{type: §x}"), "hypothesis probe tolerance type 'x' is unsupported; choose one of: regex, jsonpath, range, probe"},
		{steady("{type: §regexp, pattern: a}"), "hypothesis probe tolerance type 'regexp' is unsupported; did you mean 'regex'?"},
		{steady("§'0'"), "!the tolerance is never met: it is compared with the whole output of the process probe"},
		{steady("§['0', '1']"), "!the tolerance is never met: it is compared with the status, and no item is a number; write numbers without quotes"},
		{"method: [{type: probe, name: n, tolerance: §['200'], provider: {type: http, url: 'http://h/'}}]", "!the tolerance is never met: it is compared with the status"},
		{"method: [{type: probe, name: n, tolerance: §'True', provider: {type: python, module: os, func: getcwd}}]", "!the tolerance is text, and true or false as an answer never equals text"},
		{steady("§{type: regex}"), "hypothesis regex probe tolerance must have a `pattern` key"},
		{steady("{type: range, range: §[1]}"), "hypothesis range sequence must be made of two values"},
		{steady("{type: jsonpath, path: §''}"), "hypothesis probe tolerance JSON path cannot be empty"},
		{steady("{type: probe, name: q, provider: §{type: python, func: f}}"), "a Python activity must have a module path, in activity 'q'"},
		{steady("{type: regex, pattern: a, target: stdout, §expct: b}"), `!the key 'expct' is not known and is ignored`},
		{steady("§true"), "!the tolerance is never met: it is compared with the whole output of the process probe, which is an object with status, stdout and stderr"},
		{steady("§{type: regex, pattern: a}"), "!the tolerance cannot be measured: the output of the process probe is an object with status, stdout and stderr"},
		{steady("{type: probe, name: q, provider: {type: §process, path: 'true'}}"), "!the tolerance is always met: any answer of a process probe counts as true"},
		{"method: [{type: probe, name: n, tolerance: §1.5, provider: {type: process, path: 'true'}}]",
			"!hypothesis probe tolerance must either be an integer, a string, a boolean, a list or an object, and it is a number, so it proves nothing"},
		{"method: [{type: probe, name: n, proof: §often, provider: {type: process, path: 'true'}}]", `proof can only be throughout, and it is "often"`},
		{"method: [{type: probe, name: n, proof: §throughout, provider: {type: process, path: 'true'}}]",
			"!proof only has an effect on a probe of the method that has a tolerance"},
		{named("§${prot}"), "!${prot} is neither in configuration nor in secrets, so it stays as it is; did you mean '${port}'?"},
		{named("§$prot"), "!$prot is neither in configuration nor in secrets, so it stays as it is; did you mean '${port}'?"},
		{named("§${port"), "!${port has no closing }, so it stays as it is; did you mean '${port}'?"},
		{named("§http://h/${prot"), "!${prot has no closing }, so it stays as it is; did you mean '${port}'?"},
		{named("§${shop"), "!${shop has no closing }, so it stays as it is; write ${shop}, and declare it in the configuration"},
		{named("§${ port }"), "!${ port } stays as it is: such a name has only letters, digits and _; did you mean '${port}'?"},
		{named("§${my-port}"), "!${my-port} stays as it is: such a name has only letters, digits and _; give the variable another name, as in my_port"},
		{configured + probe("{type: http, url: §'http://h/{port}'}"), "!{port} stays as it is; did you mean '${port}'?"},
		{configured + probe("{type: http, url: §'http://h/$(port)'}"), "!$(port) stays as it is; did you mean '${port}'?"},
		{configured + probe("{type: http, url: §'http://h/{{ port }}'}"), "!{{ port }} stays as it is; did you mean '${port}'?"},
		{configured + probe("{type: process, path: echo, arguments: [a, §'${port']}"), "!${port has no closing }, so it stays as it is; did you mean '${port}'?"},
		{configured + probe("{type: process, path: echo, arguments: §'a $prot'}"), "!$prot is neither in configuration nor in secrets, so it stays as it is; did you mean '${port}'?"},
		{configured + probe("{type: python, module: os, func: getcwd, secrets: [g, §h]}"), "!there is no group 'h' of secrets; choose one of: g"},
		{configured + probe("{type: python, module: os, func: getcwd, secrets: §grp}"), "!the secrets of a provider must be a list of groups, and they are text; write a list, as in [name]"},
		{"method: [{type: probe, name: n, serves: §1, provider: {type: process, path: 'true'}}]", "serves must be the path of a file, and it is the number 1"},
		{"method: [{type: probe, name: n, serves: §f, provider: {type: process, path: 'true'}}]", "!serves only has an effect on an http probe of the hypothesis"},
		{controls("§{provider: {type: python, module: json}}"), "A control must have a `name` property"},
		{controls("§{name: c}"), "Control 'c' must have a `provider` property"},
		{controls("{name: c, scope: §post, provider: {type: python, module: json}}"), "Control 'c' scope property must be 'before' or 'after' only"},
		{controls("{name: c, provider: §{type: python}}"), "Control 'c' must have a module path"},
		{controls("{name: c, provider: {type: python, module: §nope}}"), "!could not find Python module 'nope' in activity 'c'"},
		{controls("{ref: §nope}"), "Control reference 'nope' declaration cannot be found"},
		{"method: []\nruntime: {rollbacks: {strategy: §allways}}", `there is no rollbacks strategy "allways"`},
		{"method: []\nruntime: {hypothesis: §x}", "runtime.hypothesis must be an object, and it is text"},
	}
	for _, test := range tests {
		if strings.Contains(test.want, `": `) {
			t.Errorf("%s: this is JSON, and the file is YAML", test.want)
		}
		text, place := marked(frame + test.text)
		want := place + ": " + strings.TrimPrefix(test.want, "!")
		if strings.HasPrefix(test.want, "!") {
			want = "!" + want
		}
		_, got := foundWithAdvice(t, text, surroundings())
		missing := 0
		if strings.Contains(want, "'methods'") {
			missing = 1 // the method
		}
		if len(got) != 1+missing || !strings.HasPrefix(got[missing], want) {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}
