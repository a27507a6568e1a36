package value

import (
	"bytes"
	"slices"
)

// Equal is Python's ==: numbers and booleans compare by what they are worth
// (True == 1 == 1.0), mappings without regard to order.
func Equal(a, b any) bool {
	if x, ok := Rational(a); ok {
		y, ok := Rational(b)
		return ok && x.Cmp(y) == 0
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case float64: // an infinity: NaN equals nothing, itself included
		f, ok := b.(float64)
		return ok && a == f
	case string:
		s, ok := b.(string)
		return ok && a == s
	case []byte:
		s, ok := b.([]byte)
		return ok && bytes.Equal(a, s)
	case []any:
		list, ok := b.([]any)
		return ok && slices.EqualFunc(a, list, Equal)
	case *Map:
		return equalMaps(a, b)
	}
	return false
}

func equalMaps(a *Map, other any) bool {
	b, ok := other.(*Map)
	if !ok || a.Len() != b.Len() {
		return false
	}
	for k, v := range a.All() {
		w, ok := b.Get(k)
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// Truthy is Python's bool(): false for nothing, zero and whatever is empty.
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []byte:
		return len(v) > 0
	case []any:
		return len(v) > 0
	case *Map:
		return v.Len() > 0
	}
	if r, ok := Rational(v); ok {
		return r.Sign() != 0
	}
	return true
}
