package variables

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

const typeNames = "str, int, float, bool, bytes and json"

// convert makes a value of one of the types that env_var_type and --var know,
// as Python would.
func convert(typ string, v any) (any, error) {
	switch typ {
	case "str", "string":
		return v, nil
	case "int", "integer":
		return toInteger(v)
	case "float", "number":
		return toFloat(v)
	case "bytes":
		if s, ok := v.(string); ok {
			return []byte(s), nil
		}
		return nil, fmt.Errorf("%s is not text, which bytes are made of", value.Repr(v))
	case "bool":
		return toBool(v)
	case "json":
		text, _ := v.(string)
		if text == "" {
			return v, nil
		}
		parsed, err := value.ParseJSON([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("it is not JSON: %w", err)
		}
		return parsed, nil
	}
	return nil, fmt.Errorf("%q is not a type, which are %s", typ, typeNames)
}

// toInteger cuts off what comes after the point of a number, not of a text.
func toInteger(v any) (any, error) {
	if text, ok := v.(string); ok {
		digits, ok := plainNumber(text)
		if n, isWhole := new(big.Int).SetString(digits, 10); ok && isWhole {
			return value.Number(n.String())
		}
	} else if r, ok := value.Rational(v); ok {
		return value.Number(new(big.Int).Quo(r.Num(), r.Denom()).String())
	}
	return nil, fmt.Errorf("%s is not a whole number", value.Repr(v))
}

func toFloat(v any) (any, error) {
	if s, ok := v.(string); ok {
		digits, ok := plainNumber(s)
		if f, err := strconv.ParseFloat(digits, 64); ok && (err == nil || errors.Is(err, strconv.ErrRange)) {
			return f, nil
		}
	} else if f, ok := v.(float64); ok {
		return f, nil
	} else if r, ok := value.Rational(v); ok {
		if f, _ := r.Float64(); !math.IsInf(f, 0) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s is not a number", value.Repr(v))
}

// plainNumber takes the white space and the underscores between digits out of a
// number, as Python lets them be written, and refuses what only Go reads.
func plainNumber(s string) (string, bool) {
	s = value.PlainDigits(s)
	digit := func(i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }
	for i := range len(s) {
		if s[i] == '_' && !(digit(i-1) && digit(i+1)) || strings.IndexByte("xXpP", s[i]) >= 0 {
			return "", false
		}
	}
	return strings.ReplaceAll(s, "_", ""), true
}

// toBool takes every text for true that is none of three words.
func toBool(v any) (any, error) {
	switch b := v.(type) {
	case bool:
		return b, nil
	case string:
		return !slices.Contains([]string{"false", "0", "no"}, strings.ToLower(b)), nil
	}
	return nil, fmt.Errorf("%s is neither text nor true or false", value.Repr(v))
}
