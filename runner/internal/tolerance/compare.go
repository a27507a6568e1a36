package tolerance

import (
	"bytes"
	"errors"
	"math"

	"chaosworkshop.example/runner/internal/value"
)

var errIncomparable = errors.New("incomparable")

// atMost is Python's a <= b: numbers with numbers, text with text by code
// point, lists with lists item by item. Anything else has no order.
func atMost(a, b any) (bool, error) {
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return a <= b, nil
		}
	case []byte:
		if b, ok := b.([]byte); ok {
			return bytes.Compare(a, b) <= 0, nil
		}
	case []any:
		if b, ok := b.([]any); ok {
			return listAtMost(a, b)
		}
	default:
		return numberAtMost(a, b)
	}
	return false, errIncomparable
}

func listAtMost(a, b []any) (bool, error) {
	for i := range min(len(a), len(b)) {
		if !value.Equal(a[i], b[i]) {
			return atMost(a[i], b[i])
		}
	}
	return len(a) <= len(b), nil
}

func numberAtMost(a, b any) (bool, error) {
	x, xEnd, ok := number(a)
	if !ok {
		return false, errIncomparable
	}
	y, yEnd, ok := number(b)
	switch {
	case !ok:
		return false, errIncomparable
	case math.IsNaN(xEnd) || math.IsNaN(yEnd):
		return false, nil
	case x == nil || y == nil:
		return xEnd <= yEnd, nil
	}
	return x.Cmp(y) <= 0, nil
}

func cannotCompare(err error, list []any, output any) error {
	if err == nil {
		return nil
	}
	return unmeasured("the tolerance "+Wanted(list, output)+" cannot be compared with the output, which is "+sortOf(output),
		"give bounds of the output's own type, or use a tolerance of type range, regex or jsonpath")
}
