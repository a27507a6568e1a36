package check

import (
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// experiment checks the keys of the experiment one after the other.
func (c *checker) experiment(v any) {
	switch {
	case !value.Truthy(v):
		c.wrong(nil, "an empty experiment is not an experiment", "give it a title, a description and a method")
		return
	case c.root == nil:
		c.mustBe(nil, v, "an experiment", "an object")
		return
	}
	m := c.root
	if m.Has("chaoslib-version") && m.Map("experiment") != nil && !m.Has("method") {
		c.wrong(nil, "this is the journal of a run, and not an experiment", "name the file of the experiment; the journal has a copy of it, at the key experiment")
		return
	}
	c.keys(nil, m, "version", "title", "description", "tags", "method", "steady-state-hypothesis", "rollbacks",
		"configuration", "secrets", "controls", "runtime", "extensions", "contributions")
	c.variables()
	c.text(nil, m, "title", "experiment requires a title", "say what it asks, as in title: Does the shop survive a lost price?")
	c.references(nil, m, "title")
	c.text(nil, m, "description", "experiment requires a description", "say what the experiment is for")
	c.tags()
	c.extensions()
	c.hypothesis()
	if !m.Has("method") {
		c.wrong(nil, "an experiment requires a method, which can be empty for only checking steady state hypothesis", "add the key method with a list of activities")
	}
	c.activities(nil, m, "method", inMethod)
	c.activities(nil, m, "rollbacks", inRollbacks)
	c.controls(nil, m)
	c.runtime(m)
}

// tags are texts; the toolkit takes a single text for a list of letters.
func (c *checker) tags() {
	tags := c.root.Value("tags")
	if !value.Truthy(tags) {
		return
	}
	if is[string](tags) || is[*value.Map](tags) { // whose letters and keys are the toolkit's tags
		c.warn(path{"tags"}, "experiment tags are "+value.Kind(tags), "write a list of texts")
		return
	}
	for at, tag := range c.items(nil, c.root, "tags", "experiment tags", "a list of text") {
		if text, _ := tag.(string); text == "" {
			c.wrong(at, "experiment tags must be a non-empty string", "write text, or remove it")
		}
	}
}

// extensions belong to other programs: like the toolkit, we check only their names.
func (c *checker) extensions() {
	if !value.Truthy(c.root.Value("extensions")) {
		return
	}
	for at, extension := range c.items(nil, c.root, "extensions", "extensions", "a list of objects") {
		if m, ok := extension.(*value.Map); !ok {
			c.mustBe(at, extension, "an extension", "an object")
		} else if strings.TrimSpace(m.Text("name")) == "" {
			c.wrong(at, "All extensions require a non-empty name", "give it a name")
		}
	}
}

// variables checks configuration and secrets, whose probes are activities.
func (c *checker) variables() {
	configuration := c.mapping(nil, c.root, "configuration", "configuration", "an object")
	secrets := c.mapping(nil, c.root, "secrets", "secrets", "an object of groups")
	for name, group := range secrets.All() {
		members, ok := group.(*value.Map)
		if !ok {
			c.mustBe(path{"secrets", name}, group, "the group '"+name+"' of secrets", "an object")
		}
		for key, member := range members.All() {
			c.variableNames[key] = true
			c.entryType(path{"secrets", name, key}, member, "env", "vault")
		}
	}
	source := variables.Source{Configuration: configuration, Secrets: secrets,
		Overrides: c.surroundings.Overrides, Environment: c.surroundings.Environment}
	c.found = append(c.found, source.Check()...)
	for name := range configuration.All() {
		c.variableNames[name] = true
	}
	for name, entry := range configuration.All() {
		m, _ := entry.(*value.Map)
		switch at := (path{"configuration", name}); m.Text("type") {
		case "probe":
			c.configurationProbe(at, m)
		case "env":
			c.keys(at, m, "type", "key", "default", "env_var_type")
		default:
			c.entryType(at, m, "env", "probe")
		}
	}
}

// entryType warns if the type of an entry is nearly a known one. An object with any other
// type is a value.
func (c *checker) entryType(at path, entry any, known ...string) {
	m, _ := entry.(*value.Map)
	if word := m.Text("type"); !slices.Contains(known, word) && len(problem.Near(word, known)) > 0 {
		c.warn(at.to("type"), "there is no type '"+word+"', so this object is the value itself", problem.DidYouMean(word, known))
	}
}

// configurationProbe only warns: the toolkit leaves out what a probe cannot find
// and goes on. Without a provider's type it does not get so far.
func (c *checker) configurationProbe(at path, m *value.Map) {
	provider := m.Map("provider")
	if provider == nil {
		return // which has been said
	}
	if !provider.Has("type") {
		c.wrong(at.to("provider"), "a provider must have a type", "choose http, process or python")
		return
	}
	before := len(c.found)
	c.activity(at, m, inConfiguration)
	for i := range c.found[before:] {
		c.found[before+i].Warning = true
	}
}

// hypothesis checks the steady-state hypothesis, if there is one.
func (c *checker) hypothesis() {
	at := path{"steady-state-hypothesis"}
	h := c.mapping(nil, c.root, at[0], at[0], "an object")
	if h == nil {
		return
	}
	c.keys(at, h, "title", "probes", "controls")
	c.text(at, h, "title", "hypothesis requires a title", "describe the normal state in one sentence")
	c.controls(at, h)
	c.activities(at, h, "probes", inHypothesis)
}

// activities checks the list of activities at a key, if there is one.
func (c *checker) activities(at path, in *value.Map, key string, p place) {
	for at, item := range c.items(at, in, key, key, "a list of activities") {
		c.activity(at, item, p)
	}
}

// runtime finds strategies that do not exist: to the toolkit, a misspelt one
// for rollbacks means never.
func (c *checker) runtime(in *value.Map) {
	if !value.Truthy(in.Value("runtime")) {
		return
	}
	at := path{"runtime"}
	runtime := c.mapping(nil, in, "runtime", "runtime", "an object")
	c.keys(at, runtime, "hypothesis", "rollbacks")
	for _, part := range []struct {
		key   string
		known []string
	}{{"hypothesis", experiment.HypothesisStrategies}, {"rollbacks", experiment.RollbackStrategies}} {
		block := c.mapping(at, runtime, part.key, "runtime."+part.key, "an object")
		c.keys(at.to(part.key), block, "strategy")
		word := block.AsText("strategy")
		if word == "continously" && part.key == "hypothesis" { // the toolkit's old spelling
			continue
		}
		if strategy, ok := block.Get("strategy"); ok && !slices.Contains(part.known, word) {
			c.wrong(at.to(part.key, "strategy"), fmt.Sprintf("there is no %s strategy %s", part.key, value.JSON(strategy)),
				problem.DidYouMean(word, part.known))
		}
	}
}
