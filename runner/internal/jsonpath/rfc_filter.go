package jsonpath

import "slices"

// anyOf reads conditions joined by ||, which && binds tighter than.
func (p *standard) anyOf() condition {
	c := either{p.allOf()}
	for p.joined("||") {
		c = append(c, p.allOf())
	}
	return c
}

func (p *standard) allOf() condition {
	c := all{p.basic()}
	for p.joined("&&") {
		c = append(c, p.basic())
	}
	return c
}

// joined takes sign and the blanks around it, or nothing.
func (p *standard) joined(sign string) bool {
	before := p.at
	p.blank()
	if !p.accept(sign) {
		p.at = before
		return false
	}
	p.blank()
	return true
}

func (p *standard) basic() (c condition) {
	negated := p.accept("!")
	if negated {
		p.blank()
	}
	if p.accept("(") {
		p.nested(func() {
			p.blank()
			c = p.anyOf()
			p.blank()
			p.need(")")
		})
	} else {
		c = p.test(negated)
	}
	if negated {
		return not{c}
	}
	return c
}

var operators = []string{"==", "!=", "<=", ">=", "<", ">"}

// test reads a question, or unless it is negated a comparison.
func (p *standard) test(negated bool) condition {
	start := p.at
	left := p.term()
	before := p.at
	p.blank()
	operator := slices.IndexFunc(operators, p.accept)
	if operator < 0 || negated {
		p.at = before
		return p.question(left, start)
	}
	p.comparable(left, start)
	p.blank()
	start = p.at
	right := p.term()
	p.comparable(right, start)
	return standardComparison{operators[operator], left, right}
}

// question accepts what can be asked by itself: whether a path finds anything,
// or a function that answers yes or no.
func (p *standard) question(t term, start int) condition {
	switch t := t.(type) {
	case path:
		return exists(t)
	case invocation:
		if standardFunctions[t.name].logical {
			return t
		}
	}
	p.failAt(start, "expected a comparison, a path or a function that answers yes or no")
	return nil
}

// comparable refuses what has not one value.
func (p *standard) comparable(t term, start int) {
	switch t := t.(type) {
	case path:
		if t.query.singular() {
			return
		}
	case invocation:
		if !standardFunctions[t.name].logical {
			return
		}
	default:
		return
	}
	p.failAt(start, "only what has one value can be compared")
}

// term reads one side of a comparison.
func (p *standard) term() term {
	if r := p.peek(); r == '@' || r == '$' {
		p.at++
		return path{&query{fromHere: r == '@', segments: p.segments()}}
	}
	if v, ok := p.literal(); ok {
		return constant{v}
	}
	return p.invocation()
}

func (p *standard) invocation() invocation {
	start := p.at
	for p.at < len(p.text) && (nameRune(p.text[p.at], p.at == start)) {
		p.at++
	}
	called := string(p.text[start:p.at])
	known, ok := standardFunctions[called]
	if !ok || p.peek() != '(' {
		p.failAt(start, "expected a path, a value or a function")
	}
	c := invocation{name: called}
	p.nested(func() {
		p.need("(")
		for i, nodes := range known.nodes {
			if i > 0 {
				p.need(",")
			}
			p.blank()
			c.arguments = append(c.arguments, p.argument(nodes))
			p.blank()
		}
		p.need(")")
	})
	return c
}

// argument reads an argument: all that a path finds, or one value.
func (p *standard) argument(nodes bool) term {
	start := p.at
	t := p.term()
	if _, isPath := t.(path); nodes && !isPath {
		p.failAt(start, "expected a path")
	} else if !nodes {
		p.comparable(t, start)
	}
	return t
}
