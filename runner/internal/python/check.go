package python

import (
	"fmt"
	"math/big"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// Mistake is one argument that a function cannot be called with: What is wrong,
// and what to Do. An argument that is missing is Argument too.
type Mistake struct{ Argument, What, Do string }

// Error is the whole mistake on one line.
func (m Mistake) Error() string { return m.What + "; " + m.Do }

// limit is what a parameter cannot be given, because only a running Python
// program has it.
type limit int

const (
	unlimited    limit = iota
	noOpenFile         // a number would be an open file
	noOpenFolder       // all but None would be an open folder
	noFunction         // all but None would be a function
	nothing            // nor is None one
)

// Check returns what is wrong with the arguments, before they are used: first
// those that are missing, then those that are unknown, which is also the order
// in which the Chaos Toolkit looks for the one that it reports, then those that
// only a Python program could give.
func (f *Function) Check(arguments *value.Map) []Mistake {
	var wrong []Mistake
	for _, p := range f.Parameters {
		if p.Required && !p.given(arguments) {
			wrong = append(wrong, Mistake{p.Name, fmt.Sprintf("required argument '%s' is missing from activity '%s'", p.Name, f.Name), f.usage()})
		}
	}
	for key := range arguments.All() {
		if !f.takes(key) {
			wrong = append(wrong, Mistake{key, fmt.Sprintf("argument %s is not part of the function signature in activity '%s'", value.Repr(key), f.Name), f.usage()})
		}
	}
	return append(wrong, f.refusals(arguments)...)
}

func (f *Function) refusals(arguments *value.Map) []Mistake {
	var wrong []Mistake
	for _, p := range f.Parameters {
		v, given := arguments.Get(p.Name)
		if !given {
			continue
		}
		if arguments.Has(p.alias) {
			wrong = append(wrong, Mistake{p.alias, fmt.Sprintf("arguments '%s' and '%s' of '%s' are the same", p.Name, p.alias, f.Name), "leave one of them out"})
		}
		if why, do := p.limit.refuse(v); why != "" {
			wrong = append(wrong, Mistake{p.Name, fmt.Sprintf("argument '%s' of '%s' %s", p.Name, f.Name, why), do})
		}
	}
	return wrong
}

func (l limit) refuse(v any) (why, do string) {
	switch {
	case l == noOpenFile && isInteger(v):
		return "cannot be a number, which would mean an open file of a running program", "write a file name"
	case l == noOpenFolder && v != nil:
		return "can only be null, because it means an open folder of a running program", "leave it out"
	case l == nothing, l == noFunction && v != nil:
		return "has to be a Python function, which an experiment cannot write down", "leave it out"
	}
	return "", ""
}

func isInteger(v any) bool {
	switch v.(type) {
	case bool, int64, *big.Int:
		return true
	}
	return false
}

func (p Parameter) given(arguments *value.Map) bool {
	return arguments.Has(p.Name) || p.alias != "" && arguments.Has(p.alias)
}

func (f *Function) takes(key string) bool {
	for _, p := range f.Parameters {
		if key == p.Name || key == p.alias && key != "" {
			return true
		}
	}
	return false
}

// usage names what an experiment can give.
func (f *Function) usage() string {
	var needs, may []string
	for _, p := range f.Parameters {
		switch {
		case p.Required:
			needs = append(needs, p.Name)
		case p.limit == unlimited || p.limit == noOpenFile:
			may = append(may, p.Name)
		}
	}
	text := fmt.Sprintf("%s.%s takes ", f.Module, f.Name)
	if len(needs) == 0 && len(may) == 0 {
		return text + "no arguments"
	}
	text += strings.Join(needs, " and ")
	if len(needs) > 0 && len(may) > 0 {
		text += ", and may take "
	}
	return text + strings.Join(may, " and ")
}
