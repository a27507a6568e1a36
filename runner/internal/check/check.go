// Package check finds everything that is wrong with an experiment, all at once,
// each with its place in the file.
//
// It refuses what the Chaos Toolkit's validation refuses, in the toolkit's
// words, and what would crash the toolkit later; where it refuses more or less,
// docs/differences.md says why.
package check

import (
	"fmt"
	"slices"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// Surroundings are what an experiment is checked against.
type Surroundings struct {
	Environment func(name string) (string, bool)
	Overrides   variables.Overrides
	Which       func(program string) bool // whether a program can be found

	// Inspect compares what the experiment says of Python functions that are not
	// done natively with what there is. Its error says that nobody can tell.
	Inspect func(all []worker.Reference) ([][]problem.Finding, error)
	// ValidateControl asks a control's own module whether its declaration is
	// valid; nil where the module does not care.
	ValidateControl func(r worker.Reference, declared *value.Map) error
}

// Check returns all problems of an experiment, in the order of the file;
// warnings are among them.
func Check(doc *document.Node, s Surroundings) problem.List {
	c := &checker{root: doc, surroundings: s}
	c.experiment(doc)
	c.answers()
	c.found.Sort()
	return c.found
}

type checker struct {
	root         *document.Node
	surroundings Surroundings
	found        problem.List
	questions    []question
}

func (c *checker) wrong(at problem.Position, what, do string) {
	c.found = append(c.found, &problem.Problem{At: at, What: what, Do: do, Code: problem.Invalid})
}

func (c *checker) warn(at problem.Position, what, do string) {
	c.found = append(c.found, &problem.Problem{At: at, What: what, Do: do, Code: problem.Invalid, Warning: true})
}

// want reports a value of the wrong type, and returns whether it is right.
func (c *checker) want(n *document.Node, ok bool, what, kind string) bool {
	if !ok {
		c.wrong(n.At, fmt.Sprintf("%s must be %s, and it is %s", what, kind, kindOf(n.Value)), "write "+kind)
	}
	return ok
}

// kindOf says in a word what a value is.
func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "empty (null)"
	case bool:
		return "true or false"
	case string:
		return "text"
	case []any:
		return "a list"
	case *value.Map:
		return "a mapping"
	default:
		return "the number " + value.Text(v)
	}
}

// keys warns of a key that nobody reads and that looks like one that is read, and
// is missing. Other keys stay unmentioned: people leave notes.
func (c *checker) keys(n *document.Node, known ...string) {
	for _, f := range n.Fields {
		if slices.Contains(known, f.Key) {
			continue
		}
		for _, near := range problem.Near(f.Key, known) {
			if n.Get(near) == nil {
				c.warn(f.At, fmt.Sprintf("the key %q is not known and is ignored", f.Key), fmt.Sprintf("did you mean %q?", near))
				break
			}
		}
	}
}

// truthy is what the toolkit asks of most required values.
func truthy(n *document.Node) bool { return n != nil && value.Truthy(n.Value) }

func isText(n *document.Node) bool {
	_, ok := n.Value.(string)
	return ok
}

func isMap(n *document.Node) bool { return n.Map() != nil }

func isList(n *document.Node) bool {
	_, ok := n.Value.([]any)
	return ok
}

func isNumber(n *document.Node) bool {
	_, isBool := n.Value.(bool) // a number to Python
	return isBool || value.Kind(n.Value) == "a number"
}

func stringOf(n *document.Node) string {
	if n == nil || n.Value == nil {
		return ""
	}
	return value.Text(n.Value)
}

// asJSON shows a value as it is written in JSON.
func asJSON(n *document.Node) string { return string(value.AppendJSON(nil, n.Value, "", "")) }
