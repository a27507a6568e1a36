package jsonpath

import (
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// condition is what a filter asks of the value at hand.
type condition func(s *search, here any) bool

// filter reads a condition in parentheses. The selector picks the value at hand
// where the condition holds for it.
func (p *toolkit) filter() selector {
	holds := p.parenthesized()
	return func(s *search, at any, found []any) []any {
		if holds(s, at) {
			return append(found, at)
		}
		return found
	}
}

// parenthesized reads a condition between ( and ).
func (p *toolkit) parenthesized() condition {
	p.expect("(")
	c := p.both()
	p.expect(")")
	return c
}

// both reads conditions joined by and. In jsonpath2 or binds them tighter.
func (p *toolkit) both() condition {
	c := p.either()
	for p.accept("and") {
		first, second := c, p.either()
		c = func(s *search, here any) bool { return first(s, here) && second(s, here) }
	}
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
	if left.query == nil {
		return func(*search, any) bool { return value.Truthy(left.value) }
	}
	return func(s *search, here any) bool { return len(left.query.find(s, here)) > 0 }
}

// operand is one side of a comparison: a query, or else a value.
type operand struct {
	query *query
	value any
}

// values are what the operand stands for, seen from the value at hand.
func (o operand) values(s *search, here any) []any {
	if o.query == nil {
		return []any{o.value}
	}
	return o.query.find(s, here)
}

// comparison holds where it holds for one of the values on the left and one of
// those on the right. Where the right side is a query, jsonpath2 looks at the
// first value of the left side only.
func comparison(operator string, left, right operand) condition {
	return func(s *search, here any) bool {
		lefts, rights := left.values(s, here), right.values(s, here)
		if right.query != nil {
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

// operand reads a path or a JSON value.
func (p *toolkit) operand() operand {
	switch t := p.next(); t.kind {
	case "$", "@":
		p.take()
		return operand{query: &query{fromHere: t.kind == "@", segments: p.segments()}}
	case "string":
		return operand{value: p.take().text}
	case "number", "true", "false", "null", "[", "{":
		v, size, err := value.ReadJSON([]byte(p.path[t.at:]), nil)
		if err != nil {
			p.unexpected("expected a JSON value")
		}
		for p.next().kind != "end" && p.next().at < t.at+size {
			p.take()
		}
		return operand{value: v}
	}
	p.unexpected("expected a path or a JSON value")
	return operand{}
}
