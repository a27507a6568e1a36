package target

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/problem"
)

const whole = `title: a service
build: [make, "${bin}/it${exe}"]
start: ["${bin}/it${exe}", --port, "${port}", "costs $5 and $${not this}"]
folder: services/it
port: 8080
ready:
  url: http://127.0.0.1:${port}/health
  status: 204
  within: 1m30s
environment:
  HOME_OF_IT: ${run}
experiment: it.json
expect: held
next: go home
`

func load(t *testing.T, text string) (*Target, problem.List) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "it.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	target, found := Load(path)
	for _, p := range found {
		p.At.File = filepath.Base(p.At.File)
	}
	return target, found
}

func TestLoad(t *testing.T) {
	it, found := load(t, whole)
	if len(found) > 0 {
		t.Fatal(found)
	}
	root, run := t.TempDir(), t.TempDir()
	here := it.In(Places{Root: root, Bin: "/bin", Run: run, Port: 9090})
	exe := map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]
	want := &Target{
		Name: "it", Title: "a service",
		Build:       []string{"make", "/bin/it" + exe},
		Start:       []string{"/bin/it" + exe, "--port", "9090", "costs $5 and ${not this}"},
		Folder:      filepath.Join(root, "services", "it"),
		Port:        8080,
		Ready:       Ready{"http://127.0.0.1:9090/health", 204, 90 * time.Second, false},
		Environment: map[string]string{"HOME_OF_IT": run},
		Experiment:  filepath.Join(root, "it.json"),
		Expect:      "held", Next: "go home",
		doc: it.doc, places: here.places,
	}
	if !reflect.DeepEqual(here, want) {
		t.Errorf("got  %+v\nwant %+v", here, want)
	}
	if it.Environment["HOME_OF_IT"] != "${run}" {
		t.Error("In changed the target that it was asked of")
	}

	running, found := load(t, "{title: t, url: 'https://h:8443/${bin}', experiment: '${port}', expect: held}")
	if len(found) > 0 {
		t.Fatal(found)
	}
	running = running.In(Places{Root: root, Bin: "b", Run: run, Port: 9090})
	if ready := (Ready{"https://h:8443/b", 0, 3 * time.Second, false}); running.URL != ready.URL || running.Ready != ready || filepath.Base(running.Experiment) != "8443" {
		t.Errorf("got %+v", running)
	}
	for address, want := range map[string]int{"https://h": 443, "http://h/:1": 80, "http://h:7": 7} {
		if port := portOf(address); port != want {
			t.Errorf("%s has the port %d", address, port)
		}
	}

	least, found := load(t, "{title: t, start: [x], ready: {url: 'http://h/'}, experiment: e.json, expect: deviated}")
	if len(found) > 0 {
		t.Fatal(found)
	}
	least = least.In(Places{Root: root, Run: run})
	if least.Folder != run || least.Ready.Within != 10*time.Second || least.Build != nil || least.Port != 0 {
		t.Errorf("got %+v", least)
	}
}

