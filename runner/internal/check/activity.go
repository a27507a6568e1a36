package check

import (
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
)

// place is where an activity stands, which decides what it may and must have.
type place int

const (
	inMethod place = iota
	inHypothesis
	inRollbacks
	inConfiguration
	inTolerance
)

var activityKeys = []string{"type", "name", "provider", "tolerance", "background", "pauses", "timeout", "controls",
	"ref", "dry", "configuration", "secrets", "proof", "default"}

func (c *checker) activity(n *document.Node, p place) {
	if !truthy(n) {
		c.wrong(n.At, "empty activity is no activity", "describe it, or take it out")
		return
	}
	if !c.want(n, isMap(n), "an activity", "a mapping") {
		return
	}
	if p == inHypothesis {
		c.hypothesisTolerance(n)
	}
	if isRef(n) {
		c.ref(n.Get("ref"))
		return
	}
	c.keys(n, activityKeys...)
	c.activityType(n)
	c.activityName(n, p)
	c.timing(n)
	c.controls(n.Get("controls"))
	c.proof(n, p)
	c.provider(n)
}

// isRef takes a null ref for none, as the toolkit does.
func isRef(n *document.Node) bool {
	ref := n.Get("ref")
	return ref != nil && ref.Value != nil
}

// ref must lead to an activity, which the toolkit finds out when it runs it.
func (c *checker) ref(n *document.Node) {
	if !isText(n) || !truthy(n) {
		c.wrong(n.At, "reference to activity must be non-empty strings", "name an activity of the method or the hypothesis")
		return
	}
	names := c.names()
	if name := stringOf(n); !slices.Contains(names, name) {
		do := "name an activity of the method or the hypothesis"
		if near := problem.Near(name, names); len(near) > 0 {
			do = fmt.Sprintf("did you mean '%s'?", near[0])
		}
		c.wrong(n.At, fmt.Sprintf("referenced activity '%s' could not be found in the experiment", name), do)
	}
}

// names are those that a ref can refer to.
func (c *checker) names() []string {
	var names []string
	for _, list := range []*document.Node{c.root.Get("method"), c.root.Get("steady-state-hypothesis").Get("probes")} {
		if list == nil {
			continue
		}
		for _, a := range list.Items {
			if name := a.Get("name"); !isRef(a) && name != nil && isText(name) {
				names = append(names, stringOf(name))
			}
		}
	}
	return names
}

func (c *checker) activityType(n *document.Node) {
	t := n.Get("type")
	switch {
	case !truthy(t):
		c.wrong(n.At, "an activity must have a type", `write "type": "probe" or "type": "action"`)
	case stringOf(t) != experiment.Probe && stringOf(t) != experiment.Action:
		c.wrong(t.At, fmt.Sprintf("'%s' is not a supported activity type", stringOf(t)), "choose probe or action")
	}
}

// activityName leaves out the probes of the configuration, which nobody refers
// to. Where somebody may, the name can be looked up.
func (c *checker) activityName(n *document.Node, p place) {
	if p == inConfiguration {
		return
	}
	c.required(n, "name", "an activity must have a name", "say in a few words what it does")
	if name := n.Get("name"); truthy(name) && (p == inMethod || p == inHypothesis) {
		c.want(name, !isMap(name) && !isList(name), "the name of an activity", "text")
	}
}

func (c *checker) timing(n *document.Node) {
	if timeout := n.Get("timeout"); timeout != nil && timeout.Value != nil {
		if !isNumber(timeout) {
			c.wrong(timeout.At, "activity timeout must be a number", "give seconds, and give them to the provider: only provider.timeout has an effect")
		} else {
			c.warn(timeout.At, "the timeout of an activity has no effect", "move it into the provider")
		}
	}
	if background := n.Get("background"); background != nil {
		if _, ok := background.Value.(bool); !ok {
			c.wrong(background.At, "activity background must be a boolean", "write true or false")
		}
	}
	c.pauses(n.Get("pauses"))
}

func (c *checker) pauses(n *document.Node) {
	if n == nil || n.Value == nil || !c.want(n, isMap(n), "pauses", "a mapping with before and after") {
		return
	}
	c.keys(n, "before", "after")
	for _, when := range []string{"before", "after"} {
		if pause := n.Get(when); pause != nil && !isPause(pause) {
			c.wrong(pause.At, "activity "+when+" pause must be a number or a pattern to a variable from the configuration or secrets",
				"give seconds, 0 or more, as a number, or ${name}")
		}
	}
}

func isPause(n *document.Node) bool {
	if isText(n) {
		return strings.HasPrefix(stringOf(n), "${") && strings.HasSuffix(stringOf(n), "}")
	}
	seconds, ok := value.Rational(n.Value)
	return !truthy(n) || ok && seconds.Sign() > 0
}

func (c *checker) hypothesisTolerance(n *document.Node) {
	t := n.Get("tolerance")
	if t == nil {
		c.wrong(n.At, "hypothesis probe must have a tolerance entry", `say what counts as steady: "tolerance": 200`)
		return
	}
	written := tolerance.Parse(t.Value)
	found := written.Check()
	for _, f := range found {
		c.wrong(t.Lookup(f.Path...).At, f.What, f.Do)
	}
	if len(found) == 0 {
		for _, f := range written.Warnings(stringOf(n.Get("provider").Get("type"))) {
			c.warn(t.Lookup(f.Path...).At, f.What, f.Do)
		}
	}
	if _, isProbe := tolerance.Probe(t.Value); isProbe {
		c.activity(t, inTolerance)
		return
	}
	c.keys(t, "type", "target", "pattern", "path", "count", "expect", "range")
}

// proof checks what the toolkit ignores: a tolerance in the method, which proves
// that the fault landed, and our own key.
func (c *checker) proof(n *document.Node, p place) {
	t, key := n.Get("tolerance"), n.Get("proof")
	if p == inMethod && t != nil {
		for _, f := range tolerance.Parse(t.Value).Check() {
			c.warn(t.Lookup(f.Path...).At, f.What+", so it proves nothing", f.Do)
		}
	}
	switch {
	case key == nil:
	case key.Value != experiment.ProofThroughout:
		c.wrong(key.At, "proof can only be throughout, and it is "+asJSON(key), `write "proof": "throughout", or leave it out`)
	case p != inMethod || t == nil || stringOf(n.Get("type")) != experiment.Probe:
		c.warn(key.At, "proof has an effect on a probe of the method with a tolerance alone", "give it one, or leave proof out")
	}
}
