package check

import (
	"errors"
	"fmt"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python/native"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// question is what only a Python interpreter knows of a part of the experiment.
type question struct {
	at        *document.Node // the provider
	reference worker.Reference
	declared  *value.Map // a control, whole
}

// ask leaves a question for answers, because all are asked at once.
func (c *checker) ask(at *document.Node, r worker.Reference) {
	c.questions = append(c.questions, question{at: at, reference: r})
}

// answers asks the interpreter, where there is anything to ask.
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
		if q.reference.Kind == "control" {
			c.controlAnswer(q, mistakes[i])
			continue
		}
		c.mistakes(q.at, mistakes[i])
	}
}

// unanswered is the problem that there is no interpreter, or one that is of no
// use. Controls do without, as they do without their module.
func (c *checker) unanswered(err error) {
	what, do := err.Error(), "install Python 3, or name an interpreter with --python"
	var p *problem.Problem
	if errors.As(err, &p) {
		what, do = p.What, p.Do
	}
	for _, q := range c.questions {
		if q.reference.Kind == "control" {
			c.warn(q.at.Lookup("module").At, what, do)
			continue
		}
		if near := problem.Near(q.reference.Func, native.Functions(q.reference.Module)); len(near) > 0 {
			do = fmt.Sprintf("did you mean %s? It needs no Python", near[0])
		}
		c.wrong(q.at.Lookup("module").At, what, do)
		return
	}
}

// mistakes shows what is wrong with a Python function where the finding lies; an
// argument that is missing where there are none lies at the function.
func (c *checker) mistakes(provider *document.Node, all []problem.Finding) {
	for _, f := range all {
		at := provider.Lookup(f.Path...)
		if len(f.Path) > 1 && provider.Get(f.Path[0]) == nil {
			at = provider.Lookup("func")
		}
		c.wrong(at.At, f.What, f.Do)
	}
}

// controlAnswer warns of a control that cannot be had, and lets one that can be
// judge its own declaration.
func (c *checker) controlAnswer(q question, all []problem.Finding) {
	for _, m := range all {
		c.warn(q.at.Lookup("module").At, m.What, m.Do)
	}
	if len(all) > 0 || c.surroundings.ValidateControl == nil {
		return
	}
	if err := c.surroundings.ValidateControl(q.reference, q.declared); err != nil {
		c.wrong(q.at.At, fmt.Sprintf("the control '%s' refuses its declaration: %v", q.reference.Name, err), "see what its documentation says")
	}
}
