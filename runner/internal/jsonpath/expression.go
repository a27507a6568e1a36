package jsonpath

import (
	"chaosworkshop.example/runner/internal/value"
)

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
	c := all{p.either()}
	for p.accept("and") {
		c = append(c, p.either())
	}
	return c
}

func (p *toolkit) either() condition {
	c := either{p.single()}
	for p.accept("or") {
		c = append(c, p.single())
	}
	return c
}

func (p *toolkit) single() (c condition) {
	switch p.next().kind {
	case "not":
		p.nested(func() {
			p.take()
			c = not{p.single()}
		})
		return c
	case "(":
		return p.parenthesized()
	}
	left := p.operand()
	switch operator := p.next().kind; operator {
	case "=", "!=", "<", "<=", ">", ">=":
		p.take()
		return comparison{operator, left, p.operand()}
	}
	if left.query != nil {
		return exists{left.query}
	}
	return truth{left.value}
}

// operand reads a path or a JSON value.
func (p *toolkit) operand() operand {
	if kind := p.next().kind; kind == "$" || kind == "@" {
		return operand{query: p.path()}
	}
	return operand{value: p.json()}
}

func (p *toolkit) json() (v any) {
	switch t := p.next(); t.kind {
	case "string":
		return p.take().text
	case "number":
		p.take()
		v, _ = value.Number(t.text)
		return v
	case "true", "false":
		p.take()
		return t.kind == "true"
	case "null":
		p.take()
		return nil
	case "[":
		p.nested(func() { v = p.jsonList() })
		return v
	case "{":
		p.nested(func() { v = p.jsonMap() })
		return v
	}
	p.unexpected("expected a path or a JSON value")
	return nil
}

func (p *toolkit) jsonList() any {
	list := []any{}
	p.take()
	for !p.accept("]") {
		if len(list) > 0 {
			p.expect(",")
		}
		list = append(list, p.json())
	}
	return list
}

func (p *toolkit) jsonMap() any {
	m := &value.Map{}
	p.take()
	for first := true; !p.accept("}"); first = false {
		if !first {
			p.expect(",")
		}
		key := p.expect("string").text
		p.expect(":")
		m.Set(key, p.json())
	}
	return m
}
