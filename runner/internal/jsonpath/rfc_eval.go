package jsonpath

import (
	"regexp"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// term is one side of a comparison, or an argument. It has a value or none.
type term interface {
	value(s *search, here any) (any, bool)
}

type constant struct{ v any }

func (c constant) value(*search, any) (any, bool) { return c.v, true }

type path struct{ query *query }

func (p path) value(s *search, here any) (any, bool) {
	found := p.query.find(s, here)
	if len(found) != 1 {
		return nil, false
	}
	return found[0], true
}

// standardComparison compares by RFC 9535: what has no value equals only the
// like, text has an order, and true is not 1.
type standardComparison struct {
	operator    string
	left, right term
}

func (c standardComparison) holds(s *search, here any) bool {
	l, hasL := c.left.value(s, here)
	r, hasR := c.right.value(s, here)
	equal := hasL == hasR && (!hasL || strictlyEqual(l, r))
	switch c.operator {
	case "==":
		return equal
	case "!=":
		return !equal
	case "<=", ">=":
		if equal {
			return true
		}
	}
	order, ok := strictOrder(l, r)
	return hasL && hasR && ok && ordered(c.operator, order)
}

func strictOrder(l, r any) (int, bool) {
	x, ok := l.(string)
	y, ok2 := r.(string)
	if ok && ok2 {
		return strings.Compare(x, y), true
	}
	if value.Kind(l) != "a number" || value.Kind(r) != "a number" {
		return 0, false
	}
	return numberOrder(l, r)
}

// strictlyEqual is value.Equal for which true is not 1.
func strictlyEqual(l, r any) bool {
	switch l := l.(type) {
	case bool:
		r, ok := r.(bool)
		return ok && l == r
	case []any:
		list, ok := r.([]any)
		return ok && len(l) == len(list) && allEqual(l, list)
	case *value.Map:
		m, ok := r.(*value.Map)
		if !ok || l.Len() != m.Len() {
			return false
		}
		for key, v := range l.All() {
			if other, ok := m.Get(key); !ok || !strictlyEqual(v, other) {
				return false
			}
		}
		return true
	}
	_, isBool := r.(bool)
	return !isBool && value.Equal(l, r)
}

func allEqual(l, r []any) bool {
	for i := range l {
		if !strictlyEqual(l[i], r[i]) {
			return false
		}
	}
	return true
}

// standardFunctions are those of RFC 9535. nodes tells of each argument whether
// it is all that a path finds, and logical whether the answer is yes or no.
var standardFunctions = map[string]struct {
	nodes   []bool
	logical bool
}{
	"length": {[]bool{false}, false},
	"count":  {[]bool{true}, false},
	"value":  {[]bool{true}, false},
	"match":  {[]bool{false, false}, true},
	"search": {[]bool{false, false}, true},
}

type invocation struct {
	name      string
	arguments []term
}

func (c invocation) value(s *search, here any) (any, bool) {
	switch c.name {
	case "count":
		return int64(len(c.arguments[0].(path).query.find(s, here))), true
	case "value":
		return c.arguments[0].value(s, here)
	}
	v, ok := c.arguments[0].value(s, here)
	if m, isMap := v.(*value.Map); isMap {
		return int64(m.Len()), true
	}
	if !ok {
		return nil, false
	}
	return length(v, nil)
}

// holds answers match, for the whole text, and search.
func (c invocation) holds(s *search, here any) bool {
	v, _ := c.arguments[0].value(s, here)
	w, _ := c.arguments[1].value(s, here)
	text, ok := v.(string)
	pattern, ok2 := w.(string)
	if !ok || !ok2 || !s.visit() {
		return false
	}
	pattern = interoperable(pattern)
	if c.name == "match" {
		pattern = `\A(?:` + pattern + `)\z`
	}
	rx, err := regexp.Compile(pattern)
	return err == nil && rx.MatchString(text)
}

// interoperable writes an I-Regexp (RFC 9485) for Go, where a dot means less.
func interoperable(pattern string) string {
	var b strings.Builder
	class, escaped := false, false
	for _, r := range pattern {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '[' || r == ']':
			class = r == '['
		case r == '.' && !class:
			b.WriteString(`[^\n\r]`)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
