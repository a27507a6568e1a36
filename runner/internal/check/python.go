package check

import (
	"errors"
	"fmt"
	"slices"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/native"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// question is about a part of the experiment that only a Python interpreter can check.
// All questions are asked together, at the end.
type question struct {
	at        path // the provider
	provider  *value.Map
	reference worker.Reference
	declared  *value.Map // a control, whole
}

// python checks the provider that calls a function. A native function is checked at
// once, and needs no interpreter unless its arguments are unusual.
func (c *checker) python(at path, m, activity *value.Map) {
	c.keys(at, m, "type", "module", "func", "arguments", "secrets")
	name := activity.AsText("name")
	in := fmt.Sprintf(", in activity '%s'", name)
	ok := c.named(at, m, "module", "a Python activity must have a module path"+in, "give the provider a module")
	if !c.named(at, m, "func", "a Python activity must have a function name"+in, "give the provider a func") || !ok {
		return
	}
	arguments := c.mapping(at, m, "arguments", "the arguments of a Python function", "an object")
	if arguments == nil && m.Has("arguments") {
		return
	}
	module, function := m.Text("module"), m.Text("func")
	if f, known := native.Lookup(module, function); known {
		found := f.Check(arguments)
		c.mistakes(at, m, found)
		if len(found) > 0 || f.Takes(arguments) {
			return
		}
	}
	c.questions = append(c.questions, question{at: at, provider: m,
		reference: worker.Reference{Kind: activity.AsText("type"), Name: name, Module: module, Func: function, Arguments: arguments}})
}

// named tells whether a key holds a text that is not empty, and reports it if not.
func (c *checker) named(at path, m *value.Map, key, what, do string) bool {
	switch v := m.Value(key); {
	case !value.Truthy(v):
		c.wrong(at, what, do)
	case !is[string](v):
		c.mustBe(at.to(key), v, "the "+key, "text")
	default:
		return true
	}
	return false
}

// controls checks the declarations at the key controls, at any level.
func (c *checker) controls(at path, in *value.Map) {
	if v := in.Value("controls"); (is[string](v) || is[*value.Map](v)) && !value.Truthy(v) {
		return
	}
	for at, item := range c.items(at, in, "controls", "controls", "a list of objects") {
		if m, ok := item.(*value.Map); ok {
			c.control(at, m)
		} else {
			c.mustBe(at, item, "a control", "an object")
		}
	}
}

// control checks one declaration. Its module is looked for later.
func (c *checker) control(at path, m *value.Map) {
	c.keys(at, m, "name", "provider", "scope", "automatic", "ref")
	if m.Has("ref") {
		ref := m.AsText("ref")
		c.lookUp(at.to("ref"), ref, c.controlNames, fmt.Sprintf("Control reference '%s' declaration cannot be found", ref),
			"declare it among the experiment's controls")
		return
	}
	name := m.AsText("name")
	if !m.Has("name") {
		c.wrong(at, "A control must have a `name` property", "give it a name")
	}
	if scope := m.Value("scope"); value.Truthy(scope) && scope != "before" && scope != "after" {
		c.wrong(at.to("scope"), fmt.Sprintf("Control '%s' scope property must be 'before' or 'after' only", name), "write before or after, or remove the key for both")
	}
	v, ok := m.Get("provider")
	p, isMap := v.(*value.Map)
	provider := at.to("provider")
	switch {
	case !ok:
		c.wrong(at, fmt.Sprintf("Control '%s' must have a `provider` property", name), "give it a provider of type python with a module")
	case !isMap:
		c.mustBe(provider, v, "a control's provider", "an object")
	case p.AsText("type") != "python":
		c.warn(provider, fmt.Sprintf("the control '%s' has a provider of type '%s' and does nothing", name, p.AsText("type")), "use type python")
	case c.named(provider, p, "module", fmt.Sprintf("Control '%s' must have a module path", name), "name the Python module"):
		c.questions = append(c.questions, question{at: provider, provider: p, declared: m,
			reference: worker.Reference{Kind: "control", Name: name, Module: p.Text("module")}})
	}
}

// answers asks the interpreter all questions. A control whose module exists checks its own
// declaration.
func (c *checker) answers() {
	if len(c.questions) == 0 {
		return
	}
	references := make([]worker.Reference, len(c.questions))
	for i, q := range c.questions {
		references[i] = q.reference
	}
	mistakes, err := c.surroundings.Inspect(references)
	if err != nil {
		c.unanswered(err)
		return
	}
	for i, q := range c.questions {
		if q.declared == nil {
			c.mistakes(q.at, q.provider, mistakes[i])
			continue
		}
		for _, m := range mistakes[i] { // the run does without a control that cannot be had
			c.warn(q.at.to("module"), m.What, m.Do)
		}
		missing := slices.ContainsFunc(mistakes[i], func(f problem.Finding) bool { return f.Path[0] == "module" })
		if missing || c.surroundings.ValidateControl == nil {
			continue
		}
		if err := c.surroundings.ValidateControl(q.reference, q.declared); err != nil {
			c.wrong(q.at, fmt.Sprintf("the control '%s' refuses its declaration: %v", q.reference.Name, err), "see what its documentation says")
		}
	}
}

// unanswered reports that there is no interpreter, or that it does not work: once, and for each
// function whose name is near to one that needs none. For controls this is only a warning: the
// run continues without them.
func (c *checker) unanswered(err error) {
	what, do := err.Error(), "install Python 3, or name an interpreter with --python"
	var p *problem.Problem
	if errors.As(err, &p) {
		what, do = p.What, p.Do
	}
	said := false
	for _, q := range c.questions {
		module, name := q.at.to("module"), q.reference.Module+"."+q.reference.Func
		f, known := native.Lookup(q.reference.Module, q.reference.Func)
		near := problem.Near(name, native.Functions())
		switch {
		case q.declared != nil && !said:
			c.warn(module, what, do)
		case q.declared != nil:
		case !known && len(near) > 0:
			c.wrong(module, "'"+name+"' needs Python, and Python cannot be asked", "did you mean '"+near[0]+"'? It needs none")
		case !said:
			if known {
				do += "; without Python, " + f.Usage() + ", with plain texts"
			}
			c.wrong(module, what, do)
			said = true
		}
	}
}

// mistakes shows what is wrong with a Python function where the finding lies; an
// argument that is missing where there are none lies at the function.
func (c *checker) mistakes(at path, provider *value.Map, all []problem.Finding) {
	for _, f := range all {
		where := f.Path
		if len(f.Path) > 1 && !provider.Has(f.Path[0]) {
			where = []string{"func"}
		}
		c.wrong(at.to(where...), f.What, f.Do)
	}
}
