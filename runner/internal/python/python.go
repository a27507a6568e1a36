// Package python does Python's functions: those that experiments use most are
// done natively in Go, exactly as CPython 3.11 does them, errors included, so
// that a laptop without Python can run them. A Worker does all others, and the
// functions of controls, in a real interpreter.
package python

import (
	"context"
	"slices"

	"chaosworkshop.example/runner/internal/value"
)

// Function is a Python function done natively. Its parameters bear the names
// that inspect.signature gives them in CPython 3.11.
type Function struct {
	Module, Name string
	Parameters   []Parameter
	builtin      bool // CPython has it in C, which words its complaints otherwise
	native       func(context.Context, arguments) (any, error)
}

// Parameter is one argument that a Function takes. Default is what an argument
// that is not Required is when it is left out.
type Parameter struct {
	Name     string
	Required bool
	Default  any
	alias    string
	limit    limit
}

// arguments has a value for every parameter.
type arguments map[string]any

// Lookup finds a function by its module, as in os or os.path, and its name.
func Lookup(module, name string) (*Function, bool) {
	for i, f := 0, table(); i < len(f); i++ {
		if f[i].Name == name && f[i].Module == module {
			return &f[i], true
		}
	}
	return nil, false
}

// Functions names the functions of module that are done natively, sorted.
func Functions(module string) []string {
	var names []string
	for _, f := range table() {
		if f.Module == module {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Call calls the function by keywords, as the Chaos Toolkit does, and returns
// what Python would. Its error is an *Exception, or that of ctx once that has
// ended: then nothing more is begun, but what was done stays.
func (f *Function) Call(ctx context.Context, arguments *value.Map) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	bound, err := f.bind(arguments)
	if err != nil {
		return nil, err
	}
	return f.native(ctx, bound)
}
