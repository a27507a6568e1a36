// Package native does the Python functions that experiments use most in Go, so
// that a laptop without Python can run them. Results and exceptions are those of
// CPython 3.11, but for rare error texts, which docs/differences.md names.
package native

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Function is a Python function that is done natively. Its parameters have the
// names that inspect.signature gives them in CPython 3.11.
type Function struct {
	Module, Name string
	Parameters   []Parameter
	do           func(arguments) (any, error)           // one that takes no time
	wait         func(context.Context, arguments) error // one that does
}

// Parameter is one argument that a Function takes. Default is what an argument
// that is not Required is when it is left out.
type Parameter struct {
	Name     string
	Required bool
	Default  any
	alias    string // a second name for it
	kind     kind
}

// kind is what a parameter can be.
type kind int

const (
	anything   kind = iota
	name            // of a file or folder
	nameNoOpen      // likewise; Python would also take the number of an open file, which an experiment does not have
	number          // a C int, such as a file's mode
	onlyNull        // the rest would be an open folder or a function, which only a running program has
)

// arguments has a value for every parameter: a string where that is a name, an
// int32 where it is a number.
type arguments map[string]any

func (a arguments) text(name string) string {
	s, _ := a[name].(string)
	return s
}

// Lookup finds a function by its module, such as os or os.path, and its name.
func Lookup(module, name string) (*Function, bool) {
	for i := range functions {
		if f := &functions[i]; f.Module == module && f.Name == name {
			return f, true
		}
	}
	return nil, false
}

// Functions returns the names of the module's functions that are done natively,
// sorted; none for a module that has none.
func Functions(module string) []string {
	var names []string
	for _, f := range functions {
		if f.Module == module {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Call calls the function by keywords and returns what Python would. Its error
// is a *python.Exception, or ctx's error once that has ended: then nothing is
// begun. Only time.sleep can be ended while it is under way.
func (f *Function) Call(ctx context.Context, given *value.Map) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if wrong := f.Check(given); len(wrong) > 0 {
		return nil, raise("TypeError", "%s", wrong[0].What)
	}
	bound := make(arguments, len(f.Parameters))
	for _, p := range f.Parameters {
		bound[p.Name] = p.Default
		for _, key := range []string{p.alias, p.Name} {
			if v, ok := given.Get(key); ok {
				bound[p.Name] = v
			}
		}
		var err error
		if bound[p.Name], err = p.convert(f.Name, bound[p.Name]); err != nil {
			return nil, err
		}
	}
	if f.wait != nil {
		return nil, f.wait(ctx, bound)
	}
	result, err := f.do(bound)
	if err != nil {
		return nil, err
	}
	return result, nil
}

// convert is v as the function takes it.
func (p Parameter) convert(function string, v any) (any, error) {
	switch b, isBytes := v.([]byte); {
	case p.kind == number:
		return cInt(v)
	case p.kind != name && p.kind != nameNoOpen, v == nil && !p.Required:
		return v, nil
	case isBytes:
		return string(b), nil
	}
	if text, ok := v.(string); ok {
		return text, nil
	}
	return nil, raise("TypeError", "%s: %s should be text, not %s", function, p.Name, value.Kind(v))
}

// Check returns what is wrong with the arguments, before they are used. A path
// leads from the provider to the argument. First come those that are missing,
// then those that are unknown, which is also the order in which the Chaos Toolkit
// looks for the one that it reports, then those that only a Python program could
// give.
func (f *Function) Check(given *value.Map) []problem.Finding {
	var wrong []problem.Finding
	add := func(argument, what, do string) {
		wrong = append(wrong, problem.Finding{Path: []string{"arguments", argument}, What: what, Do: do})
	}
	for _, p := range f.Parameters {
		if p.Required && !given.Has(p.Name) && (p.alias == "" || !given.Has(p.alias)) {
			add(p.Name, fmt.Sprintf("required argument '%s' is missing from activity '%s'", p.Name, f.Name), f.usage())
		}
	}
	for key := range given.All() {
		if !slices.ContainsFunc(f.Parameters, func(p Parameter) bool { return key == p.Name || p.alias != "" && key == p.alias }) {
			add(key, fmt.Sprintf("argument %s is not part of the function signature in activity '%s'", value.Repr(key), f.Name), f.usage())
		}
	}
	for _, p := range f.Parameters {
		v, ok := given.Get(p.Name)
		switch {
		case ok && p.alias != "" && given.Has(p.alias):
			add(p.alias, fmt.Sprintf("arguments '%s' and '%s' of '%s' are the same", p.Name, p.alias, f.Name), "leave one of them out")
		case ok && p.kind == nameNoOpen && isInteger(v):
			add(p.Name, fmt.Sprintf("argument '%s' of '%s' cannot be a number, which would mean an open file of a running program", p.Name, f.Name), "write a file name")
		case p.kind == onlyNull && v != nil:
			add(p.Name, fmt.Sprintf("argument '%s' of '%s' can only be null, because it means what only a running program has", p.Name, f.Name), "leave it out")
		}
	}
	return wrong
}

func isInteger(v any) bool {
	switch v.(type) {
	case bool, int64, *big.Int:
		return true
	}
	return false
}

// usage names what an experiment can give, what is required first.
func (f *Function) usage() string {
	var required, optional []string
	for _, p := range f.Parameters {
		switch {
		case p.Required:
			required = append(required, p.Name)
		case p.kind != onlyNull:
			optional = append(optional, p.Name)
		}
	}
	text := f.Module + "." + f.Name + " takes " + cmp.Or(strings.Join(required, " and "), "no arguments")
	if len(optional) > 0 {
		text += ", and may take " + strings.Join(optional, " and ")
	}
	return text
}
