package main_test

import (
	"fmt"
	"slices"
	"strings"
)

// flags gives each flag that takes a number or a word what is none.
func flags() (all []input) {
	numbers := []string{"", "x", "-1", "0", "NaN", "Inf", "1e999", "1e-300", "0x10", "1_000", "٣", " 5", strings.Repeat("9", 5000)}
	for _, command := range []string{"run in/ok.yaml --hypothesis-frequency", "run in/ok.yaml --fail-fast --fail-fast-ratio", "run in/ok.yaml --max-time", "run in/ok.yaml --max-output", "demo none --root in --port", "live none --root in --port"} {
		for _, number := range numbers {
			all = append(all, input{args: append(strings.Fields(command), number)})
		}
	}
	words := []string{"", "x", "\x1b[31m", "alway", strings.Repeat("x", 100_000)}
	for _, command := range []string{"run in/ok.yaml --dry", "run in/ok.yaml --rollback-strategy", "run in/ok.yaml --hypothesis-strategy", "--color", "run in/ok.yaml --log-format", "run in/ok.yaml --log-file-level",
		"report in/journal.json --format", "schema", "completion", "help", "run in/ok.yaml --change-dir", "live none --root in --host", "exercise --root in --exercise"} {
		for _, word := range words {
			all = append(all, input{args: append(strings.Fields(command), word)})
		}
	}
	for _, text := range []string{"", "=", "a", "a:int=x", "a:int=1e3", "a:float=nan", "a:json={", "a:json=" + strings.Repeat("[", 100_000), "a:x=1", ":=", "a\x1b=1", "a:int=" + strings.Repeat("9", 5000), "a:bytes=\xff"} {
		all = append(all, input{args: []string{"validate", "in/ok.yaml", "--var", text}})
	}
	return all
}

// environments are such as no program wants.
func environments() (all []input) {
	run := []string{"run", "in/ok.yaml"}
	for _, variable := range []string{"HOME=", "HOME=/none", "HOME=/dev/null", "TMPDIR=/none", "TMPDIR=/dev/null", "PATH=", "PATH=.:/none", "TERM=\x1b[31m", "LANG=x", "COLUMNS=999999999999", "COLUMNS=-1", "PWD=/none",
		"GODEBUG=x", "GOMAXPROCS=x", "GOTRACEBACK=crash", "CHAOSWORKSHOP_MAKE=\x1b[31m", "CHAOSWORKSHOP_IN=perl", "VIRTUAL_ENV=/none", "EXCHANGE_PORT=x", "TZ=/dev/zero", "TZ=x", "=x", "A"} {
		all = append(all, input{given: variable + " run in/ok.yaml", args: run, env: []string{variable}})
	}
	all = append(all, input{given: "a large environment, run in/ok.yaml", args: run, env: []string{"A=" + strings.Repeat("x", 100_000)}})
	probe := map[string]string{"e.yaml": experimentOf(`{type: http, url: "http://127.0.0.1:1/", timeout: 1}`, "200")}
	for _, variable := range []string{"HTTP_PROXY=x", "HTTP_PROXY=http://127.0.0.1:1", "http_proxy=ftp://h", "HTTP_PROXY=http://[::1", "SSL_CERT_FILE=/dev/zero", "SSL_CERT_FILE=/none"} {
		all = append(all, input{given: variable + " run e.yaml", args: []string{"run", "e.yaml"}, env: []string{variable}, files: probe})
	}
	for _, text := range []string{"A", "=", "A\x00=b", "A=b\x00", strings.Repeat("A=b\n", 100_000), "A=" + strings.Repeat("x", 3_000_000), "PATH=", "HOME=/none\nTMPDIR=/none"} {
		all = append(all, input{given: "run e.yaml --var-file env, which is " + text, args: []string{"run", "e.yaml", "--var-file", "env"},
			files: map[string]string{"env": text, "e.yaml": experimentOf("{type: process, path: /bin/true}", "0")}})
	}
	return all
}

// addresses lead nowhere.
func addresses() (all []input) {
	for _, address := range []string{"http://", "http:///x", "http://[::1", "http://[::1]x", "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "http://127.0.0.1:1/", "https://127.0.0.1:1/", "ftp://127.0.0.1/", "file:///etc/passwd",
		"http://.h/", "http://h h/", "http://\x1b[31m/", "HTTP://127.0.0.1:1", "http://me:hunter2@127.0.0.1:1/", "http://127.0.0.1:1/%zz", "http://127.0.0.1:1/" + strings.Repeat("x", 100_000), "://", "a://b", "javascript:alert(1)", "-", "--", ""} {
		all = append(all, input{args: []string{"validate", address}})
		provider := `{type: http, timeout: 1, url: "` + strings.ReplaceAll(address, "\x1b", `\e`) + `"}`
		all = append(all, input{given: "run e.yaml, whose probe asks " + address, args: []string{"run", "e.yaml"}, files: map[string]string{"e.yaml": experimentOf(provider, "200")}})
	}
	return all
}

