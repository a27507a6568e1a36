// Package native does the Python functions that experiments use most in Go, so
// that a laptop without Python can run them. Results and exceptions are those of
// CPython 3.11, but for rare error texts, which docs/differences.md names.
package native

import (
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
	limit    limit
}

// limit is what an experiment cannot give for a parameter, because only a
// running Python program has it.
type limit int

const (
	unlimited  limit = iota
	noOpenFile       // no number: it would be an open file
	onlyNull         // nothing but null: the rest would be an open folder or a function
)

// arguments has a value for every parameter.
type arguments map[string]any

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
		for _, name := range []string{p.alias, p.Name} {
			if v, ok := given.Get(name); ok {
				bound[p.Name] = v
			}
		}
	}
	if f.wait != nil {
		return nil, f.wait(ctx, bound)
	}
	return f.do(bound)
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
	known := map[string]bool{}
	for _, p := range f.Parameters {
		known[p.Name], known[p.alias] = true, p.alias != ""
		if p.Required && !given.Has(p.Name) && (p.alias == "" || !given.Has(p.alias)) {
			add(p.Name, fmt.Sprintf("required argument '%s' is missing from activity '%s'", p.Name, f.Name), f.usage())
		}
	}
	for key := range given.All() {
		if !known[key] {
			add(key, fmt.Sprintf("argument %s is not part of the function signature in activity '%s'", value.Repr(key), f.Name), f.usage())
		}
	}
	for _, p := range f.Parameters {
		v, ok := given.Get(p.Name)
		switch {
		case ok && p.alias != "" && given.Has(p.alias):
			add(p.alias, fmt.Sprintf("arguments '%s' and '%s' of '%s' are the same", p.Name, p.alias, f.Name), "leave one of them out")
		case ok && p.limit == noOpenFile && isInteger(v):
			add(p.Name, fmt.Sprintf("argument '%s' of '%s' cannot be a number, which would mean an open file of a running program", p.Name, f.Name), "write a file name")
		case p.limit == onlyNull && v != nil:
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

// usage names what an experiment can give.
func (f *Function) usage() string {
	var required, optional []string
	for _, p := range f.Parameters {
		switch {
		case p.Required:
			required = append(required, p.Name)
		case p.limit != onlyNull:
			optional = append(optional, p.Name)
		}
	}
	text := fmt.Sprintf("%s.%s takes ", f.Module, f.Name)
	if len(required) == 0 && len(optional) == 0 {
		return text + "no arguments"
	}
	text += strings.Join(required, " and ")
	if len(required) > 0 && len(optional) > 0 {
		text += ", and may take "
	}
	return text + strings.Join(optional, " and ")
}
