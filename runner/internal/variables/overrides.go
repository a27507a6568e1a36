package variables

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Overrides are the values given beside the experiment: by --var, and by the
// files of --var-file. What comes later replaces what came before, so the
// caller adds the files first. The zero Overrides is empty and ready for use.
type Overrides struct {
	Configuration value.Map
	Secrets       value.Map
	// Environment holds what dotenv files set. It goes before the real
	// environment, for processes that an experiment starts too.
	Environment value.Map
}

// AddVar reads KEY[:TYPE]=VALUE, as given to --var. Its error is a usage problem.
func (o *Overrides) AddVar(text string) error {
	key, written, ok := strings.Cut(text, "=")
	if !ok {
		return badVar(key, "it has no =")
	}
	var v any = written
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		var err error
		if v, err = convert(key[i+1:], written); err != nil {
			return badVar(key, err.Error())
		}
		if !json.Valid([]byte(value.JSON(v))) {
			return badVar(key, "NaN and infinite numbers are not supported")
		}
		key = key[:i]
	}
	o.Configuration.Set(key, v)
	return nil
}

// badVar leaves out the value, which may be secret.
func badVar(key, why string) error {
	return problem.New(problem.Usage, "--var "+key+": "+why, "write KEY=VALUE or KEY:TYPE=VALUE, TYPE being one of "+typeNames)
}

// AddDocument merges a JSON or YAML file: a mapping whose keys configuration
// and secrets are mappings like the experiment's own.
func (o *Overrides) AddDocument(document any) error {
	const do = "write an object with the keys configuration and secrets, which are objects too"
	m, ok := document.(*value.Map)
	if !ok && document != nil {
		return problem.New(problem.Usage, "the document is not an object", do)
	}
	for _, part := range []struct {
		key  string
		into *value.Map
	}{{"configuration", &o.Configuration}, {"secrets", &o.Secrets}} {
		given := m.Map(part.key)
		if m.Has(part.key) && given == nil {
			return problem.New(problem.Usage, part.key+" is not an object", do)
		}
		for name, v := range given.All() {
			part.into.Set(name, v)
		}
	}
	return nil
}

// AddDotenv reads lines of KEY=VALUE into the environment. Empty lines and those
// that start with # are skipped; quotes and the word export have no meaning.
func (o *Overrides) AddDotenv(text string) error {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, v, ok := strings.Cut(line, "=")
		if !ok || key == "" {
			return problem.New(problem.Usage, "line "+value.Text(int64(i+1))+" is not KEY=VALUE", "write one KEY=VALUE on each line")
		}
		o.Environment.Set(key, v)
	}
	return nil
}

const typeNames = "str, int, float, bool, bytes and json"

// convert makes a value of one of the types that env_var_type and --var know, as Python would.
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
		switch b := v.(type) {
		case bool:
			return b, nil
		case string: // every text is true that is none of three words
			return !slices.Contains([]string{"false", "0", "no"}, strings.ToLower(b)), nil
		}
		return nil, fmt.Errorf("%s is neither text nor true or false", value.Repr(v))
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
	return nil, fmt.Errorf("'%s' is not a type, which are %s", typ, typeNames)
}

// toInteger cuts off what comes after the point of a number, not of a text.
func toInteger(v any) (any, error) {
	if text, ok := v.(string); ok {
		digits, ok := plainNumber(text)
		n, err := value.Number(digits)
		if _, isFloat := n.(float64); ok && err == nil && !isFloat {
			return n, nil
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
