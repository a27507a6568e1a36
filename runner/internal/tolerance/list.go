package tolerance

import (
	"context"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// list is a choice of values. For an output without a status two items are bounds,
// and what lies between them is met too.
type list []any

func (list) Check() []problem.Finding { return nil }
func (list) AlwaysMet() bool          { return false }

// Warnings finds two statuses such as 200 and 299, which look like bounds.
func (t list) Warnings(provider string) []problem.Finding {
	if provider != "http" || len(t) != 2 {
		return nil
	}
	low, ok := t[0].(int64)
	high, ok2 := t[1].(int64)
	if !ok || !ok2 || low%100 != 0 || high != low+99 {
		return nil
	}
	return warning("the tolerance means the status "+t.choice()+", and none between them",
		"list every status that is wanted, or use the type range with the target status")
}

func (t list) Within(_ context.Context, _ *Judge, output any) (bool, error) {
	code, ok := status(output)
	switch {
	case ok:
		return t.contains(code), nil
	case len(t) != 2:
		return t.contains(output), nil
	}
	met, ordered := atMost(t[0], output)
	if met && ordered {
		met, ordered = atMost(output, t[1])
	}
	if !ordered {
		return false, unmeasured("the tolerance "+t.Wanted(output)+" cannot be compared with the output, which is "+value.Kind(output),
			"give two numbers for a number and two texts for text, or use a tolerance of type range, regex or jsonpath")
	}
	return met, nil
}

func (t list) contains(v any) bool {
	return slices.ContainsFunc(t, func(item any) bool { return value.Equal(item, v) })
}

func (t list) Wanted(output any) string {
	if _, ok := status(output); !ok && len(t) == 2 {
		return between(t)
	}
	return t.choice()
}

func (t list) Got(output any) string { return statusOrWhole(output) }

func (t list) choice() string {
	if len(t) == 0 {
		return "one of an empty list, so nothing is accepted"
	}
	items := make([]string, len(t))
	for i, v := range t {
		items[i] = show(v)
	}
	last := len(items) - 1
	if last == 0 {
		return items[0]
	}
	return strings.Join(items[:last], ", ") + " or " + items[last]
}

func between(ends []any) string { return "between " + show(ends[0]) + " and " + show(ends[1]) }

// atMost is Python's a <= b for numbers and, by code point, for text. For anything
// else it says that the two have no order.
func atMost(a, b any) (met, ordered bool) {
	x, isText := a.(string)
	if y, both := b.(string); isText && both {
		return x <= y, true
	}
	order, ok := value.Compare(a, b)
	return ok && order <= 0, isNumber(a) && isNumber(b) // nothing is at most NaN
}

func isNumber(v any) bool {
	_, isBool := v.(bool)
	return isBool || value.Kind(v) == "a number"
}
