// Package target builds, starts, awaits and ends a system under test, and owns
// its whole process group. Targets are described in files, targets/NAME.yaml.
package target

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
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
	Port        int      // the one that it prefers; 0: any
	Ready       Ready
	Environment map[string]string // for the service and for the experiment
	Experiment  string            // the experiment's file
	Expect      string            // the verdict that the experiment is meant to end in
	Next        string            // what to do once it did, if anything

	doc    *document.Document
	places Places
}

// Ready says how to find out that a service can be used.
type Ready struct {
	URL    string        // asked with GET, never through a proxy
	Status int           // the status that it answers when ready; 0: any below 500
	Within time.Duration // how long it may take
}

// Places is what ${root}, ${bin}, ${run} and ${port} stand for in a target. The
// folders are absolute.
type Places struct {
	Root string // the folder of the whole project
	Bin  string // the folder for programs that are built
	Run  string // the fresh folder of this run
	Port int    // the port that the service really gets
}

// In returns the target as it is in these places: each ${name} replaced, Folder
// and Experiment absolute. A relative one is meant from the root.
func (t *Target) In(p Places) *Target {
	here := *t
	here.places = p
	fill := func(text string) string { return fill(text, p) }
	list := func(texts []string) (filled []string) {
		for _, text := range texts {
			filled = append(filled, fill(text))
		}
		return filled
	}
	file := func(text string) string {
		if path := filepath.FromSlash(fill(text)); filepath.IsAbs(path) {
			return filepath.Clean(path)
		}
		return filepath.Join(p.Root, filepath.FromSlash(fill(text)))
	}
	here.Title, here.Next = fill(t.Title), fill(t.Next)
	here.Build, here.Start = list(t.Build), list(t.Start)
	here.Folder, here.Experiment = file(t.Folder), file(t.Experiment)
	here.Ready.URL = fill(t.Ready.URL)
	here.Environment = maps.Clone(t.Environment)
	for name, text := range here.Environment {
		here.Environment[name] = fill(text)
	}
	return &here
}

// problem is one of this target, at the key that has to do with it.
func (t *Target) problem(key string, code int, what, do string) *problem.Problem {
	return &problem.Problem{At: t.doc.At(key), Code: code, What: what, Do: do}
}

// shown is a command as a person would type it.
func shown(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if arg == "" || strings.ContainsAny(arg, " \t\n\"'$&|;<>()*?") {
			words[i] = fmt.Sprintf("%q", arg)
		}
	}
	return strings.Join(words, " ")
}
