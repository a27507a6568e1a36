// Package target builds and starts a system under test, waits until it is ready, and stops it
// with everything that it started. Targets are described in files, targets/NAME.yaml.
package target

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
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
	"chaosworkshop.example/runner/internal/python"
)

// Target is a system that can be experimented on.
type Target struct {
	Name        string   // as in targets/NAME.yaml
	Title       string   // what it is, in one line
	Build       []string // the command that builds it; empty: nothing to build
	Start       []string // the command that starts it, and goes on
	URL         string   // in the place of Start: where it runs already
	Up, Down    []string // in the place of Start: the command that brings it up, and ends; and the one that takes it down
	Folder      string   // where it runs, and the experiment with it
	Port        int      // the port that it prefers; 0: any
	Ready       Ready
	Environment map[string]string // variables for the service and for the experiment
	Experiment  string            // the experiment's file
	Expect      string            // the verdict that the experiment should have
	Next        string            // what to do after that; may be empty
	Source      string            // the file that learners change; may be empty
	Original    string            // the same file as it came, to compare with and to go back to

	doc    *document.Document
	places Places
}

// Ready says how to find out that a service can be used.
type Ready struct {
	URL    string        // to request with GET, never through a proxy
	Status int           // of the answer when the service is ready; 0: any below 500
	Within time.Duration // how long the service may take; 10 s where the file does not say
	Any    bool          // every answer shows that it is ready: an exercise looks at it later
}

// Places are the values of ${root}, ${bin}, ${run}, ${port} and ${interval} in a target;
// ${exe} and ${python} are the same everywhere on a computer.
// The folders are absolute.
type Places struct {
	Root string // the folder of the whole project
	Bin  string // the folder for programs that are built; empty: the one of the project
	Run  string // the new folder of this run
	Port int    // the port that the service really gets; that of the URL of a target that has one
	// Interval is how long a service that repairs by itself what a fault has done must
	// wait with that; 0 is 10 s. ${interval} is its whole seconds.
	Interval time.Duration
}

// The names that a text may hold as ${name}. A build does not know about one
// run: what it makes is for all of them.
func buildNames() []string { return []string{"root", "bin", "exe", "python"} }
func runNames() []string   { return append(buildNames(), "run", "port", "interval") }

