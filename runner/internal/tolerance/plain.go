package tolerance

import (
	"context"
	"math/big"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// scalar is a single value that the output must equal. A whole number is compared
// with the status of an output that has one.
type scalar struct {
	usual
	v any
}

func (t scalar) Check() []problem.Finding {
	switch t.v.(type) {
	case bool, int64, *big.Int, string:
		return nil
	}
	return wrong("hypothesis probe tolerance must either be an integer, a string, a boolean, a list or an object, and it is "+value.Kind(t.v),
		"write for example 200, [200, 503], or an object with the type regex, jsonpath, range or probe")
}

func (t scalar) Warnings(provider string) []problem.Finding {
	text, isText := t.v.(string)
	_, isBool := t.v.(bool)
	parts, ok := partsOf[provider]
	switch {
	case !ok && (strings.EqualFold(text, "true") || strings.EqualFold(text, "false")):
		return warning("the tolerance is text, and true or false as an answer never equals text", "write it without quotes, if the probe answers true or false")
	case !ok || !isText && !isBool || strings.Contains(text, "$"): // ${name} may turn into anything
		return nil
	}
	return warning("the tolerance is never met: it is compared with the whole output of the "+provider+" probe, which is an object with "+outputs[provider],
		"give the status that is wanted, as in 0 or 200, or use the type regex with the target "+parts)
}

// Within replaces the names in a text first, which can make any tolerance of it.
func (t scalar) Within(ctx context.Context, output any) (bool, error) {
	switch v := t.v.(type) {
	case string:
		replaced := t.surroundings.substitute(v)
		if text, ok := replaced.(string); ok {
			return value.Equal(output, text), nil
		}
		return t.surroundings.Parse(replaced).Within(ctx, output)
	case int64, *big.Int:
		if code, ok := status(output); ok {
			output = code
		}
	case nil, float64:
		return false, nil // the toolkit never finds them met
	}
	return value.Equal(output, t.v), nil
}

// Wanted is the value itself, as JSON has it; a whole number is an exit code for the
// output of a process.
func (t scalar) Wanted(output any) string {
	if value.Kind(t.v) == "a number" && isProcess(output) {
		return "exit code " + value.JSON(t.v)
	}
	return value.JSON(t.v)
}

func (t scalar) Got(output any) string {
	switch t.v.(type) {
	case int64, *big.Int:
		return statusOrWhole(output)
	}
	return whole(output)
}

// status finds the exit code of a process or the status of an HTTP answer.
func status(output any) (any, bool) {
	m, _ := output.(*value.Map)
	return m.Get("status")
}

// statusOrWhole shows the status of an output that has one, and else all of it.
func statusOrWhole(output any) string {
	if code, ok := status(output); ok {
		return statusWords(code, output)
	}
	return value.JSON(output)
}

// mostShown is how much of a text is shown, in bytes: more than anybody reads.
const mostShown = 1 << 20

// whole names the mappings that http and process answer with by their status, and
// shows any other output.
func whole(output any) string {
	code, ok := status(output)
	text, _ := output.(string)
	switch {
	case len(text) > mostShown:
		return value.JSON(strings.ToValidUTF8(text[:mostShown], ""))
	case !ok:
		return value.JSON(output)
	case isProcess(output):
		return "the whole output of a process with " + statusWords(code, output)
	}
	return "the whole HTTP answer with status " + value.JSON(code)
}

// isProcess tells the output of a process from an HTTP answer.
func isProcess(output any) bool {
	m, _ := output.(*value.Map)
	return m.Has("stdout") && m.Has("stderr")
}

// statusWords is a status as people call it: "exit code 3", "killed by signal 9", or
// the number alone for an HTTP answer.
func statusWords(code, output any) string {
	if !isProcess(output) {
		return value.JSON(code)
	}
	if n, ok := code.(int64); ok && n < 0 {
		return "killed by signal " + value.JSON(-n)
	}
	return "exit code " + value.JSON(code)
}

// list is a choice of values. For an output without a status two items are bounds,
// and what lies between them is met too.
type list struct {
	usual
	items []any
}

// Warnings finds a list without a status for an output that has one, and two statuses
// such as 200 and 299, which look like bounds.
func (t list) Warnings(provider string) []problem.Finding {
	_, hasStatus := partsOf[provider]
	if hasStatus && !slices.ContainsFunc(t.items, isNumber) {
		return warning("the tolerance is never met: it is compared with the status, and no item is a number", "write numbers without quotes, as in 0 or 200")
	}
	if provider != "http" || len(t.items) != 2 {
		return nil
	}
	low, ok := t.items[0].(int64)
	high, ok2 := t.items[1].(int64)
	if !ok || !ok2 || low%100 != 0 || high != low+99 {
		return nil
	}
	return warning("the tolerance means the status "+t.choice()+", and none between them",
		"list every status that is wanted, or use the type range with the target status")
}

// Within compares the status of an output that has one, and else the whole output.
func (t list) Within(_ context.Context, output any) (bool, error) {
	code, ok := status(output)
	switch {
	case ok:
		return t.contains(code), nil
	case len(t.items) != 2:
		return t.contains(output), nil
	}
	met, ordered := atMost(t.items[0], output)
	if met && ordered {
		met, ordered = atMost(output, t.items[1])
	}
	if !ordered {
		return false, unmeasured("the tolerance "+t.Wanted(output)+" cannot be compared with the output, which is "+value.Kind(output),
			"give two numbers for a number and two texts for text, or use a tolerance of type range, regex or jsonpath")
	}
	return met, nil
}

func (t list) contains(v any) bool {
	return slices.ContainsFunc(t.items, func(item any) bool { return value.Equal(item, v) })
}

func (t list) Wanted(output any) string {
	if _, ok := status(output); !ok && len(t.items) == 2 {
		return between(t.items)
	}
	if isProcess(output) {
		return "exit code " + t.choice()
	}
	return t.choice()
}

func (t list) Got(output any) string { return statusOrWhole(output) }

// choice lists the values: `200, 201 or 204`.
func (t list) choice() string {
	if len(t.items) == 0 {
		return "one of an empty list, so nothing is accepted"
	}
	items := make([]string, len(t.items))
	for i, v := range t.items {
		items[i] = value.JSON(v)
	}
	last := len(items) - 1
	if last == 0 {
		return items[0]
	}
	return strings.Join(items[:last], ", ") + " or " + items[last]
}

func between(ends []any) string {
	return "between " + value.JSON(ends[0]) + " and " + value.JSON(ends[1])
}

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

// isNumber tells whether Python compares the value as a number: true and false too.
func isNumber(v any) bool {
	_, isBool := v.(bool)
	return isBool || value.Kind(v) == "a number"
}