func TestLoadProblems(t *testing.T) {
	for _, test := range []struct {
		name, change, to string
		want             []string
	}{
		{"unknown key", "port:", "prot:", []string{`it.yaml:5:1: the key 'prot' is not known; did you mean 'port'?`}},
		{"unlike any key", "next:", "colour:", []string{`it.yaml:14:1: the key 'colour' is not known; choose one of: title, build,`}},
		{"unknown inner key", "status", "satus", []string{`it.yaml:8:3: the key 'satus' is not known in ready; did you mean 'status'?`}},
		{"unknown name", "${run}", "${rum}", []string{`it.yaml:11:15: ${rum} in environment.HOME_OF_IT is not known; did you mean '${run}'?`}},
		{"foreign name", "--port,", "'${HOME}',", []string{`it.yaml:3:28: ${HOME} in start[1] is not known; choose one of root, bin, exe, python, run, port, interval, or write $${HOME} for`}},
		{"build in a run", "make,", "'${run}/make',", []string{`it.yaml:2:9: ${run} in build[0] is not known; choose one of root, bin, exe`}},
		{"missing keys", whole, "next: x\nport: 1\n", []string{
			`it.yaml:1:1: the key 'title' is missing; add it`, `it.yaml:1:1: the key 'start' is missing`,
			`it.yaml:1:1: the key 'ready' is missing`, `it.yaml:1:1: the key 'experiment' is missing`, `it.yaml:1:1: the key 'expect' is missing`}},
		{"missing address", "  url: http://127.0.0.1:${port}/health\n", "", []string{`it.yaml:7:3: the key 'url' is missing`}},
		{"command as text", "[make, \"${bin}/it${exe}\"]", "make it", []string{`it.yaml:2:8: build must be a list of a program and its arguments, as in ["python3", "server.py"], and it is the text "make it"`}},
		{"empty command", "[make, \"${bin}/it${exe}\"]", "[]", []string{`it.yaml:2:8: build must be a list`}},
		{"empty program", "[make,", "['',", []string{`it.yaml:2:9: build names no program`}},
		{"number in a command", "--port,", "8080,", []string{`it.yaml:3:28: start[1] must be text, and it is the number 8080`}},
		{"port as text", "8080", "'8080'", []string{`it.yaml:5:7: port must be a whole number from 1 to 65535, and it is the text "8080"`}},
		{"port too large", "8080", "80800", []string{`it.yaml:5:7: port must be a whole number from 1 to 65535, and it is the number 80800`}},
		{"half a status", "204", "20.4", []string{`it.yaml:8:11: status must be a whole number from 100 to 599, and it is the number 20.4`}},
		{"time without unit", "1m30s", "90", []string{`it.yaml:9:11: within must be a time with its unit, as in 10s or 500ms, and it is the number 90`}},
		{"no time", "1m30s", "-1s", []string{`it.yaml:9:11: within must be a time`}},
		{"no address", "http://127.0.0.1", "127.0.0.1", []string{`it.yaml:7:8: this is not a URL that begins with http:// or https://; write one as in "http://127.0.0.1:${port}/"`}},
		{"environment as a list", "\n  HOME_OF_IT: ${run}", " [a]", []string{`it.yaml:10:14: environment must be an object of names and texts, and it is a list`}},
		{"environment with true", "${run}", "yes", []string{`it.yaml:11:15: environment.HOME_OF_IT must be text, and it is true or false; put quotes around it`}},
		{"environment with a number", "${run}", "1", []string{`it.yaml:11:15: environment.HOME_OF_IT must be text, and it is the number 1; put quotes around it`}},
		{"no name of a variable", "HOME_OF_IT", "HOME=IT", []string{`it.yaml:11:3: 'HOME=IT' cannot be the name of an environment variable`}},
		{"ready as text", "\n  url: http://127.0.0.1:${port}/health\n  status: 204\n  within: 1m30s", " yes", []string{`it.yaml:6:8: ready must be an object with url, status and within`}},
		{"no verdict", "held", "hold", []string{`it.yaml:13:9: expect cannot be 'hold'; did you mean 'held'?`}},
		{"nothing", "a service", "", []string{`it.yaml:1:7: title must be text, and it is empty; write text`}},
		{"empty text", "a service", "''", []string{`it.yaml:1:8: title is empty`}},
		{"two lines", "a service", "|\n  a\n  b", []string{`it.yaml:1:8: title has several lines`}},
		{"shell signs", "--port,", "'&',", []string{`it.yaml:3:28: warning: there is no shell here, so & is only an argument; leave it out, or write the command for a shell, as in [sh, -c, "..."]`}},
		{"open name", "${run}", "${rum", []string{`it.yaml:11:15: ${rum in environment.HOME_OF_IT has no closing }; did you mean '${run}'?`}},
		{"open foreign name", "--port,", "'${HOME',", []string{`it.yaml:3:28: ${HOME in start[1] has no closing }; write the }, or $${ for the text itself`}},
		{"address without the port", "${port}/health", "8080/health", []string{`it.yaml:7:8: warning: this address has no ${port}, so the answer may come from another program; write it as in "http://127.0.0.1:${port}/"`}},
		{"an experiment", whole, "title: T\nmethod: []\n", []string{`it.yaml:1:1: this is an experiment, and not a target; run it with the command run, or name it in the key experiment of a target`}},
		{"all at once", "held\nnext", "held!\nnexd", []string{`it.yaml:13:9: expect cannot be 'held!'`, `it.yaml:14:1: the key 'nexd'`}},
		{"url and start", "next:", "url: http://h/\nnext:", []string{`it.yaml:2:1: url and build do not go together; a target with url runs already: nothing is built, started or stopped; remove one of the two`,
			`it.yaml:3:1: url and start do not go together`, `it.yaml:5:1: url and port do not go together`}},
		{"up and start", "next:", "up: [x]\ndown: [y]\nnext:", []string{`it.yaml:3:1: up and start do not go together; up begins what start would; remove one of the two`, `it.yaml:3:1: down and start do not go together`}},
		{"up alone", "start:", "up:", []string{`it.yaml:1:1: the key 'down' is missing; add it`}},
		{"down alone", "start:", "down:", []string{`it.yaml:1:1: the key 'up' is missing; add it`}},
		{"empty down", "start:", "down: []\nup:", []string{`it.yaml:3:7: down must be a list of a program and its arguments`}},
		{"up and no ready", whole, "{title: t, up: [x], down: [y], experiment: e, expect: held}", nil},
		{"url without a scheme", whole, "{title: t, url: 'h:80', experiment: e, expect: held}", []string{`it.yaml:1:17: this is not a URL that begins with http:// or https://; write one as in "http://127.0.0.1:8080/"`}},
		{"url with a port that is not known", whole, "{title: t, url: 'http://h:${port}', experiment: e, expect: held}", []string{`it.yaml:1:17: ${port} in url is not known; choose one of root, bin, exe`}},
		{"url and two keys of others", whole, "{title: t, url: 'http://h', up: [x], source: a, original: b, experiment: e, expect: held}",
			[]string{`it.yaml:1:29: url and up do not go together`, `it.yaml:1:38: url and source do not go together`, `it.yaml:1:49: url and original do not go together`}},
		{"a list", whole, "[]", []string{`it.yaml:1:1: a target is an object, and this is a list`}},
		{"broken", "[make,", "[make", []string{`it.yaml:`}},
		{"twice", "next: go home", "next: a\nnext: b", []string{`it.yaml:15:1: warning: `}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(whole, test.change) {
				t.Fatal("the test changes nothing")
			}
			it, found := load(t, strings.Replace(whole, test.change, test.to, 1))
			wrong, _ := found.Split()
			if len(found) != len(test.want) || (it == nil) != (len(wrong) > 0) {
				t.Fatalf("got %v, want %q", found, test.want)
			}
			for i, p := range found {
				if !strings.HasPrefix(p.Error(), test.want[i]) || p.Code != problem.Invalid || p.Do == "" {
					t.Errorf("got  %v (code %d)\nwant %s", p, p.Code, test.want[i])
				}
			}
		})
	}
}

