package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// generator makes experiments by chance. What it makes ends the same way each
// time: nothing races, nothing waits, no name is used twice.
type generator struct {
	*rand.Rand
	names   int
	calm    bool // most things work, so that verdicts beyond no-verdict occur
	threads bool // something runs in the background
	needs   map[string]bool
	more    []txtar.File // beside the experiment
	set     string       // the settings' file
	args    []string
	dry     string
	config  map[string]any
}

// generate makes the experiment of a seed, valid for the most part.
func generate(seed uint64) *Case {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), config: map[string]any{}, calm: seed%2 == 0, needs: map[string]bool{}}
	experiment := g.experiment()
	g.flags(experiment)
	g.extras(experiment)
	if g.one(6) {
		g.breakIt(experiment)
	}
	c := &Case{
		Name: fmt.Sprintf("random-%d", seed), About: fmt.Sprintf("Seed %d of the generator.", seed),
		Command: "run", Needs: g.features(), Topic: "random", Args: g.args, Source: "experiment.json", Settings: g.set,
		Env: []string{"FROM_ENV=from the environment", "NUMBER=5", "PYTHONPATH=."}, Observe: []string{"f", "made", "calls.txt"},
	}
	if g.threads {
		c.Log, c.Unordered = "set", true
	}
	c.Files = append(files(experiment), g.more...)
	return c
}

func files(experiment map[string]any) []txtar.File {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(experiment); err != nil {
		panic(fmt.Sprintf("the generator made what is not JSON: %v", err))
	}
	return []txtar.File{
		{Name: "experiment.json", Data: text.Bytes()},
		{Name: "f", Data: []byte("content\n")},
		{Name: "d/x", Data: []byte("deep\n")},
		{Name: "own.py", Data: []byte(ownModule)},
	}
}

const ownModule = `def give(v=None):
    return v


def fail(text="no"):
    raise ValueError(text)


def is_true(value=None):
    return bool(value)


def settings(configuration=None):
    return configuration
`

// features are random, which is what the engine, the variables and the native
// providers do, and what else the experiment needs.
func (g *generator) features() string {
	words := []string{"random"}
	for word := range g.needs {
		words = append(words, word)
	}
	slices.Sort(words[1:])
	return strings.Join(words, "+")
}

// one is true once in n times.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

func (g *generator) name(what string) string {
	g.names++
	return fmt.Sprintf("%s-%d", what, g.names)
}

func (g *generator) experiment() map[string]any {
	e := map[string]any{"title": pick(g, "plain title", "title of ${word}", "$word and ${unknown}"), "description": "made by chance, ${word}"}
	g.configuration(e)
	if g.one(4) {
		e["tags"] = []any{"a", "b"}
	}
	if !g.one(5) {
		e["steady-state-hypothesis"] = map[string]any{"title": "all is well", "probes": g.hypothesis()}
	}
	e["method"] = g.method()
	if !g.one(3) {
		e["rollbacks"] = g.rollbacks()
	}
	return e
}

// configuration declares most of the names that activities use.
func (g *generator) configuration(e map[string]any) {
	if g.one(6) {
		return
	}
	all := map[string]any{
		"word": "a word or two", "count": 3, "share": 2.5, "yes": true, "nothing": nil,
		"list": []any{1, "two", nil, 4.0}, "map": map[string]any{"k": "v"}, "code": 0, "codes": []any{0, 1, 200},
		"base": "http://SERVER", "bad": "nonsense",
		"env":     map[string]any{"type": "env", "key": "FROM_ENV"},
		"number":  map[string]any{"type": "env", "key": "NUMBER", "env_var_type": pick(g, "int", "float", "str", "bool", "json")},
		"default": map[string]any{"type": "env", "key": "NOT_SET_AT_ALL", "default": pick[any](g, 1, "x", nil, []any{2})},
	}
	for _, key := range sortedKeys(all) {
		if !g.one(8) {
			g.config[key] = all[key]
		}
	}
	e["configuration"] = g.config
}

func (g *generator) flags(e map[string]any) {
	if g.one(4) {
		g.args = append(g.args, "--rollback-strategy", pick(g, "default", "always", "never", "deviated"))
	}
	if g.one(5) {
		g.args = append(g.args, "--hypothesis-strategy", pick(g, "default", "before-method-only", "after-method-only"))
	}
	if g.one(6) {
		e["runtime"] = map[string]any{
			"hypothesis": map[string]any{"strategy": pick(g, "default", "before-method-only", "after-method-only", "skip")},
			"rollbacks":  map[string]any{"strategy": pick(g, "default", "always", "never", "deviated")},
		}
	}
	if g.one(10) {
		g.dry = pick(g, "probes", "actions", "activities", "pause")
		g.args = append(g.args, "--dry", g.dry)
	}
	for _, v := range []string{"word=command line", "count:int=7", "list:json=[true]", "unknown=1", "yes:bool=no"} {
		if g.one(9) {
			g.args = append(g.args, "--var", v)
		}
	}
}
