package tolerance

import (
	"context"
	"math"
	"math/big"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// bounds is a tolerance of type range: a number from the lower bound up to the
// upper one, both included.
type bounds struct{ mapping }

func (t bounds) Check() []problem.Finding {
	written, ok := t.Get("range")
	if !ok {
		return wrong("hypothesis range probe tolerance must have a `range` key", "add range: [lowest, highest]")
	}
	ends, ok := written.([]any)
	switch {
	case !ok:
		return wrong("hypothesis range must be a sequence", "write range: [lowest, highest]", "range")
	case len(ends) != 2:
		return wrong("hypothesis range sequence must be made of two values", "write range: [lowest, highest]", "range")
	}
	var all []problem.Finding
	for i, name := range []string{"lower", "upper"} {
		if !isNumber(ends[i]) {
			all = append(all, wrong("hypothesis range "+name+" boundary must be a number",
				"write a number; ${name} is not replaced here", "range", strconv.Itoa(i))...)
		}
	}
	return all
}

func (t bounds) Warnings(provider string) []problem.Finding {
	if ends := t.List("range"); len(ends) == 2 {
		if order, ok := value.Compare(ends[0], ends[1]); ok && order > 0 {
			return warning("the range is never met: its lower bound is above the upper one", "write range: [lowest, highest]", "range")
		}
	}
	return t.targetless(provider)
}

// Within reads the part as a number, out of text too. Text that holds none is not within the range.
func (t bounds) Within(_ context.Context, output any) (bool, error) {
	part, err := t.part(output)
	if err != nil {
		return false, err
	}
	n, ok := number(part)
	if _, text := part.(string); text && !ok {
		return false, nil
	}
	if _, ordered := value.Compare(n, n); !ordered { // no number, or NaN
		is := value.Kind(part)
		if ok {
			is = `"not a number" (NaN)`
		}
		return false, unmeasured("the tolerance of type range needs a number, and the output is "+is,
			"let the target name the part of the output that holds one, as in target: stdout")
	}
	ends := t.List("range")
	if len(ends) < 2 {
		return false, unmeasured("the range of the tolerance is not a list of two numbers", "write it as [lowest, highest]")
	}
	for i, side := range []int{-1, 1} {
		end, ok := number(ends[i])
		order, ordered := value.Compare(n, end)
		if !ok || !ordered {
			return false, unmeasured("the bound "+value.Repr(ends[i])+" of the tolerance's range is not a number", "write the range as [lowest, highest]")
		}
		if order == side {
			return false, nil
		}
	}
	return true, nil
}

func (t bounds) Wanted(any) string {
	if ends := t.List("range"); len(ends) == 2 {
		return between(ends) + t.where()
	}
	return value.JSON(t.Map)
}

// number reads a number, out of text too: a value that can be compared.
func number(v any) (any, bool) {
	if text, ok := v.(string); ok {
		return decimal(text)
	}
	return v, isNumber(v)
}

// digitsOf parts the digits at the beginning of a text from what follows them.
func digitsOf(text string) (digits, rest string) {
	rest = strings.TrimLeft(text, "0123456789")
	return text[:len(text)-len(rest)], rest
}

// signOf parts the sign at the beginning of a text, if there is one, from what follows it.
func signOf(text string) (sign, rest string) {
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return text[:1], text[1:]
	}
	return "", text
}

// partsOfNumber are the sign of a number, its digits before and after the point, and its exponent, 0
// where none is written. A text can have many millions of digits, which would take a regular
// expression long.
func partsOfNumber(text string) (sign, before, after, exponent string, ok bool) {
	sign, rest := signOf(text)
	before, rest = digitsOf(rest)
	after, rest = digitsOf(strings.TrimPrefix(rest, "."))
	if rest == "" {
		return sign, before, after, "0", before+after != ""
	}
	minus, power := signOf(rest[1:])
	power, more := digitsOf(power)
	return sign, before, after, minus + power, before+after != "" && (rest[0] == 'e' || rest[0] == 'E') && power != "" && more == ""
}

// decimal reads a number out of text as Python's Decimal does: white space around
// it, underscores within and the digits of any script are fine.
func decimal(text string) (any, bool) {
	text = strings.ReplaceAll(value.PlainDigits(text), "_", "")
	sign, before, after, power, ok := partsOfNumber(text)
	if !ok {
		f, err := strconv.ParseFloat(strings.TrimPrefix(text, "s"), 64) // Decimal knows sNaN too
		return f, err == nil && (math.IsInf(f, 0) || math.IsNaN(f))
	}
	exponent, err := strconv.ParseInt(power, 10, 62)
	if err != nil {
		return nil, false // Decimal has no such numbers either
	}
	// Written out a number could take all memory, and much time. One that is larger or smaller
	// than any bound compares the same where it is a little nearer; so do digits after so many.
	const most = 10_000
	digits := strings.TrimRight(before+after, "0")
	exponent += int64(len(before) - len(digits))
	digits = "0" + strings.TrimLeft(digits, "0")
	if extra := len(digits) - most; extra > 0 {
		digits, exponent = digits[:most]+"1", exponent+int64(extra)-1
	}
	exponent = min(max(exponent, -2*most), 2*most)
	return new(big.Rat).SetString(sign + digits + "e" + strconv.FormatInt(exponent, 10))
}
