package value

import (
	"cmp"
	"math/big"
)

// Compare says whether the number a is less than the number b (-1), equal to it
// (0) or more (1), by what they are worth, as Python does. A number is a bool, an
// integer, a float or a *big.Rat. The answer is not ok where one of the two is
// anything else, or is NaN.
func Compare(a, b any) (order int, ok bool) {
	x, f, okA := place(a)
	y, g, okB := place(b)
	switch {
	case !okA || !okB || f != f || g != g:
		return 0, false
	case x == nil || y == nil:
		return cmp.Compare(f, g), true
	}
	return x.Cmp(y), true
}

// place is the exact value of a number, or where it lies for an infinity and NaN.
func place(v any) (exact *big.Rat, end float64, ok bool) {
	if r, ok := v.(*big.Rat); ok {
		return r, 0, true
	}
	if r, ok := Rational(v); ok {
		return r, 0, true
	}
	end, ok = v.(float64)
	return nil, end, ok
}
