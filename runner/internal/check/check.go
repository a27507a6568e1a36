// Package check finds everything that is wrong with an experiment, all at once,
// each with the path that leads to it.
//
// It refuses what the Chaos Toolkit's validation refuses, in the toolkit's words, and what would
// crash the toolkit later; where it refuses more or less, docs/differences.md says why.
package check

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// Surroundings are what an experiment is checked against.
type Surroundings struct {
	Environment func(name string) (string, bool)
	Overrides   variables.Overrides
	// Program finds the program that a process provider names. Where found is empty,
	// advice says what to do about it.
	Program func(name string) (found, advice string)
	// Tolerance reads a tolerance.
	Tolerance func(written any) Tolerance
	// Provider finds what is wrong with a provider and can be seen in its settings.
	Provider func(provider *value.Map) []problem.Finding

	// Inspect checks that Python functions which are not built in exist, and take the
	// given arguments. An error means that Python cannot be asked.
	Inspect func(all []worker.Reference) ([][]problem.Finding, error)
	// ValidateControl asks a control's own module whether its declaration is valid. It
	// returns nil if the module has no such function. The field may be nil.
	ValidateControl func(r worker.Reference, declared *value.Map) error
}

// Tolerance is what a check asks of a tolerance.
type Tolerance interface {
	// Check finds what is wrong with it.
	Check() []problem.Finding
	// Warnings finds what is doubtful about it, for a probe of a type of provider.
	Warnings(provider string) []problem.Finding
}

// Check returns all that is wrong with an experiment, warnings included. Their paths
// lead from the experiment; document.Problems finds the places and puts them in order.
func Check(experiment any, s Surroundings) []problem.Finding {
	c := &checker{surroundings: s, activityNames: names{}, controlNames: names{}, variableNames: names{}}
	c.root, _ = experiment.(*value.Map)
	for _, item := range slices.Concat(c.root.List("method"), c.root.Map("steady-state-hypothesis").List("probes")) {
		if m, _ := item.(*value.Map); !isRef(m) {
			c.activityNames[m.Text("name")] = true
		}
	}
	for _, item := range c.root.List("controls") {
		m, _ := item.(*value.Map)
		c.controlNames[m.AsText("name")] = true
	}
	c.experiment(experiment)
	c.answers()
	return c.found
}

// Settings returns what is wrong with the strategies of the toolkit's settings,
// which an experiment without a runtime block takes over.
func Settings(written *value.Map) []problem.Finding {
	c := &checker{}
	c.runtime(written)
	return c.found
}

// checker gathers what is wrong with one experiment.
type checker struct {
	root         *value.Map
	surroundings Surroundings
	found        []problem.Finding
	questions    []question
	doubted      int // how many ${name}

	activityNames, controlNames names // for ref
	variableNames               names // for ${name}
}

// path leads from the experiment to a value within it.
type path []string

// to is the path to a value further down.
func (p path) to(keys ...string) path { return slices.Concat(p, keys) }

// wrong notes what makes the experiment invalid.
func (c *checker) wrong(at path, what, do string) {
	c.found = append(c.found, problem.Finding{Path: at, What: what, Do: do})
}

// warn notes a warning.
func (c *checker) warn(at path, what, do string) {
	c.found = append(c.found, problem.Finding{Path: at, What: what, Do: do, Warning: true})
}

// mustBe reports a value of the wrong type; a number is shown.
func (c *checker) mustBe(at path, v any, what, kind string) {
	is := value.Kind(v)
	if is == "a number" {
		is = "the number " + value.Text(v)
	}
	do := "write " + kind
	if kind == "an object" {
		do = "write keys and values"
	}
	c.wrong(at, fmt.Sprintf("%s must be %s, and it is %s", what, kind, is), do)
}

// mapping is the mapping at a key. A value of another type is reported.
func (c *checker) mapping(at path, in *value.Map, key, what, kind string) *value.Map {
	v, ok := in.Get(key)
	m, isMap := v.(*value.Map)
	if ok && !isMap {
		c.mustBe(at.to(key), v, what, kind)
	}
	return m
}

// items walks over the list at a key, each item with its path. A value of another
// type is reported.
func (c *checker) items(at path, in *value.Map, key, what, kind string) iter.Seq2[path, any] {
	return func(yield func(path, any) bool) {
		v, ok := in.Get(key)
		list, isList := v.([]any)
		if ok && !isList {
			c.mustBe(at.to(key), v, what, kind)
		}
		for i, item := range list {
			if !yield(at.to(key, strconv.Itoa(i)), item) {
				return
			}
		}
	}
}

// keys warns of an unknown key that looks like a known one that is missing. Other
// unknown keys are allowed: people use them for notes.
func (c *checker) keys(at path, m *value.Map, known ...string) {
	for key := range m.All() {
		if slices.Contains(known, key) {
			continue
		}
		what, do := fmt.Sprintf("the key '%s' starts with -, and is no list item", key), "write a space after the -"
		if !gluedItem().MatchString(key) {
			near := problem.Near(key, known)
			if slices.Contains(known, synonyms[key]) {
				near = append(near, synonyms[key])
			}
			i := slices.IndexFunc(near, func(word string) bool { return !m.Has(word) })
			if i < 0 {
				continue
			}
			what, do = fmt.Sprintf("the key '%s' is not known and is ignored", key), fmt.Sprintf("did you mean '%s'?", near[i])
		}
		c.found = append(c.found, problem.Finding{Path: at.to(key), AtKey: true, Warning: true, What: what, Do: do})
	}
}

// synonyms are words that people write where the key has another name.
var synonyms = map[string]string{
	"hypothesis": "steady-state-hypothesis", "steady-state": "steady-state-hypothesis", "steady_state": "steady-state-hypothesis",
	"actions": "method", "activities": "method", "steps": "method", "undo": "rollbacks", "cleanup": "rollbacks", "config": "configuration", "variables": "configuration",
	"expect": "tolerance", "expected": "tolerance", "assert": "tolerance", "pause": "pauses", "async": "background",
	"address": "url", "link": "url", "body": "arguments", "data": "arguments", "json": "arguments", "params": "arguments",
	"command": "path", "cmd": "path", "program": "path", "args": "arguments", "function": "func", "verify_ssl": "verify_tls", "retries": "max_retries",
}

// text is required, and warns if the value is not text. The toolkit takes any value that
// Python calls true.
func (c *checker) text(at path, m *value.Map, key, what, do string) {
	switch v := m.Value(key); {
	case !value.Truthy(v):
		c.wrong(at.to(key), what, do)
	case !is[string](v):
		c.warn(at.to(key), "the "+key+" should be text, and it is "+value.Kind(v), "write text; a number or a word such as true needs quotes")
	}
}

// is tells whether a value is of one type.
func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

// names are those that something in the experiment can refer to.
type names map[string]bool

// near is the nearest of the names; empty where none is near. Among more than a thousand it
// is not looked for: a large experiment is checked in a time that grows with it.
func (n names) near(name string) string {
	if len(n) > 1000 {
		return ""
	}
	return cmp.Or(append(problem.Near(name, slices.Sorted(maps.Keys(n))), "")...)
}

// lookUp reports a name that is not among the known ones.
func (c *checker) lookUp(at path, name string, known names, what, do string) {
	if near := known.near(name); near != "" {
		do = "did you mean '" + near + "'?"
	}
	if !known[name] {
		c.wrong(at, what, do)
	}
}

// gluedItem is a list item without its space.
var gluedItem = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-[a-z]`) })
