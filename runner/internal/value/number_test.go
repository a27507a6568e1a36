package value

import (
	"math"
	"math/big"
	"testing"
)

func TestComparesNumbersByWhatTheyAreWorth(t *testing.T) {
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		a, b any
		want int
		ok   bool
	}{
		{int64(1), 1.5, -1, true},
		{true, int64(1), 0, true},
		{huge, 1.2345678901234568e29, 1, true},
		{big.NewRat(1, 10), 0.1, -1, true}, // the float is a little more
		{inf, huge, 1, true},
		{-inf, false, -1, true},
		{int64(0), inf, -1, true},
		{inf, inf, 0, true},
		{nan, int64(1), 0, false},
		{inf, nan, 0, false},
		{"1", int64(1), 0, false},
		{nil, inf, 0, false},
		{int64(1), []any{}, 0, false},
	} {
		if got, ok := Compare(c.a, c.b); got != c.want || ok != c.ok {
			t.Errorf("%s and %s: %d %v, want %d %v", Repr(c.a), Repr(c.b), got, ok, c.want, c.ok)
		}
	}
}
