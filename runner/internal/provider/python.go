package provider

import (
	"context"
	"errors"
	"fmt"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/python/native"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// python calls a function, natively where we have it for such arguments.
func (p *Providers) python(ctx context.Context, a *experiment.Activity) (any, error) {
	call, err := p.call(a)
	if err != nil {
		return nil, err
	}
	var output any
	f, isNative := native.Lookup(call.Module, call.Func)
	switch {
	case isNative && f.Takes(call.Arguments):
		output, err = f.Call(ctx, call.Arguments)
	case p.Python != nil:
		output, err = p.Python(ctx, call)
	default:
		err = fmt.Errorf("'%s' needs a Python interpreter for %s.%s", a.Name, call.Module, call.Func)
	}
	var raised *python.Exception
	if errors.As(err, &raised) {
		return nil, failed("%s", raised.Error())
	}
	return output, err
}

func (p *Providers) call(a *experiment.Activity) (worker.Call, error) {
	c := worker.Call{
		Activity: a.Name, Module: text(setting(a, "module")), Func: text(setting(a, "func")),
		Background: a.Background, Judged: a.HasTolerance,
	}
	given := p.Variables.Arguments(setting(a, "arguments"))
	var ok bool
	if c.Arguments, ok = given.(*value.Map); !ok && given != nil {
		return c, fmt.Errorf("the arguments of '%s' are %s: write a mapping of names and values", a.Name, value.Repr(given))
	}
	if groups, ok := setting(a, "secrets").([]any); ok {
		c.Groups = []any{}
		for _, g := range groups {
			c.Groups = append(c.Groups, value.Text(g))
		}
	}
	return c, nil
}
