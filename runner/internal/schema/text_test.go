package schema

import (
	"fmt"
	"slices"
	"testing"

	"chaosworkshop.example/runner/internal/experiment"
)

// TestExperimentTexts compares on the words that a key knows, and on texts that
// come near its limits.
func TestExperimentTexts(t *testing.T) {
	const activity = "title: t\ndescription: d\nmethod:\n- name: n\n  type: action\n  provider: {type: process, path: p}\n  "
	const provider = "title: t\ndescription: d\nmethod:\n- name: n\n  type: action\n  "
	const http = provider + "provider:\n    type: http\n    url: http://h/\n    "
	const tolerance = "title: t\ndescription: d\nmethod: []\nsteady-state-hypothesis:\n  title: h\n" +
		"  probes:\n  - {name: n, type: probe, provider: {type: process, path: p}, tolerance: %s}"
	const top = "title: t\ndescription: d\nmethod: []\n"
	c := comparison{schema: compile(t, "experiment")}
	for text, words := range map[string][]string{
		top + "runtime: {hypothesis: {strategy: %s}}": append(slices.Clone(experiment.HypothesisStrategies), "continuous", "Default", "never"),
		top + "runtime: {rollbacks: {strategy: %s}}":  append(slices.Clone(experiment.RollbackStrategies), "Always", "skip"),
		top + "configuration: {a: {type: env, key: K, env_var_type: %s}}": {"str", "string", "int", "integer", "float",
			"number", "bool", "boolean", "bytes", "json", "Int", "list", "null"},
		top + "configuration: {a: {type: %s}}": {"env", "probe", "vault", "file", "process"},
		top + "secrets: {g: {s: {type: %s}}}":  {"env", "probe", "vault", "file"},
		top + "controls: [{name: n, %s}]":      {"scope: before", "provider: {type: python, module: m}", "provider: {}", "provider: {type: http}"},
		top + "tags: [%s]":                     {`""`, `" "`, "yes", "'yes'", "1", ""},
		top + "extensions: [%s]":               {"{name: ' '}", "{name: a}", "{}", "", "{name: ''}", "text"},
		activity + "proof: %s":                 {"throughout", "always", "true", "Throughout"},
		activity + "pauses: {before: %s}":      {"0", "0.0", "-1", "-0.5", "1e-3", "'${a}'", "'${}'", "'${a'", "'a${b}'", "'${a}b'", "'${a} ${b}'", "'5'", "$a"},
		activity + "background: %s":            {"true", "yes", "'true'", "1"},
		provider + "provider: {type: %s}":      {"http", "process", "python", "HTTP", "shell"},
		http + "method: %s":                    {"get", "POST", "X-Y", "'GET '", "'GE T'", "${m}", "a/b", "'!#$'", "null"},
		http + "timeout: %s":                   {"0", "0.1", "-1", "'5'", "${t}", "[1, 2]", "[1]", "[1, 2, 3]", "[0, 1]", "[null, 1]", "['${a}']", "[['${a}']]", "[a, b]", "true", "[]"},
		http + "headers: {A: %s}":              {"b", "' b'", "\"\\tb\"", "\"a\\nb\"", "\"a\\tb\"", "\"a\\x7f\"", "'${x} '", "' ${x}'", "[a]", "[$a]", "[[$a]]", "null", "1"},
		http + "arguments: %s":                 {"{}", "[]", "[1]", "[[1]]", "[[a, b]]", "[[a, b, c]]", "[$a]", "[[$a]]", "text", "''", "5", "0"},
		http + "method: POST\n    headers: {Content-Type: application/json}\n    arguments: %s": {"5", "[1]", "text", "true"},
		http + "method: POST\n    headers: {Content-Type: text/plain}\n    arguments: %s":       {"5", "[1]", "text", "true"},
		http + "method: POST\n    headers: {Content-Type: $type}\n    arguments: %s":            {"5", "[1]"},
		http + "method: POST\n    headers: {content-type: application/json}\n    arguments: %s": {"5", "[1]"},
		http + "method: Get\n    headers: {Content-Type: application/json}\n    arguments: %s":  {"5", "[1]"},
		provider + "provider:\n    type: http\n    url: %s": {"http://h", "HTTPS://h", "'http://'", "'http:///p'", "ftp://h", "h/p", "${u}", "$u/p",
			"${s}://h", "'http://${h}'", "http:/h", "'://h'", "'ht${x}tp://h'", "'a:b${x}://h'", "'http://h:80'", "' http://h'", "'http:///${p}'", "'http://?q'", "'http://?${q}'", "'http://#f'", "h/${p}", "ftp://${h}"},
		provider + "provider: {type: process, path: p, arguments: %s}":          {"[]", "[1, null]", "text", "''", "{}", "{a: b}", "5", "true", "null"},
		provider + "provider:\n    type: process\n    path: p\n    timeout: %s": {"5", "-1", "0.5", "true", "'5'", "${t}", "[1, 2]", "null"},
		tolerance: {"5", "-5", "0.5", "1e400", "''", "[]", "[a]", "{type: regex, pattern: a}", "{type: regex}", "{type: jsonpath, path: $.a}",
			"{type: jsonpath, path: ' '}", "{type: range, range: [1, 2]}", "{type: range, range: [1]}", "{type: range, range: ['1', 2]}",
			"{type: range, range: [true, 2]}", "{type: probe}", "{type: equal}", "{}", "{type: probe, name: n, provider: {type: process, path: p}}"},
	} {
		for _, word := range words {
			filled := fmt.Sprintf(text, word)
			doc := parse("e.yaml", []byte(filled))
			if doc == nil {
				t.Fatalf("this is no YAML:\n%s", filled)
			}
			c.compare(t, filled, checkExperiment(doc), doc.Value)
		}
	}
	c.end(t, 150)
}
