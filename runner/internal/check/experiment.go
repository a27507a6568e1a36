package check

import (
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

var experimentKeys = []string{"version", "title", "description", "tags", "method", "steady-state-hypothesis", "rollbacks",
	"configuration", "secrets", "controls", "runtime", "extensions", "contributions"}

func (c *checker) experiment(n *document.Node) {
	switch {
	case !value.Truthy(n.Value):
		c.wrong(n.At, "an empty experiment is not an experiment", "give it a title, a description and a method")
		return
	case !c.want(n, isMap(n), "an experiment", "a mapping"):
		return
	}
	c.keys(n, experimentKeys...)
	c.required(n, "title", "experiment requires a title", `say what it asks: "title": "Does ... survive ...?"`)
	c.required(n, "description", "experiment requires a description", "say in a sentence what it is for")
	c.tags(n.Get("tags"))
	c.extensions(n.Get("extensions"))
	c.variables(n)
	c.hypothesis(n.Get("steady-state-hypothesis"))
	c.method(n)
	c.rollbacks(n.Get("rollbacks"))
	c.controls(n.Get("controls"))
	c.runtime(n.Get("runtime"))
}

func (c *checker) required(n *document.Node, key, what, do string) {
	if v := n.Get(key); !truthy(v) {
		at := n.At
		if v != nil {
			at = v.At
		}
		c.wrong(at, what, do)
	}
}

func (c *checker) tags(n *document.Node) {
	switch {
	case n == nil || !truthy(n):
		return
	case isText(n), isMap(n): // whose letters and keys are the toolkit's tags
		c.warn(n.At, "experiment tags are "+kindOf(n.Value), `write a list of text: "tags": ["one", "two"]`)
		return
	case !c.want(n, isList(n), "experiment tags", "a list of text"):
		return
	}
	for _, tag := range n.Items {
		if !isText(tag) || stringOf(tag) == "" {
			c.wrong(tag.At, "experiment tags must be a non-empty string", "write text, or take it out")
		}
	}
}

func (c *checker) extensions(n *document.Node) {
	if n == nil || !truthy(n) {
		return
	}
	if !c.want(n, isList(n), "extensions", "a list of mappings") {
		return
	}
	for _, extension := range n.Items {
		name := extension.Get("name")
		if c.want(extension, isMap(extension), "an extension", "a mapping") && (name == nil || !isText(name) || strings.TrimSpace(stringOf(name)) == "") {
			c.wrong(extension.At, "All extensions require a non-empty name", `give it one: "name": "text"`)
		}
	}
}

// variables checks configuration and secrets, whose probes are activities.
func (c *checker) variables(n *document.Node) {
	configuration, secrets := n.Get("configuration"), n.Get("secrets")
	if configuration != nil {
		c.want(configuration, isMap(configuration), "configuration", "a mapping")
	}
	if secrets != nil {
		c.want(secrets, isMap(secrets), "secrets", "a mapping of groups")
		for _, f := range secrets.Fields {
			c.want(f.Value, isMap(f.Value), "the group '"+f.Key+"' of secrets", "a mapping")
		}
	}
	source := variables.Source{Configuration: configuration.Map(), Secrets: secrets.Map(),
		Overrides: c.surroundings.Overrides, Environment: c.surroundings.Environment}
	for _, f := range source.Check() {
		p := &problem.Problem{At: n.Lookup(f.Path...).At, What: f.What, Do: f.Do, Code: problem.Invalid, Warning: f.Warning}
		c.found = append(c.found, p)
	}
	if configuration == nil {
		return
	}
	for _, f := range configuration.Fields {
		switch stringOf(f.Value.Get("type")) {
		case "probe":
			c.configurationProbe(f.Value)
		case "env":
			c.keys(f.Value, "type", "key", "default", "env_var_type")
		}
	}
}

// configurationProbe only warns: the toolkit leaves out what a probe cannot find
// and goes on. Without a provider's type it does not get so far.
func (c *checker) configurationProbe(n *document.Node) {
	provider := n.Get("provider")
	if provider == nil || !isMap(provider) {
		return // which has been said
	}
	if provider.Get("type") == nil {
		c.wrong(provider.At, "a provider must have a type", "choose http, process or python")
		return
	}
	before := len(c.found)
	c.activity(n, inConfiguration)
	for _, p := range c.found[before:] {
		p.Warning = true
	}
}

func (c *checker) hypothesis(n *document.Node) {
	if n == nil || !c.want(n, isMap(n), "steady-state-hypothesis", "a mapping") {
		return
	}
	c.keys(n, "title", "probes", "controls")
	c.required(n, "title", "hypothesis requires a title", "say what steady means")
	c.controls(n.Get("controls"))
	c.activities(n.Get("probes"), "probes", inHypothesis)
}

func (c *checker) method(n *document.Node) {
	method := n.Get("method")
	if method == nil {
		c.wrong(n.At, "an experiment requires a method, which can be empty for only checking steady state hypothesis", `write one: "method": []`)
		return
	}
	c.activities(method, "method", inMethod)
}

func (c *checker) rollbacks(n *document.Node) { c.activities(n, "rollbacks", inRollbacks) }

func (c *checker) activities(n *document.Node, what string, p place) {
	if n == nil || !c.want(n, isList(n), what, "a list of activities") {
		return
	}
	for _, item := range n.Items {
		c.activity(item, p)
	}
}

// runtime finds strategies that do not exist: to the toolkit, a misspelt one
// for rollbacks means never.
func (c *checker) runtime(n *document.Node) {
	if n == nil || !truthy(n) || !c.want(n, isMap(n), "runtime", "a mapping") {
		return
	}
	c.keys(n, "hypothesis", "rollbacks")
	c.strategy(n, "hypothesis", experiment.HypothesisStrategies)
	c.strategy(n, "rollbacks", experiment.RollbackStrategies)
}

func (c *checker) strategy(n *document.Node, key string, known []string) {
	block := n.Get(key)
	if block == nil || !c.want(block, isMap(block), "runtime."+key, "a mapping") {
		return
	}
	c.keys(block, "strategy")
	strategy := block.Get("strategy")
	if strategy == nil || slices.Contains(known, stringOf(strategy)) {
		return
	}
	c.wrong(strategy.At, fmt.Sprintf("there is no %s strategy %s", key, asJSON(strategy)), "choose one of "+strings.Join(known, ", "))
}
