package tolerance

import (
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// Describe says in words what a tolerance asks for, before there is an output:
// `200 or 503`, `between 1 and 5`, `a match for "x" in stdout`. Of a list of two
// it takes whole numbers that could be HTTP statuses as alternatives and other
// items as bounds; once the output is there, Wanted knows.
func Describe(tolerance any) string {
	list, ok := tolerance.([]any)
	if ok && len(list) == 2 && !(couldBeStatus(list[0]) && couldBeStatus(list[1])) {
		return between(list)
	}
	return words(tolerance)
}

// Wanted is Describe for this output.
func Wanted(tolerance, output any) string {
	list, ok := tolerance.([]any)
	if _, hasStatus := status(output); ok && len(list) == 2 && !hasStatus {
		return between(list)
	}
	return words(tolerance)
}

func couldBeStatus(v any) bool {
	n, ok := v.(int64)
	return ok && (n == 0 || n >= 100 && n < 600)
}

func words(tolerance any) string {
	switch t := tolerance.(type) {
	case []any:
		return oneOf(t)
	case *value.Map:
		return mappingWords(t)
	}
	return show(tolerance)
}

func oneOf(list []any) string {
	if len(list) == 0 {
		return "one of an empty list, which nothing is"
	}
	items := make([]string, len(list))
	for i, v := range list {
		items[i] = show(v)
	}
	last := len(items) - 1
	if last == 0 {
		return items[0]
	}
	return strings.Join(items[:last], ", ") + " or " + items[last]
}

func between(list []any) string {
	return "between " + show(list[0]) + " and " + show(list[1])
}

func mappingWords(t *value.Map) string {
	switch kind(t) {
	case regexKind:
		return "a match for " + quoted(t, "pattern") + place(t)
	case jsonpathKind:
		return jsonpathWords(t) + place(t)
	case rangeKind:
		if bounds, _ := t.Get("range"); bounds != nil {
			if list, ok := bounds.([]any); ok && len(list) == 2 {
				return between(list) + place(t)
			}
		}
	case probeKind:
		return "a yes from the probe " + quoted(t, "name")
	}
	return show(t)
}

func jsonpathWords(t *value.Map) string {
	path := text(t, "path")
	if expect, ok := t.Get("expect"); ok {
		return show(expect) + " at " + path
	}
	count, ok := t.Get("count")
	switch {
	case !ok || count == nil:
		return "a match for " + path
	case value.Equal(count, int64(1)):
		return "1 match for " + path
	}
	return show(count) + " matches for " + path
}

func place(t *value.Map) string {
	target, _ := t.Get("target")
	if !value.Truthy(target) {
		return ""
	}
	return " in " + text(t, "target")
}

func quoted(t *value.Map, key string) string {
	return `"` + text(t, key) + `"`
}

func text(t *value.Map, key string) string {
	v, _ := t.Get(key)
	return brief(clean(value.Text(v)))
}