// TestTargetsOfTheKit: the files that come with the kit are valid, and build in
// the same way.
func TestTargetsOfTheKit(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "targets")
	for name, expect := range map[string]string{"weak": "deviated", "resilient": "held"} {
		path, err := Find(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		it, found := Load(path)
		if len(found) > 0 {
			t.Fatal(found)
		}
		if it.Expect != expect || it.Port != 8080 || it.Name != name {
			t.Errorf("%s: got %+v", name, it)
		}
		it = it.In(Places{Root: filepath.Join(folder, ".."), Bin: "bin", Run: "run", Port: 8081})
		if it.Environment["EXCHANGE_PORT"] != "8081" || it.Ready.URL != "http://127.0.0.1:8081/" {
			t.Errorf("%s: the port does not arrive: %+v", name, it)
		}
		for _, file := range []string{it.Experiment, filepath.Join(folder, "..", it.Build[len(it.Build)-1])} {
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestFind(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"weak.yaml", "strong.yml", "notes.txt", "weak.yml"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "old.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	for _, test := range []struct{ folder, name, path, problem string }{
		{folder, "weak", "weak.yaml", ""},
		{folder, "strong", "strong.yml", ""},
		{folder, "week", "", "did you mean 'weak'?"},
		{folder, "x", "", "choose one of: strong, weak"},
		{folder, "old", "", "choose one of: strong, weak"},
		{folder, "../weak", "", "did you mean 'weak'?"},
		{folder, "weak.yaml", "weak.yaml", ""},
		{folder, "weak.yml", "weak.yaml", ""},
		{folder, filepath.Join(folder, "strong.yml"), "strong.yml", ""},
		{folder, "week.yaml", "", "did you mean 'weak'?"},
		{folder, "weak.ymal", "weak.yaml", ""},
		{folder, filepath.Join(folder, "week.yaml"), "", "did you mean 'weak'?"},
		{folder, filepath.Join(empty, "weak.yaml"), "", "did you mean 'weak'?"},
		{empty, "weak", "", "write " + filepath.Join(empty, "NAME.yaml")},
		{filepath.Join(empty, "none"), "weak", "", "go to the folder of the project"},
	} {
		path, err := Find(test.folder, test.name)
		if test.problem == "" && (err != nil || path != filepath.Join(test.folder, test.path)) {
			t.Errorf("%s: got %q, %v", test.name, path, err)
		}
		if test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
			t.Errorf("%s: got %q, %v, want %s", test.name, path, err, test.problem)
		}
	}
}
