// Package target builds and starts a system under test, waits until it is ready,
// and stops it with everything that it started. Targets are described in files,
// targets/NAME.yaml.
package target

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
)

// Target is a system that can be experimented on.
type Target struct {
	Name        string   // as in targets/NAME.yaml
	Title       string   // what it is, in one line
	Build       []string // the command that builds it; empty: nothing to build
	Start       []string // the command that starts it
	Folder      string   // where it runs, and the experiment with it
	Port        int      // the port that it prefers; 0: any
	Ready       Ready
	Environment map[string]string // variables for the service and for the experiment
	Experiment  string            // the experiment's file
	Expect      string            // the verdict that the experiment should have
	Next        string            // what to do after that; may be empty

	doc    *document.Document
	places Places
}

// Ready says how to find out that a service can be used.
type Ready struct {
	URL    string        // to request with GET, never through a proxy
	Status int           // of the answer when the service is ready; 0: any below 500
	Within time.Duration // how long the service may take; 10 s where the file does not say
}

// Places are the values of ${root}, ${bin}, ${run} and ${port} in a target. The
// folders are absolute.
type Places struct {
	Root string // the folder of the whole project
	Bin  string // the folder for programs that are built
	Run  string // the new folder of this run
	Port int    // the port that the service really gets
}

// The names that a text may hold as ${name}. A build does not know about one
// run: what it makes is for all of them.
func buildNames() []string { return []string{"root", "bin", "exe"} }
func runNames() []string   { return []string{"root", "bin", "exe", "run", "port"} }

// form finds ${name}, and $${ for a literal ${.
var form = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\$\{|\$\{([^}]*)\}`) })

// fill replaces each ${name} in a text.
func (p Places) fill(text string) string {
	values := map[string]string{"${root}": p.Root, "${bin}": p.Bin, "${run}": p.Run, "${port}": strconv.Itoa(p.Port), "$${": "${"}
	if runtime.GOOS == "windows" {
		values["${exe}"] = ".exe"
	}
	return form().ReplaceAllStringFunc(text, func(written string) string { return values[written] })
}

// In returns a copy of the target with each ${name} replaced by its value. Its
// Folder and Experiment are absolute; relative paths are taken from p.Root.
func (t *Target) In(p Places) *Target {
	here := *t
	here.places = p
	list := func(texts []string) (filled []string) {
		for _, text := range texts {
			filled = append(filled, p.fill(text))
		}
		return filled
	}
	file := func(text string) string {
		path := filepath.FromSlash(p.fill(text))
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.Root, path)
		}
		return filepath.Clean(path)
	}
	here.Title, here.Next = p.fill(t.Title), p.fill(t.Next)
	here.Build, here.Start = list(t.Build), list(t.Start)
	here.Folder, here.Experiment = file(t.Folder), file(t.Experiment)
	here.Ready.URL = p.fill(t.Ready.URL)
	here.Environment = maps.Clone(t.Environment)
	for name, text := range here.Environment {
		here.Environment[name] = p.fill(text)
	}
	return &here
}

// problem is a problem of this target, at the place of one of its keys.
func (t *Target) problem(key string, code int, what, do string) *problem.Problem {
	return &problem.Problem{At: t.doc.At(key), Code: code, What: what, Do: do}
}

// List returns the names of the targets in a folder, sorted. Its error is a
// problem with the code Invalid: the folder is missing, or cannot be read.
func List(folder string) ([]string, error) {
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, problem.New(problem.Invalid, "there is no folder "+folder, "go to the folder of the project, which has one with the targets")
	}
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "the targets cannot be listed", "check the folder and its permissions")
	}
	var names []string
	for _, f := range files {
		if ext := filepath.Ext(f.Name()); !f.IsDir() && (ext == ".yaml" || ext == ".yml") {
			names = append(names, strings.TrimSuffix(f.Name(), ext))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Find returns the file of a target. Its error is that of List, or a problem with
// the code Usage that suggests another name: there is no such target.
func Find(folder, name string) (string, error) {
	names, err := List(folder)
	if err != nil {
		return "", err
	}
	if !slices.Contains(names, name) {
		do := problem.DidYouMean(name, names)
		if len(names) == 0 {
			do = "the folder has no targets yet: write " + filepath.Join(folder, "NAME.yaml")
		}
		return "", problem.New(problem.Usage, fmt.Sprintf("there is no target %q in %s", name, folder), do)
	}
	path := filepath.Join(folder, name+".yaml")
	if _, err := os.Stat(path); err != nil {
		path = filepath.Join(folder, name+".yml")
	}
	return path, nil
}
