package jsonpath

import "chaosworkshop.example/runner/internal/value"

// condition is what a filter asks.
type condition interface {
	holds(s *search, here any) bool
}

// exists holds where the query finds anything.
type exists struct{ query *query }

func (c exists) holds(s *search, here any) bool { return len(c.query.find(s, here)) > 0 }

// truth is a value written in the place of a question: Python's idea of true.
type truth struct{ value any }

func (c truth) holds(*search, any) bool { return value.Truthy(c.value) }

type not struct{ condition condition }

func (c not) holds(s *search, here any) bool { return !c.condition.holds(s, here) }

// all holds where each does, any where one does.
type (
	all    []condition
	either []condition
)

func (c all) holds(s *search, here any) bool {
	for _, one := range c {
		if !one.holds(s, here) {
			return false
		}
	}
	return true
}

func (c either) holds(s *search, here any) bool {
	for _, one := range c {
		if one.holds(s, here) {
			return true
		}
	}
	return false
}

// operand is one side of a comparison: a query, or else a value.
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
	switch operator {
	case "=":
		return value.Equal(l, r)
	case "!=":
		return !value.Equal(l, r)
	}
	order, ok := numberOrder(l, r)
	return ok && ordered(operator, order)
}

func ordered(operator string, order int) bool {
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// numberOrder compares numbers by what they are worth; NaN has no order.
func numberOrder(l, r any) (int, bool) {
	x, ok := value.Rational(l)
	y, ok2 := value.Rational(r)
	if ok && ok2 {
		return x.Cmp(y), true
	}
	return infiniteOrder(l, r)
}

// infiniteOrder compares where one side at least is an infinity.
func infiniteOrder(l, r any) (int, bool) {
	x, ok := end(l)
	y, ok2 := end(r)
	switch {
	case !ok || !ok2 || x != x || y != y:
		return 0, false
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, true
}

// end is where on the line of numbers v lies: far out, or for all that is
// exact in the middle.
func end(v any) (float64, bool) {
	if _, exact := value.Rational(v); exact {
		return 0, true
	}
	f, ok := v.(float64)
	return f, ok
}
