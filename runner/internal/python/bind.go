package python

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// bind gives every parameter its value, or raises what Python raises for a call
// with such keywords.
func (f *Function) bind(given *value.Map) (arguments, error) {
	if err := f.mismatch(given); err != nil {
		return nil, err
	}
	if refused := f.refusals(given); len(refused) > 0 {
		return nil, raise("NotImplementedError", "%s", refused[0].What)
	}
	bound := arguments{}
	for _, p := range f.Parameters {
		bound[p.Name] = p.Default
		if v, ok := given.Get(p.alias); ok {
			bound[p.Name] = v
		}
		if v, ok := given.Get(p.Name); ok {
			bound[p.Name] = v
		}
	}
	return bound, nil
}

func (f *Function) mismatch(given *value.Map) error {
	if f.builtin {
		return f.builtinMismatch(given)
	}
	for key := range given.All() {
		if !f.takes(key) {
			return raise("TypeError", "%s() got an unexpected keyword argument '%s'", f.Name, key)
		}
	}
	missing := f.missing(given)
	if len(missing) == 0 {
		return nil
	}
	return raise("TypeError", "%s() missing %d required positional argument%s: %s",
		f.Name, len(missing), plural(len(missing)), quotedList(missing))
}

// builtinMismatch finds and words what is wrong as CPython does for its functions
// in C: it counts first, and looks for the missing before the unknown.
func (f *Function) builtinMismatch(given *value.Map) error {
	most := len(f.Parameters)
	switch {
	case given.Len() > 0 && most == 0:
		return raise("TypeError", "%s.%s() takes no keyword arguments", platformModule, f.Name)
	case given.Len() > most:
		return raise("TypeError", "%s() takes at most %d keyword argument%s (%d given)", f.Name, most, plural(most), given.Len())
	}
	for i, p := range f.Parameters {
		if p.Required && !p.given(given) {
			return raise("TypeError", "%s() missing required argument '%s' (pos %d)", f.Name, p.Name, i+1)
		}
	}
	for key := range given.All() {
		if !f.takes(key) {
			return raise("TypeError", "'%s' is an invalid keyword argument for %s()", key, f.Name)
		}
	}
	return nil
}

func (f *Function) missing(given *value.Map) []string {
	var names []string
	for _, p := range f.Parameters {
		if p.Required && !p.given(given) {
			names = append(names, fmt.Sprintf("'%s'", p.Name))
		}
	}
	return names
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func quotedList(names []string) string {
	return strings.Join(names, " and ") // no function here needs more than two
}
