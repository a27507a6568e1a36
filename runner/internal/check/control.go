package check

import (
	"fmt"
	"slices"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/worker"
)

// controls checks declarations at any level.
func (c *checker) controls(n *document.Node) {
	if n == nil || (isText(n) || isMap(n)) && !truthy(n) || !c.want(n, isList(n), "controls", "a list of mappings") {
		return
	}
	for _, item := range n.Items {
		if c.want(item, isMap(item), "a control", "a mapping") {
			c.control(item)
		}
	}
}

func (c *checker) control(n *document.Node) {
	c.keys(n, "name", "provider", "scope", "automatic", "ref")
	if ref := n.Get("ref"); ref != nil {
		c.controlRef(ref)
		return
	}
	name := stringOf(n.Get("name"))
	if n.Get("name") == nil {
		c.wrong(n.At, "A control must have a `name` property", "give it a name")
	}
	if scope := n.Get("scope"); truthy(scope) && scope.Value != "before" && scope.Value != "after" {
		c.wrong(scope.At, fmt.Sprintf("Control '%s' scope property must be 'before' or 'after' only", name), "choose one of them, or leave it out for both")
	}
	p := n.Get("provider")
	if p == nil {
		c.wrong(n.At, fmt.Sprintf("Control '%s' must have a `provider` property", name), `write "provider": {"type": "python", "module": "..."}`)
		return
	}
	if !c.want(p, isMap(p), "a control's provider", "a mapping") {
		return
	}
	if t := stringOf(p.Get("type")); t != "python" {
		c.warn(p.At, fmt.Sprintf("the control '%s' has a provider of type '%s' and does nothing", name, t), "use type python")
		return
	}
	if !truthy(p.Get("module")) {
		c.wrong(p.At, fmt.Sprintf("Control '%s' must have a module path", name), "name the Python module")
		return
	}
	if !c.want(p.Get("module"), isText(p.Get("module")), "the module", "text") {
		return
	}
	c.questions = append(c.questions, question{at: p, declared: n.Map(),
		reference: worker.Reference{Kind: "control", Name: name, Module: stringOf(p.Get("module"))}})
}

// controlRef must lead to a control of the experiment.
func (c *checker) controlRef(ref *document.Node) {
	var names []string
	if list := c.root.Get("controls"); list != nil {
		for _, control := range list.Items {
			names = append(names, stringOf(control.Get("name")))
		}
	}
	if slices.Contains(names, stringOf(ref)) {
		return
	}
	do := "declare it among the experiment's controls"
	if near := problem.Near(stringOf(ref), names); len(near) > 0 {
		do = fmt.Sprintf("did you mean '%s'?", near[0])
	}
	c.wrong(ref.At, fmt.Sprintf("Control reference '%s' declaration cannot be found", stringOf(ref)), do)
}
