package tolerance

import (
	"math"
	"math/big"

	"chaosworkshop.example/runner/internal/value"
)

// inRange reads the output as a number, out of text too, and asks whether it
// lies between the two bounds, which count as within.
func inRange(t *value.Map, output any) (bool, error) {
	v, err := aim(t, output)
	if err != nil {
		return false, err
	}
	exact, end, ok := measure(v)
	if _, text := v.(string); text && !ok {
		return false, nil
	}
	if !ok || math.IsNaN(end) {
		return false, unmeasured("the tolerance of type range needs a number, and the output is "+unfit(v), rangeAdvice(t))
	}
	written, _ := t.Get("range")
	bounds, _ := written.([]any)
	if len(bounds) < 2 {
		return false, unmeasured("the range of the tolerance is not a list of two numbers", "write it as [lowest, highest]")
	}
	low, err := rangeSide(bounds[0], exact, end, -1)
	if !low || err != nil {
		return false, err
	}
	return rangeSide(bounds[1], exact, end, +1)
}

func measure(v any) (*big.Rat, float64, bool) {
	if text, ok := v.(string); ok {
		return decimal(text)
	}
	return number(v)
}

// rangeSide tells whether the measured number lies on the inner side of a
// bound; side is -1 for the lower and 1 for the upper one.
func rangeSide(bound any, exact *big.Rat, end float64, side int) (bool, error) {
	b, boundEnd, ok := measure(bound)
	if !ok || math.IsNaN(boundEnd) {
		return false, unmeasured("the bound "+value.Repr(bound)+" of the tolerance's range is not a number", "write the range as [lowest, highest]")
	}
	if b == nil || exact == nil {
		return end == boundEnd || (end > boundEnd) == (side < 0), nil
	}
	return b.Cmp(exact)*side >= 0, nil
}

func unfit(v any) string {
	if _, ok := v.(string); ok {
		return `"not a number" (NaN)`
	}
	if _, ok := v.(float64); ok {
		return `"not a number" (NaN)`
	}
	return sortOf(v)
}

func rangeAdvice(t *value.Map) string {
	if t.Has("target") {
		return "let the target name a part of the output that holds a number"
	}
	return "name the part of the output that holds one, as in target: stdout"
}
