package tolerance

import (
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// The types of a tolerance that is a mapping.
const (
	probeKind    = "probe"
	regexKind    = "regex"
	jsonpathKind = "jsonpath"
	rangeKind    = "range"
)

func kind(t *value.Map) string {
	v, _ := t.Get("type")
	name, _ := v.(string)
	return name
}

// Probe returns the activity that a tolerance of type probe asks: the whole
// mapping is one.
func Probe(tolerance any) (*value.Map, bool) {
	t, ok := tolerance.(*value.Map)
	if !ok || kind(t) != probeKind {
		return nil, false
	}
	return t, true
}

// aim returns the part of the output that the key target names. An output
// without that part is taken as a whole.
func aim(t *value.Map, output any) (any, error) {
	name, _ := t.Get("target")
	if !value.Truthy(name) {
		return output, nil
	}
	m, ok := output.(*value.Map)
	if !ok {
		return nil, unmeasured("the tolerance looks at "+value.Repr(name)+" of the output, and the output is "+sortOf(output)+" without parts",
			"take the target out of the tolerance")
	}
	switch key := name.(type) {
	case string:
		if part, ok := m.Get(key); ok {
			return part, nil
		}
	case []any, *value.Map:
		return nil, unmeasured("the target of the tolerance is "+sortOf(name), "name one part of the output, such as stdout or body")
	}
	return output, nil
}

func unmeasured(what, do string) error {
	return problem.New(problem.NoVerdict, what, do)
}

// sortOf says in a word what a value is.
func sortOf(v any) string {
	switch v.(type) {
	case nil:
		return "nothing (null)"
	case bool:
		return "true or false"
	case string:
		return "text"
	case []byte:
		return "bytes"
	case []any:
		return "a list"
	case *value.Map:
		return "a mapping"
	}
	return "a number"
}
