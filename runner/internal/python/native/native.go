// Package native does the Python functions that experiments use most in Go, so
// that a laptop without Python can run them. Results and exceptions are those of
// CPython 3.11, but for rare error texts, which docs/differences.md names.
//
// Only calls with usual arguments are done here, with texts for all names. A real
// interpreter does every other call, see Function.Takes.
package native

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Function is a Python function that is built in.
type Function struct {
	module, name string
	parameters   []parameter
	do           function
}

// parameter is one argument of a function, by the name that inspect.signature
// gives it in CPython 3.11.
type parameter struct {
	name     string
	required bool
	takes    func(v any) bool // whether the native function can work with v; nil: with no value at all
}

// Lookup finds a function by its module, such as os or os.path, and its name.
func Lookup(module, name string) (*Function, bool) {
	for i := range functions {
		if f := &functions[i]; f.module == module && f.name == name {
			return f, true
		}
	}
	return nil, false
}

// Functions returns the names of the module's functions that are built in,
// sorted; none for a module that has none.
func Functions(module string) []string {
	var names []string
	for _, f := range functions {
		if f.module == module {
			names = append(names, f.name)
		}
	}
	slices.Sort(names)
	return names
}

// Takes tells whether the function can be called without Python with these arguments. If
// not, a real interpreter has to call it: for a number where a name is usual, for
// mode, follow_symlinks, dir_fd and the like, and for what Check finds.
func (f *Function) Takes(given *value.Map) bool {
	for _, p := range f.parameters {
		if v, ok := given.Get(p.name); ok && (p.takes == nil || !p.takes(v)) {
			return false
		}
	}
	return len(f.Check(given)) == 0
}

// Call calls the function by keywords and returns what Python would. Its error
// is a *python.Exception, or ctx's error once that has ended: then nothing is
// begun. Only time.sleep can be ended while it is under way.
func (f *Function) Call(ctx context.Context, given *value.Map) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !f.Takes(given) {
		return nil, raise("TypeError", "only Python can call %s with these arguments", f.name)
	}
	result, err := f.do(ctx, given)
	if err != nil {
		return nil, err
	}
	return result, nil
}

// Check returns which arguments are missing and which are unknown. A path leads
// from the provider to the argument. The first finding is the one that the Chaos
// Toolkit reports.
func (f *Function) Check(given *value.Map) []problem.Finding {
	var wrong []problem.Finding
	add := func(argument, what string) {
		wrong = append(wrong, problem.Finding{Path: []string{"arguments", argument}, What: what, Do: f.Usage()})
	}
	for _, p := range f.parameters {
		if p.required && !given.Has(p.name) {
			add(p.name, fmt.Sprintf("required argument '%s' is missing from activity '%s'", p.name, f.name))
		}
	}
	for key := range given.All() {
		if !slices.ContainsFunc(f.parameters, func(p parameter) bool { return key == p.name }) {
			add(key, fmt.Sprintf("argument %s is not part of the function signature in activity '%s'", value.Repr(key), f.name))
		}
	}
	return wrong
}

// Usage is a sentence with the arguments that need no Python, what is required
// first: os.makedirs takes name, and may take exist_ok.
func (f *Function) Usage() string {
	var required, optional []string
	for _, p := range f.parameters {
		switch {
		case p.required:
			required = append(required, p.name)
		case p.takes != nil:
			optional = append(optional, p.name)
		}
	}
	text := f.module + "." + f.name + " takes " + cmp.Or(strings.Join(required, " and "), "no arguments")
	if len(optional) > 0 {
		text += ", and may take " + strings.Join(optional, " and ")
	}
	return text
}
