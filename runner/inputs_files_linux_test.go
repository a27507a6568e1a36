package main_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

const (
	explores = "title: T\ndescription: D\nmethod: []\n"
	asking   = "title: T\ndescription: D\nmethod: []\nsteady-state-hypothesis:\n  title: S\n  probes: [{type: probe, name: asks, tolerance: TOLERANCE, provider: PROVIDER}]\n"
)

// experimentOf is an experiment whose probe has a provider and a tolerance.
func experimentOf(provider, tolerance string) string {
	return strings.NewReplacer("PROVIDER", provider, "TOLERANCE", tolerance).Replace(asking)
}

// broken are contents that are no experiment, no target, and no journal.
func broken() map[string]string {
	many := func(n int, text string) string { return strings.Repeat(text, n) }
	return map[string]string{
		"empty": "", "blank": " \n\t\n", "comment": "# nothing\n", "null": "null", "number": "12", "word": "hello", "list": "[1, 2]", "text": `"a"`,
		"cut": `{"title": "T", "method": [{"type": "ac`, "binary": "\x7fELF\x02\x00\x00\x01", "page": "<!DOCTYPE html>\n<html><body>404</body></html>\n",
		"merge":  "<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> main\n",
		"utf-16": "\xff\xfe{\x00}\x00", "odd-utf-16": "\xff\xfe{\x00}", "latin-1": "{\"title\": \"caf\xe9\"}", "bom": "\ufeff{}", "control": "{\"title\": \"\x1b[31m\"}",
		"escape": `{"title": "\u001b]0;evil\u0007\u202e"}`, "half": `{"title": "\ud800"}`, "twice": `{"title": "a", "title": "b"}`,
		"deep": many(100_000, "["), "deep-keys": many(2000, `{"a":`), "wide": "[" + many(2_100_000, "0,") + "0]", "digits": `{"title": ` + many(100_000, "9") + "}",
		"nan": `{"title": NaN, "duration": -Infinity}`, "huge-number": `{"duration": 1e999}`, "long-key": `{"` + many(1_000_000, "k") + `": 1}`, "quotes": many(1_000_000, `"`),
		"aliases": "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n" +
			"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n",
		"itself": "a: &a [*a]\n", "merges": "a: &a {<<: *a}\n", "tag": "a: !!python/object/apply:os.system [ls]\n", "anchors": many(20_000, "- &a x\n"), "second": "a: 1\n---\nb: 2\n", "tab": "a:\n\tb: 1\n",
		"dashes": many(200_000, "- "), "questions": many(100_000, "? "), "indented": many(3000, " ") + "a: 1", "block": "a: |\n" + many(100_000, " x\n"),
	}
}

// fixtures are the files that inputs name: things that are there and are not what they should be.
func fixtures(t *testing.T) string {
	in := t.TempDir()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(in, name) }
	write := func(name, text string) { must(os.WriteFile(at(name), []byte(text), 0o600)) }
	for _, ending := range []string{".json", ".yaml"} {
		for name, text := range broken() {
			write(name+ending, text)
		}
		must(makeStrange(in, ending))
	}
	write("ok.yaml", explores)
	write("python.yaml", experimentOf("{type: python, module: nowhere, func: nothing}", "true"))
	write("journal.json", `{"chaoslib-version": "1", "run": []}`)
	must(os.Symlink(".", at("targets")))
	return in
}

// makeStrange makes files that are no texts.
func makeStrange(folder, ending string) error {
	at := func(name string) string { return filepath.Join(folder, name+ending) }
	all := []error{os.Mkdir(at("folder"), 0o700), syscall.Mkfifo(at("pipe"), 0o600)}
	for name, to := range map[string]string{"endless": "/dev/zero", "random": "/dev/urandom", "nothing": "/dev/null", "full": "/dev/full", "circle": "circle" + ending, "nowhere": "none/x", "memory": "/proc/self/mem"} {
		all = append(all, os.Symlink(to, at(name)))
	}
	for name, size := range map[string]int64{"sparse": 1 << 40, "zeros": 31 << 20} {
		all = append(all, os.WriteFile(at(name), nil, 0o600), os.Truncate(at(name), size))
	}
	return errors.Join(all...)
}

// strange are the names of files that are something else than a text.
var strange = []string{"none", "folder", "pipe", "endless", "random", "nothing", "full", "circle", "nowhere", "memory", "sparse", "zeros", "ok.yaml/x", "\n\x1b[31mred", strings.Repeat("x", 300)}

// inputFiles gives each kind of strange file to each flag and command that reads one.
func inputFiles() (all []input) {
	for _, command := range []string{"validate", "run", "report", "recover", "validate in/ok.yaml --settings", "validate in/ok.yaml --var-file", "run in/ok.yaml --control-file", "demo --root in", "validate in/python.yaml --python"} {
		for _, name := range strange {
			file := "in/" + name + ".yaml"
			switch {
			case command == "report" || command == "recover":
				file = "in/" + name + ".json"
			case strings.HasPrefix(command, "demo"):
				file = name
			}
			all = append(all, input{args: append(strings.Fields(command), file)})
		}
	}
	return all
}

// outputFiles names places where nothing can be written.
func outputFiles() (all []input) {
	for _, command := range []string{"run in/ok.yaml --journal-path", "run in/ok.yaml --report", "run in/ok.yaml --log-file", "report in/journal.json -o", "init --no-input"} {
		for _, name := range []string{"out/none/x.yaml", "out/folder.yaml", "out/pipe.yaml", "out/full.yaml", "out/nothing.yaml", "out/circle.yaml", "out/nowhere.yaml", "out/zeros.yaml/x.yaml", strings.Repeat("x", 300) + ".yaml", ""} {
			if strings.Contains(command, "report") {
				name = strings.ReplaceAll(name, ".yaml", ".html")
			}
			all = append(all, input{args: append(strings.Fields(command), name)})
		}
	}
	return all
}

// documents gives each kind of broken text to what reads one.
func documents() (all []input) {
	for _, name := range slices.Sorted(maps.Keys(broken())) {
		for _, args := range [][]string{{"validate", "in/" + name + ".json"}, {"validate", "in/" + name + ".yaml"}, {"report", "in/" + name + ".json"}, {"recover", "in/" + name + ".json"}, {"demo", "--root", "in", name}} {
			all = append(all, input{args: args})
		}
		if strings.HasPrefix(name, "d") || strings.HasPrefix(name, "n") {
			for _, args := range []string{"validate in/ok.yaml --settings in/%.yaml", "validate in/ok.yaml --var-file in/%.json", "run in/ok.yaml --control-file in/%.yaml", "validate in/ok.yaml --var-file in/%"} {
				all = append(all, input{args: strings.Fields(strings.ReplaceAll(args, "%", name))})
			}
		}
	}
	return all
}
