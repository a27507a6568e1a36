package tolerance

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/value"
)

// number reads a bool, an integer or a float: its exact value, or nil and
// where on the line it lies for an infinity or NaN.
func number(v any) (exact *big.Rat, end float64, ok bool) {
	if r, ok := value.Rational(v); ok {
		return r, 0, true
	}
	f, ok := v.(float64)
	return nil, f, ok
}

var decimalForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([+-]?)(?:([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?|(?i:(inf(?:inity)?)|(s?nan[0-9]*)))$`)
})

// beyond is more than any bound has digits: Python reads no longer integers.
const beyond = 5000

// decimal reads a number out of text as Python's Decimal does: white space
// around it, underscores within and the digits of any script are fine.
func decimal(text string) (exact *big.Rat, end float64, ok bool) {
	parts := decimalForm().FindStringSubmatch(strings.ReplaceAll(value.PlainDigits(text), "_", ""))
	if parts == nil {
		return nil, 0, false
	}
	sign := 1.0
	if parts[1] == "-" {
		sign = -1
	}
	whole, fraction := parts[2], parts[3]
	switch {
	case parts[5] != "":
		return nil, math.Inf(int(sign)), true
	case parts[6] != "":
		return nil, math.NaN(), true
	case whole+fraction == "":
		return nil, 0, false
	}
	return scaled(sign, whole, fraction, parts[4])
}

// scaled is the value of [sign]whole.fraction times ten to the exponent. What
// is larger or smaller than any bound is moved to where it compares the same,
// because writing it out could take all memory.
func scaled(sign float64, whole, fraction, exponent string) (*big.Rat, float64, bool) {
	digits, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok || digits.Sign() == 0 {
		return new(big.Rat), 0, ok
	}
	if exponent == "" {
		exponent = "0"
	}
	power, err := strconv.ParseInt(exponent, 10, 62)
	if err != nil {
		return nil, 0, false // Decimal has no such numbers either
	}
	power -= int64(len(fraction))
	largest := power + int64(len(strings.TrimLeft(whole+fraction, "0")))
	if largest > beyond {
		return nil, math.Inf(int(sign)), true
	}
	if largest < -beyond {
		digits, power = big.NewInt(1), -beyond
	}
	r := new(big.Rat).SetInt(digits)
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(max(power, -power)), nil)
	if power < 0 {
		r.Quo(r, new(big.Rat).SetInt(ten))
	} else {
		r.Mul(r, new(big.Rat).SetInt(ten))
	}
	if sign < 0 {
		r.Neg(r)
	}
	return r, 0, true
}
