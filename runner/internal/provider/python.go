package provider

import (
	"context"
	"errors"
	"fmt"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

// python calls a function natively where we have it.
func (p *Providers) python(ctx context.Context, a *experiment.Activity) (any, error) {
	module, name := text(setting(a, "module")), text(setting(a, "func"))
	f, ok := python.Lookup(module, name)
	if !ok {
		return nil, fmt.Errorf("'%s' needs the Python function %s.%s, which this runner does not have", a.Name, module, name)
	}
	arguments, _ := p.Variables.Arguments(setting(a, "arguments")).(*value.Map)
	output, err := f.Call(ctx, arguments)
	var raised *python.Exception
	if errors.As(err, &raised) {
		return nil, failed("%s", raised.Error())
	}
	return output, err
}
