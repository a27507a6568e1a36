package document

import (
	"encoding/base64"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"chaosworkshop.example/runner/internal/value"
)

// The forms that YAML 1.1 gives to plain scalars: https://yaml.org/type/, with
// PyYAML's reading where the two differ (an exponent needs its sign).
var (
	intForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[-+]?(?:0b[0-1_]+|0[0-7_]*|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)
	})
	floatForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|` +
			`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
	})
)

// plain tells whether a scalar has neither quotes nor a tag.
func plain(y *yaml.Node) bool {
	const marked = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle
	return y.Style&marked == 0
}

// scalar is the value of a scalar node. A date stays the text that it is
// written as. It is not ok for a tag that is not YAML's own.
func scalar(y *yaml.Node) (any, bool) {
	if plain(y) {
		return plainValue(y.Value), true
	}
	if y.Style&yaml.TaggedStyle == 0 {
		return y.Value, true
	}
	switch y.ShortTag() {
	case "!!str", "!!timestamp":
		return y.Value, true
	case "!!null":
		return nil, true
	case "!!binary":
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(y.Value), ""))
		return data, err == nil
	case "!!bool", "!!int":
		v := plainValue(y.Value)
		_, isText := v.(string)
		return v, !isText
	case "!!float":
		f, err := strconv.ParseFloat(strings.ReplaceAll(y.Value, "_", ""), 64)
		if err == nil {
			return f, true
		}
		f, ok := plainValue(y.Value).(float64)
		return f, ok
	}
	return nil, false
}

// keyText is a key as text, as it is in the journal.
func keyText(k *yaml.Node) (string, bool) {
	k = resolved(k)
	if k.Kind != yaml.ScalarNode {
		return "", false
	}
	v, ok := scalar(k)
	if s, isText := v.(string); isText || !ok {
		return s, ok
	}
	return value.JSON(v), true
}

// plainValue is what a scalar without quotes means.
func plainValue(text string) any {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true
	case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false
	}
	if !strings.ContainsAny(text[:1], "+-.0123456789") {
		return text
	}
	if len(text) > long && isDecimal(text) {
		if !strings.Contains(text, ".") {
			return math.Inf(1) // more than Python reads, see value.Number
		}
		f, _ := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
		return f
	}
	digits := strings.ReplaceAll(text, "_", "")
	isInteger := intForm().MatchString(text)
	switch {
	case !isInteger && !floatForm().MatchString(text):
		return text
	case len(digits) > 4300 && (isInteger || strings.Contains(digits, ":")): // more than Python reads, see value.Number
		return math.Inf(1)
	case strings.Contains(digits, ":"):
		return sexagesimal(digits, isInteger)
	case isInteger:
		if n, ok := new(big.Int).SetString(digits, 0); ok {
			return integer(n)
		}
		return text // nothing after 0x or 0b
	case strings.ContainsAny(digits, "nN"): // .inf and .nan; Go writes them without the point
		digits = strings.Replace(digits, ".", "", 1)
	}
	f, _ := strconv.ParseFloat(digits, 64) // beyond the floats it is an infinity
	return f
}

// long is how many bytes a number has that is read without a pattern, which would take its time.
const long = 10_000

// isDecimal tells whether a text that is not empty is a number without an exponent, in base 10 or 8.
func isDecimal(text string) bool {
	if strings.Contains("+-", text[:1]) {
		text = text[1:]
	}
	whole, fraction, isFloat := strings.Cut(text, ".")
	digits := "0123456789_"
	if strings.HasPrefix(whole, "0") && !isFloat {
		digits = "01234567_"
	}
	return whole != "" && whole[0] != '_' && strings.Trim(whole, digits) == "" && strings.Trim(fraction, digits) == ""
}

// integer is n as package value has it: an int64 where it fits.
func integer(n *big.Int) any {
	v, _ := value.Number(n.String())
	return v
}

// sexagesimal reads a number in base 60: 12:30:45 is 45045.
func sexagesimal(digits string, isInteger bool) any {
	total := new(big.Rat)
	for part := range strings.SplitSeq(strings.TrimLeft(digits, "+-"), ":") {
		n, _ := new(big.Rat).SetString(part)
		total.Add(total.Mul(total, big.NewRat(60, 1)), n)
	}
	if digits[0] == '-' {
		total.Neg(total)
	}
	if isInteger {
		return integer(total.Num())
	}
	f, _ := total.Float64()
	return f
}
