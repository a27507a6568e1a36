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
		return taggedFloat(y.Value)
	}
	return nil, false
}

func taggedFloat(text string) (any, bool) {
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil {
		v, ok := plainValue(text).(float64)
		return v, ok
	}
	return f, true
}

func plainValue(text string) any {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true
	case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false
	}
	switch {
	case !strings.ContainsAny(text[:1], "+-.0123456789"):
		return text
	case intForm().MatchString(text):
		return integer(strings.ReplaceAll(text, "_", ""), text)
	case floatForm().MatchString(text):
		return float(strings.ReplaceAll(text, "_", ""), text)
	}
	return text
}

// integer reads every base that YAML 1.1 has, 60 (12:30:45) included.
func integer(digits, text string) any {
	if strings.Contains(digits, ":") {
		n := sexagesimal(strings.TrimLeft(digits, "+-"))
		if digits[0] == '-' {
			n.Neg(n)
		}
		return whole(n)
	}
	if n, ok := new(big.Int).SetString(digits, 0); ok {
		return whole(n)
	}
	return text
}

// whole is n as package value has it: an int64 where it fits.
func whole(n *big.Int) any {
	v, _ := value.Number(n.String())
	return v
}

func sexagesimal(digits string) *big.Int {
	n := new(big.Int)
	for part := range strings.SplitSeq(digits, ":") {
		d, _ := new(big.Int).SetString(part, 10)
		n.Add(n.Mul(n, big.NewInt(60)), d)
	}
	return n
}

func float(digits, text string) any {
	sign := 1.0
	if strings.HasPrefix(digits, "-") {
		sign = -1
	}
	digits = strings.ToLower(strings.TrimLeft(digits, "+-"))
	switch {
	case digits == ".inf":
		return sign * math.Inf(1)
	case digits == ".nan":
		return math.NaN()
	case strings.Contains(digits, ":"):
		return sign * sexagesimalFloat(digits)
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil && !math.IsInf(f, 0) {
		return text
	}
	return sign * f
}

func sexagesimalFloat(digits string) float64 {
	total := 0.0
	for part := range strings.SplitSeq(digits, ":") {
		f, _ := strconv.ParseFloat(part, 64)
		total = total*60 + f
	}
	return total
}