// programsOfOthers are started by a probe, and do what they like.
func programsOfOthers() (all []input) {
	for _, given := range []struct{ provider, tolerance string }{
		{`{type: process, path: /none}`, "0"},
		{`{type: process, path: in/folder.yaml}`, "0"},
		{`{type: process, path: in/ok.yaml}`, "0"},
		{`{type: process, path: ""}`, "0"},
		{`{type: process, path: /bin/true, arguments: "a\0b"}`, "0"},
		{`{type: process, path: /bin/true, arguments: {"": {}}}`, "0"},
		{`{type: process, path: /bin/true, timeout: x}`, "0"},
		{`{type: process, path: /bin/true, timeout: -1}`, "0"},
		{`{type: process, path: sh, arguments: [-c, "kill -9 $$"]}`, "0"},
		{`{type: process, path: sh, arguments: [-c, "exit 255"]}`, "0"},
		{`{type: process, path: sleep, arguments: "60", timeout: 0.2}`, "0"},
		{`{type: process, path: sh, arguments: [-c, "trap '' TERM INT; while :; do :; done"], timeout: 0.2}`, "0"},
		{`{type: process, path: sh, arguments: [-c, "head -c 500000000 /dev/zero"]}`, "0"},
		{`{type: process, path: sh, arguments: [-c, "head -c 5000000 /dev/zero"]}`, "{type: regex, pattern: '^a+$', target: stdout}"},
		{`{type: process, path: sh, arguments: [-c, "yes '[' | head -c 10000000 | tr -d '\\n'"]}`, "{type: jsonpath, path: '$..a', target: stdout}"},
		{`{type: process, path: sh, arguments: [-c, "printf 'a%.0s' $(seq 5000)"]}`, "{type: regex, pattern: '^(a+)+(?=b)$', target: stdout}"},
		{`{type: process, path: sh, arguments: [-c, "printf '\\033]0;evil\\007\\033[2J'"]}`, "{type: regex, pattern: x, target: stdout}"},
		{`{type: process, path: sh, arguments: [-c, "echo 1"]}`, "{type: range, range: [2, 1], target: stdout}"},
		{`{type: process, path: sh, arguments: [-c, "echo 1"]}`, "{type: regex, pattern: '(', target: stdout}"},
		{`{type: process, path: sh, arguments: [-c, "echo 1"]}`, "{type: jsonpath, path: '$[', target: stdout}"},
		{`{type: process, path: sh, arguments: [-c, "echo 1e400"]}`, "{type: range, range: [1, 2], target: stdout}"},
		{`{type: python, module: os, func: rename, arguments: {src: "a\0", dst: b}}`, "true"},
		{`{type: python, module: os.path, func: exists, arguments: {path: "\0"}}`, "true"},
		{`{type: python, module: time, func: sleep, arguments: {secs: -1}}`, "true"},
		{`{type: python, module: "../x", func: "y()"}`, "true"},
	} {
		all = append(all, input{given: "run e.yaml: " + given.provider + " " + given.tolerance, args: []string{"run", "e.yaml", "--python", "in/none"}, files: map[string]string{"e.yaml": experimentOf(given.provider, given.tolerance)}})
	}
	return all
}

// projects are none, or have targets that are none.
func projects() (all []input) {
	const frame = "title: T\nstart: START\nready: {url: 'http://127.0.0.1:${port}/', within: WITHIN}\nexperiment: e.yaml\nexpect: held\n"
	for _, start := range []string{"[/none]", "[in]", "[/bin/true]", "[/bin/false]", "[sleep, '60']", "['']", "['a\\0b']", "x", `[sh, -c, "head -c 100000000 /dev/zero | tr '\\\\0' y; exit 1"]`, "[sh, -c, 'trap \"\" TERM; sleep 60']"} {
		within := "10s"
		if strings.Contains(start, "sleep") { // which never gets ready
			within = "300ms"
		}
		all = append(all, input{given: "demo mine --root project, which starts " + start, args: []string{"demo", "mine", "--root", "."},
			files: map[string]string{"e.yaml": explores, "targets/mine.yaml": strings.NewReplacer("START", start, "WITHIN", within).Replace(frame)}})
	}
	for _, name := range []string{"", ".", "..", "../ok", "/etc/passwd", "a/b", "a\x1b", "-", strings.Repeat("x", 100_000)} {
		all = append(all, input{args: []string{"demo", "--root", "in", name}}, input{args: []string{"validate", "in/targets/" + name}})
	}
	for _, command := range []string{"targets", "diff", "stop", "reset", "exercises", "exercise", "watch", "hint", "solution", "rehearse", "live weak", "demo weak"} {
		all = append(all, input{args: strings.Fields(command)}, input{args: append(strings.Fields(command), "--root", "in/pipe.yaml")})
	}
	return all
}

