package value

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxDigits is the length of the longest integer that Python reads. A far longer one takes minutes.
const maxDigits = 4300

// Number reads a decimal number: an integer where it has neither point nor exponent,
// else a float. One beyond the floats is an infinity, as in Python. An integer of more
// than 4300 digits is one too, and the error wraps strconv.ErrRange.
func Number(text string) (any, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	if digits := strings.TrimLeft(text, "+-"); len(digits) > maxDigits && strings.Trim(digits, "0123456789") == "" {
		return math.Inf(1), fmt.Errorf("%w: an integer has more than %d digits", strconv.ErrRange, maxDigits)
	}
	if n, ok := new(big.Int).SetString(text, 10); ok {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, err // it wraps strconv.ErrSyntax
	}
	return f, nil
}

// PlainDigits makes text ready for reading a number out of it as Python does: without
// the white space around it, and with the digits of every script as 0 to 9.
func PlainDigits(text string) string {
	isSpace := func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f } // Python's str.isspace
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII || !unicode.IsDigit(r) {
			return r
		}
		first := r // each script has its ten digits in a row, and rows that touch are whole tens
		for unicode.IsDigit(first - 1) {
			first--
		}
		return '0' + (r-first)%10
	}, strings.TrimFunc(text, isSpace))
}

// Rational returns the exact value of a bool, an integer, a finite float or a
// *big.Rat, which is how Python compares numbers of different types.
func Rational(v any) (*big.Rat, bool) {
	switch n := v.(type) {
	case bool:
		if n {
			return big.NewRat(1, 1), true
		}
		return new(big.Rat), true
	case int64:
		return new(big.Rat).SetInt64(n), true
	case *big.Int:
		return new(big.Rat).SetInt(n), true
	case float64:
		r := new(big.Rat).SetFloat64(n)
		return r, r != nil
	case *big.Rat:
		return n, true
	}
	return nil, false
}

// Compare says whether the number a is less than the number b (-1), equal to it (0) or
// more (1), by what they are worth, as Python does. A number is what Rational takes, or
// an infinity. The answer is not ok where one of the two is anything else, or is NaN.
func Compare(a, b any) (order int, ok bool) {
	x, finiteA := Rational(a)
	y, finiteB := Rational(b)
	if finiteA && finiteB {
		return x.Cmp(y), true
	}
	f, isFloatA := a.(float64)
	g, isFloatB := b.(float64)
	if !finiteA && !isFloatA || !finiteB && !isFloatB || math.IsNaN(f) || math.IsNaN(g) {
		return 0, false
	}
	return cmp.Compare(f, g), true // one is an infinity, so that 0 can stand for any other integer
}

// floatText writes a float as Python's repr does: the shortest text that reads
// back as the same number, with an exponent below 1e-4 and from 1e16.
func floatText(f float64) string {
	switch abs := math.Abs(f); {
	case math.IsNaN(f) || math.IsInf(f, 0): // nan, inf, -inf
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'f', -1, 64), "+"))
	case abs != 0 && (abs < 1e-4 || abs >= 1e16):
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// kinds are the names of Go's types for people; every other type is that of a number.
var kinds = map[string]string{"<nil>": "empty (null)", "bool": "true or false", "string": "text", "[]uint8": "bytes",
	"[]interface {}": "a list", "*value.Map": "an object"}

// Kind says in plain words what sort of value v is, for messages: "text", "a list", "a number".
func Kind(v any) string { return cmp.Or(kinds[fmt.Sprintf("%T", v)], "a number") }

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
