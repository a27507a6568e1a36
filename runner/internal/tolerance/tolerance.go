// Package tolerance tells whether a value lies within its tolerance: what a
// probe's output must be for the system to count as steady.
//
// The tolerance's own type chooses the rule, as in the Chaos Toolkit: true,
// 200, "text", a list, or a mapping of type regex, jsonpath, range or probe.
package tolerance

import (
	"context"
	"math/big"

	"chaosworkshop.example/runner/internal/value"
)

// Judge decides. Both fields may be nil: nothing is substituted then, and a
// tolerance of type probe cannot be judged.
type Judge struct {
	// Ask performs the activity of a tolerance of type probe and returns its
	// output. An *experiment.Failed means: not within the tolerance.
	Ask func(ctx context.Context, activity *value.Map) (any, error)
	// Substitute puts values in the place of ${name}.
	Substitute func(any) any
}

// Within tells whether output lies within tolerance. Its error, a
// *problem.Problem unless Ask made it, means that the two cannot be compared at
// all, so that nothing was measured; the toolkit ends with a traceback there.
func (j Judge) Within(ctx context.Context, tolerance, output any) (bool, error) {
	if text, ok := tolerance.(string); ok {
		tolerance = j.substitute(text)
	}
	switch t := tolerance.(type) {
	case bool, string:
		return value.Equal(output, t), nil
	case int64, *big.Int:
		return value.Equal(statusOf(output), t), nil
	case []any:
		return inList(t, output)
	case *value.Map:
		return j.inMapping(ctx, t, output)
	}
	return false, nil // a float or nothing, out of a substitution: never met
}

func (j Judge) substitute(v any) any {
	if j.Substitute == nil {
		return v
	}
	return j.Substitute(v)
}

func (j Judge) inMapping(ctx context.Context, t *value.Map, output any) (bool, error) {
	switch kind(t) {
	case probeKind:
		return j.inProbe(ctx, t, output)
	case regexKind:
		return j.inRegex(t, output)
	case jsonpathKind:
		return j.inJSONPath(t, output)
	case rangeKind:
		return inRange(t, output)
	}
	return false, nil
}

// inList: one of them, except that two items are bounds for an output that has
// no status.
func inList(list []any, output any) (bool, error) {
	if v, ok := status(output); ok {
		return contains(list, v), nil
	}
	if len(list) != 2 {
		return contains(list, output), nil
	}
	if ok, err := atMost(list[0], output); !ok || err != nil {
		return false, cannotCompare(err, list, output)
	}
	ok, err := atMost(output, list[1])
	return ok, cannotCompare(err, list, output)
}

func contains(list []any, v any) bool {
	for _, item := range list {
		if value.Equal(item, v) {
			return true
		}
	}
	return false
}

// status finds the exit code of a process or the status of an HTTP answer.
func status(output any) (any, bool) {
	m, ok := output.(*value.Map)
	if !ok {
		return nil, false
	}
	return m.Get("status")
}

func statusOf(output any) any {
	if v, ok := status(output); ok {
		return v
	}
	return output
}
