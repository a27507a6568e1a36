package jsonpath

import "chaosworkshop.example/runner/internal/value"

// condition is what a filter asks of the value at hand.
type condition func(s *search, here any) bool

// parenthesized reads a condition in parentheses.
func (p *toolkit) parenthesized() (c condition) {
	p.nested(func() {
		p.expect("(")
		c = p.both()
		p.expect(")")
	})
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
func (p *toolkit) single() (c condition) {
	switch p.next().kind {
	case "not":
		p.nested(func() {
			p.take()
			inner := p.single()
			c = func(s *search, here any) bool { return !inner(s, here) }
		})
		return c
	case "(":
		return p.parenthesized()
	}
	left := p.operand()
	switch operator := p.next().kind; operator {
	case "=", "!=", "<", "<=", ">", ">=":
		p.take()
		return comparison{operator, left, p.operand()}.holds
	}
	if left.query == nil {
		return func(*search, any) bool { return value.Truthy(left.value) }
	}
	return func(s *search, here any) bool { return len(left.query.find(s, here)) > 0 }
}

// operand is one side of a comparison, or an argument of a function: a query, or
// else a value.
type operand struct {
	query *query
	value any
}

func (o operand) values(s *search, here any) []any {
	if o.query == nil {
		return []any{o.value}
	}
	return o.query.find(s, here)
}

// comparison holds where it holds for one of the values on the left and one of
// those on the right. Where the right side is a query, jsonpath2 looks at the
// first value of the left side only.
type comparison struct {
	operator    string
	left, right operand
}

func (c comparison) holds(s *search, here any) bool {
	left := c.left.values(s, here)
	if c.right.query != nil && len(left) > 1 {
		left = left[:1]
	}
	if len(left) == 0 {
		return false
	}
	right := c.right.values(s, here)
	for _, l := range left {
		for _, r := range right {
			if s.visit() && compare(c.operator, l, r) {
				return true
			}
		}
	}
	return false
}

// compare is Python's for = and !=; the others know numbers only, true being 1.
func compare(operator string, l, r any) bool {
	order, ok := value.Compare(l, r)
	switch operator {
	case "=":
		return value.Equal(l, r)
	case "!=":
		return !value.Equal(l, r)
	case "<":
		return ok && order < 0
	case "<=":
		return ok && order <= 0
	case ">":
		return ok && order > 0
	}
	return ok && order >= 0
}

// operand reads a path or a JSON value.
func (p *toolkit) operand() operand {
	if kind := p.next().kind; kind == "$" || kind == "@" {
		return operand{query: p.path()}
	}
	return operand{value: p.json()}
}

// json reads a JSON value.
func (p *toolkit) json() (v any) {
	switch t := p.next(); t.kind {
	case "string":
		return p.take().text
	case "number":
		v, _ = value.Number(p.take().text)
		return v
	case "true", "false", "null":
		p.take()
		return map[string]any{"true": true, "false": false}[t.kind]
	case "[":
		p.nested(func() {
			list := []any{}
			p.items("]", func() { list = append(list, p.json()) })
			v = list
		})
		return v
	case "{":
		p.nested(func() {
			m := &value.Map{}
			p.items("}", func() {
				key := p.expect("string").text
				p.expect(":")
				m.Set(key, p.json())
			})
			v = m
		})
		return v
	}
	p.unexpected("expected a path or a JSON value")
	return nil
}

// items takes the opening bracket, reads items between commas, and takes the
// closing bracket.
func (p *toolkit) items(closing string, item func()) {
	p.take()
	for first := true; !p.accept(closing); first = false {
		if !first {
			p.expect(",")
		}
		item()
	}
}