// form finds ${name}, and $${ for a literal ${.
var form = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\$\{|\$\{([^}]*)\}`) })

// fill replaces each ${name} in a text.
func (p Places) fill(text string) string {
	values := map[string]string{"${root}": p.Root, "${bin}": p.Bin, "${run}": p.Run, "${port}": strconv.Itoa(p.Port), "$${": "${",
		"${interval}": strconv.Itoa(int(cmp.Or(p.Interval, 10*time.Second).Seconds()))}
	if runtime.GOOS == "windows" {
		values["${exe}"] = ".exe"
	}
	return form().ReplaceAllStringFunc(text, func(written string) string {
		if written == "${python}" {
			return cmp.Or(python.Find(os.LookupEnv), python.Names()[0])
		}
		return values[written]
	})
}

// In returns a copy of the target with each ${name} replaced by its value. Its
// Folder and Experiment are absolute; relative paths are taken from p.Root.
func (t *Target) In(p Places) *Target {
	here := *t
	if here.URL = p.fill(t.URL); t.URL != "" {
		p.Port = portOf(here.URL)
	}
	p.Bin = cmp.Or(p.Bin, filepath.Join(p.Root, ".workshop", "bin"))
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
	here.Build, here.Start, here.Up, here.Down = list(t.Build), list(t.Start), list(t.Up), list(t.Down)
	here.Folder, here.Experiment = file(t.Folder), file(t.Experiment)
	if t.Source != "" {
		here.Source, here.Original = file(t.Source), file(t.Original)
	}
	here.Ready.URL = p.fill(t.Ready.URL)
	here.Environment = maps.Clone(t.Environment)
	for name, text := range here.Environment {
		here.Environment[name] = p.fill(text)
	}
	return &here
}

// portOf is the port of an address.
func portOf(address string) int {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	usual := map[bool]string{true: "443"}[u.Scheme == "https"]
	port, _ := strconv.Atoi(cmp.Or(u.Port(), usual, "80"))
	return port
}

// At is the place of one of the target's keys in its file.
func (t *Target) At(key string) problem.Position { return t.doc.At(key) }

// Lookup looks a variable up as the target's experiment sees it: in the target's own
// environment, and then in another.
func (t *Target) Lookup(environment func(name string) (string, bool)) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		if text, ok := t.Environment[name]; ok {
			return text, true
		}
		return environment(name)
	}
}

// problem is a problem of this target, at the place of one of its keys.
func (t *Target) problem(key string, code int, what, do string) *problem.Problem {
	return &problem.Problem{At: t.At(key), Code: code, What: what, Do: do}
}

// List returns the names of the targets in a folder, sorted. Its error is a
// problem with the code Invalid: the folder is missing, or cannot be read.
func List(folder string) ([]string, error) {
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, problem.New(problem.Invalid, "there is no folder "+folder, "go to the folder of the project, which has a folder with the name targets")
	}
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "the targets cannot be listed", "check the folder and its permissions")
	}
	var names []string
	for _, f := range files {
		if ext := filepath.Ext(f.Name()); !f.IsDir() && f.Name() != "compose.yaml" && (ext == ".yaml" || ext == ".yml") {
			names = append(names, strings.TrimSuffix(f.Name(), ext))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Find returns the file of a target, which is given by its name or by the path of its file.
// Its error is that of List, or a problem with the code Usage that suggests another name:
// there is no such target.
func Find(folder, name string) (string, error) {
	names, err := List(folder)
	if err != nil {
		return "", err
	}
	file := name
	if !slices.Contains(names, name) {
		ext := filepath.Ext(name)
		if info, err := os.Stat(name); document.Parsers[ext] != nil && err == nil && !info.IsDir() {
			return name, nil
		}
		name = strings.TrimSuffix(filepath.Base(name), ext)
	}
	// A folder before the name must be the one with the targets.
	if given, err := filepath.Abs(filepath.Dir(file)); !slices.Contains(names, name) || file != filepath.Base(file) && (err != nil || given != folder) {
		do := problem.DidYouMean(name, names)
		switch {
		case len(names) == 0:
			do = "the folder has no targets yet: write " + filepath.Join(folder, "NAME.yaml")
		case slices.Contains(names, name):
			do = "did you mean '" + name + "'?"
		}
		return "", problem.New(problem.Usage, fmt.Sprintf("there is no target '%s' in %s", file, folder), do)
	}
	path := filepath.Join(folder, name+".yaml")
	if _, err := os.Lstat(path); err != nil { // else Load says what is wrong with it
		path = filepath.Join(folder, name+".yml")
	}
	return path, nil
}

// command finds the program of a command: in PATH, or as a path from the folder
// in which the command will run.
func (t *Target) command(key string, args []string, folder string) ([]string, error) {
	program := filepath.FromSlash(args[0])
	if filepath.Base(program) != program && !filepath.IsAbs(program) {
		program = filepath.Join(folder, program)
	}
	found, err := exec.LookPath(program)
	if err == nil {
		return append([]string{found}, args[1:]...), nil
	}
	if program == python.Names()[0] {
		return nil, problem.New(problem.Invalid,
			fmt.Sprintf("%s needs Python, and none is found, neither in an active virtual environment nor as %s on PATH", t.Name, strings.Join(python.Names(), " or ")),
			"install Python 3.9 or newer from https://www.python.org/downloads/, and open a new terminal")
	}
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		err = cause // in the end without the path, which the message has
	}
	return nil, t.problem(key, problem.Invalid,
		fmt.Sprintf("the %s command of %s cannot be run: %s: %v", key, t.Name, program, err),
		"install the program, or correct the command at this place")
}