// odds are commands that are none.
func odds() (all []input) {
	for _, args := range [][]string{{"x"}, {"rum"}, {""}, {"\x1b[31m"}, {strings.Repeat("x", 100_000)}, {"--x"}, {"-x"}, {"--", "run"}, {"run"}, {"run", "a", "b"}, {"run", "--journal-path"}, {"run", "in/ok.yaml", "--dry="}, {"run", "in/ok.yaml", "--fail-fast=x"},
		{"validate"}, {"report"}, {"report", "in/journal.json", "in/journal.json", "--format", "junit", "-o", "x.html"}, {"demo"}, {"init", "x.json", "--no-input"}, {"init"}, {"watchdog"}, {"--change-dir", "/none", "run", "x"}, {"--change-dir"}, {"run", "in/ok.yaml", "--interactive"}, {"live"}} {
		all = append(all, input{args: args})
	}
	return all
}

// larges are within the limits, and almost beyond them.
func larges() (all []input) {
	text := func(mb int, program string) string {
		return fmt.Sprintf(`{type: process, path: sh, arguments: [-c, "%s | head -c %d"]}`, program, mb*1_000_000)
	}
	regex := "{type: regex, pattern: 'jumps.*it', target: stdout}"
	for given, e := range map[string]string{
		"50 MB of text, and a regular expression": experimentOf(text(50, "yes the quick brown fox jumps over it"), regex),
		"60 MB that are not UTF-8":                experimentOf(text(60, `yes the quick brown fox jumps over it | tr q '\\351'`), regex),
		"40 MB of signs, and a login":             experimentOf(text(40, `(echo //a:b@h; yes qbqbqbqb) | tr q '\\351'`), regex),
		"60 MB of JSON":                           experimentOf(`{type: process, path: sh, arguments: [-c, "echo '['; yes '[0,' | head -c 60000000"]}`, "{type: jsonpath, path: $.a, target: stdout}"),
		"four outputs of 60 MB":                   strings.Replace(experimentOf("{type: process, path: 'true'}", "0"), "method: []", "method:\n"+strings.Repeat("- {type: probe, name: p, provider: "+text(60, "yes the quick brown fox")+"}\n", 4), 1),
	} {
		all = append(all, input{given: "run e.yaml, with " + given, args: []string{"run", "e.yaml"}, files: map[string]string{"e.yaml": e}})
	}
	slices.SortFunc(all, func(a, b input) int { return strings.Compare(a.given, b.given) })
	numbered := func(n int, form string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, form, i)
		}
		return b.String()
	}
	for _, one := range []struct{ given, text string }{{"960,000 lines", strings.Repeat("- a\n", 960_000)}, {"650,000 keys", numbered(650_000, "k%d: 1\n")}, {"1,900,000 keys", numbered(1_900_000, "k%d: 1\n")}, {"900,000 anchors", numbered(900_000, "- &a%d x\n")}} {
		all = append(all, input{given: "validate e.yaml, of " + one.given, args: []string{"validate", "e.yaml"}, files: map[string]string{"e.yaml": one.text}})
	}
	values := func(arguments int) string {
		return `{"title": "T", "description": "D", "configuration": {"a": "` + strings.Repeat("x", 1<<20) + `"}, "method": [{"type": "action", "name": "a", "provider": {"type": "process", "path": "true", "arguments": [` +
			strings.TrimSuffix(strings.Repeat(`"`+strings.Repeat("${a}", 60)+`", `, arguments), ", ") + `]}}]}`
	}
	secret := `{"title": "T", "description": "D", "secrets": {"g": {"k": "` + strings.Repeat("ab", 2_000_000) + `"}}, "method": []}`
	for _, one := range []struct{ given, text string }{{"an argument of 60 MiB", values(1)}, {"40 arguments of 60 MiB", values(40)}, {"a secret of 4 MB", secret}} {
		all = append(all, input{given: "run e.json, with " + one.given, args: []string{"run", "e.json"}, files: map[string]string{"e.json": one.text}})
	}
	return append(all, input{given: "validate e.json, with a title of 7,000,000 ${a}", args: []string{"validate", "e.json"},
		files: map[string]string{"e.json": `{"title": "` + strings.Repeat("${a}", 7_000_000) + `", "description": "D", "configuration": {"a": "x"}, "method": []}`}})
}
