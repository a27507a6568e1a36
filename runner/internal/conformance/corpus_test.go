//go:build unix

package conformance

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var corpusFlag = flag.String("corpus", "", "a folder with published experiments and the toolkit's verdicts.tsv on them")

// TestCorpus validates published experiments, with stand-ins for the modules,
// programs and variables that they name, and compares with the verdicts that the
// toolkit gave under the like.
func TestCorpus(t *testing.T) {
	if *corpusFlag == "" {
		t.Skip("-corpus is not given; the cases of TestReplay cover validation")
	}
	p := programUnderTest(t)
	table, err := os.ReadFile(filepath.Join(*corpusFlag, "verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(table)), "\n")[1:]
	texts := make([]string, len(rows))
	for i, row := range rows {
		name, _, _ := strings.Cut(row, "\t")
		text, err := os.ReadFile(filepath.Join(*corpusFlag, "experiments", name))
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	env := standIns(t, strings.Join(texts, "\n"))
	for i, row := range rows {
		cells := strings.SplitN(row, "\t", 3)
		t.Run(cells[0], func(t *testing.T) {
			t.Parallel()
			c := &Case{Command: "validate", Source: cells[0], Env: env, Files: []txtar.File{{Name: cells[0], Data: []byte(texts[i])}}}
			got, err := p.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
			if err != nil {
				t.Fatal(err)
			}
			if valid := fmt.Sprint(got.outcome["exit"]) == "0"; valid != (cells[1] == "0") {
				t.Errorf("the toolkit: %s\nours:\n%s", strings.Join(cells[1:], " "), got.stderr)
			}
		})
	}
}

// standIns makes the Python modules, programs and variables that experiments
// name, and returns the environment that leads to them. Names are found by their
// spelling, because an experiment that cannot be parsed has to be tried as well.
// What is found by mistake does no harm.
func standIns(t *testing.T, experiments string) (env []string) {
	t.Helper()
	folder := t.TempDir()
	write := func(text string, path ...string) {
		name := filepath.Join(append([]string{folder}, path...)...)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	named := func(key, v string) map[string]bool {
		found := map[string]bool{}
		rx := regexp.MustCompile(`["']?\b` + key + `["']?\s*:\s*["']?(` + v + `)["']?\s*(?:[,}\n#]|$)`)
		for _, m := range rx.FindAllStringSubmatch(experiments, -1) {
			found[m[1]] = true
		}
		return found
	}
	var module strings.Builder
	for name := range named("func", `[A-Za-z_]\w*`) {
		module.WriteString("def " + name + "(**kwargs):\n    pass\n\n\n")
	}
	for name := range named("module", `[A-Za-z_][\w.]*`) {
		parts := strings.Split(name, ".")
		for i := range parts {
			if parts[0] != "os" { // which is Python's own
				write(module.String(), "python", filepath.Join(parts[:i+1]...), "__init__.py")
			}
		}
	}
	for name := range named("path", `[\w.-]+`) {
		if _, err := exec.LookPath(name); err != nil && strings.Trim(name, ".") != "" {
			write("#!/bin/sh\n", "bin", name)
		}
	}
	for name := range named("key", `\w+`) {
		env = append(env, name+"=1") // which is a number and a text
	}
	return append(env, "PYTHONPATH="+filepath.Join(folder, "python"), "PATH="+filepath.Join(folder, "bin")+":"+os.Getenv("PATH"))
}
