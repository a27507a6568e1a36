package value

import (
	"bytes"
	"slices"
)

// Kind says in plain words what sort of value v is, for messages: "text", "a
// list", "a number".
func Kind(v any) string {
	switch v.(type) {
	case nil:
		return "empty (null)"
	case bool:
		return "true or false"
	case string:
		return "text"
	case []byte:
		return "bytes"
	case []any:
		return "a list"
	case *Map:
		return "a mapping"
	}
	return "a number"
}

// Equal is Python's ==: numbers and booleans compare by what they are worth
// (True == 1 == 1.0), mappings without regard to order.
func Equal(a, b any) bool {
	if x, ok := Rational(a); ok {
		y, ok := Rational(b)
		return ok && x.Cmp(y) == 0
	}
	switch a := a.(type) {
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Equal)
	case *Map:
		b, ok := b.(*Map)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for key, v := range a.All() {
			if w, ok := b.Get(key); !ok || !Equal(v, w) {
				return false
			}
		}
		return true
	}
	return a == b // NaN equals nothing, itself included
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
	r, finite := Rational(v)
	return !finite || r.Sign() != 0
}
