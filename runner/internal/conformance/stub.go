package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// stubs are stand-ins for what published experiments need and no machine has
// all of: Python modules, programs, environment variables.
type stubs struct {
	folder string
	env    []string
}

// Found by their spelling, because an experiment that cannot be parsed has to be
// tried as well. What is found by mistake does no harm.
var (
	moduleName   = mention("module", `[A-Za-z_][\w.]*`)
	functionName = mention("func", `[A-Za-z_]\w*`)
	programName  = mention("path", `[\w.-]+`)
	variableName = mention("key", `\w+`)
)

func mention(key, v string) *regexp.Regexp {
	return regexp.MustCompile(`["']?\b` + key + `["']?\s*:\s*["']?(` + v + `)["']?\s*(?:[,}\n#]|$)`)
}

// makeStubs writes the stand-ins for all that the experiments mention.
func makeStubs(folder string, experiments [][]byte) (*stubs, error) {
	all := func(name *regexp.Regexp) map[string]any {
		found := map[string]any{}
		for _, text := range experiments {
			for _, m := range name.FindAllSubmatch(text, -1) {
				found[string(m[1])] = nil
			}
		}
		return found
	}
	s := &stubs{folder: folder}
	var body strings.Builder
	for _, name := range sortedKeys(all(functionName)) {
		body.WriteString("def " + name + "(**kwargs):\n    pass\n\n\n")
	}
	for _, name := range sortedKeys(all(moduleName)) {
		if err := s.module(name, body.String()); err != nil {
			return nil, err
		}
	}
	for _, name := range sortedKeys(all(programName)) {
		if err := s.program(name); err != nil {
			return nil, err
		}
	}
	s.env = []string{"PYTHONPATH=" + filepath.Join(folder, "python"),
		"PATH=" + filepath.Join(folder, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")}
	for _, name := range sortedKeys(all(variableName)) {
		s.env = append(s.env, name+"=1") // which is a number and a text
	}
	return s, nil
}

// module makes every part of a dotted name a package with every function.
func (s *stubs) module(name, body string) error {
	parts := strings.Split(name, ".")
	if parts[0] == "os" { // which is Python's own
		return nil
	}
	path := filepath.Join(s.folder, "python")
	for _, part := range parts {
		path = filepath.Join(path, part)
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(path, "__init__.py"), []byte(body), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (s *stubs) program(name string) error {
	if _, err := exec.LookPath(name); err == nil || strings.Trim(name, ".") == "" {
		return nil
	}
	bin := filepath.Join(s.folder, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o755)
}
