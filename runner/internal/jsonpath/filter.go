package jsonpath

import (
	"regexp"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/value"
)

// condition is what a filter asks of the value at hand.
type condition func(s *search, here any) bool

// parenthesized reads conditions between ( and ), joined by and. In jsonpath2 or binds
// them tighter.
func (p *toolkit) parenthesized() condition {
	p.expect("(")
	c := p.either()
	for p.accept("and") {
		first, second := c, p.either()
		c = func(s *search, here any) bool { return first(s, here) && second(s, here) }
	}
	p.expect(")")
	return c
}

// either reads conditions joined by or.
func (p *toolkit) either() condition {
	c := p.single()
	for p.accept("or") {
		first, second := c, p.single()
		c = func(s *search, here any) bool { return first(s, here) || second(s, here) }
	}
	return c
}

// single reads a comparison, a path that holds where it finds anything, or a value
// that holds where Python calls it true.
func (p *toolkit) single() condition {
	wanted := true
	for p.accept("not") {
		wanted = !wanted
	}
	c := p.positive()
	return func(s *search, here any) bool { return c(s, here) == wanted }
}

// positive reads what may follow not.
func (p *toolkit) positive() condition {
	if p.next().kind == "(" {
		return p.parenthesized()
	}
	left := p.operand()
	switch operator := p.next().kind; operator {
	case "=", "!=", "<", "<=", ">", ">=":
		p.take()
		return comparison(operator, left, p.operand())
	}
	if left.isWritten {
		return func(*search, any) bool { return value.Truthy(left.value) }
	}
	return func(s *search, here any) bool { return len(left.find(s, here)) > 0 }
}

// comparison holds where it holds for one of the values on the left and one of those on the right.
// Where the right side is a query, jsonpath2 looks at the first value of the left side only.
func comparison(operator string, left, right *query) condition {
	return func(s *search, here any) bool {
		lefts, rights := left.find(s, here), right.find(s, here)
		if !right.isWritten {
			lefts = lefts[:min(len(lefts), 1)]
		}
		for _, l := range lefts {
			for _, r := range rights {
				if s.visit() && compare(operator, l, r) {
					return true
				}
			}
		}
		return false
	}
}

// compare is Python's for = and !=; the others know numbers only, true being 1.
func compare(operator string, l, r any) bool {
	if operator == "=" || operator == "!=" {
		return value.Equal(l, r) == (operator == "=")
	}
	order, ok := value.Compare(l, r)
	switch {
	case order < 0:
		return operator[0] == '<'
	case order > 0:
		return operator[0] == '>'
	}
	return ok && strings.HasSuffix(operator, "=")
}

// operand reads one side of a comparison: a path or a JSON value.
func (p *toolkit) operand() *query {
	written := &query{isWritten: true}
	switch t := p.next(); t.kind {
	case "$", "@":
		p.take()
		return &query{fromHere: t.kind == "@", segments: p.segments()}
	case "string":
		written.value = p.take().text
	case "number", "true", "false", "null", "[", "{":
		v, size, err := value.ReadJSON([]byte(p.path[t.at:]), len(p.path), 0, nil)
		if err != nil {
			p.unexpected("expected a JSON value")
		}
		for p.next().kind != "end" && p.next().at < t.at+size {
			p.take()
		}
		written.value = v
	default:
		p.unexpected("expected a path or a JSON value")
	}
	return written
}

// quoted is a string in a filter, as the library writes it.
var quoted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`) })

// visitsMuch tells whether a filter may look at all values again for each value: the library does not limit its steps.
func visitsMuch(filter string) bool {
	filter = quoted().ReplaceAllString(strings.TrimPrefix(filter, "?"), "")
	filter = strings.NewReplacer("..*", "..", "..[*]", "..").Replace(filter)
	many := strings.Count(filter, "..") + strings.Count(filter, "*") + strings.Count(filter, "?")
	return strings.Count(filter, "..") > 1 || strings.Contains(filter, "$") && many > 1
}
