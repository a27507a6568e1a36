package jsonpath

import "chaosworkshop.example/runner/internal/value"

// name picks one member of a mapping.
type name string

func (n name) pick(_ *search, at any, found []any) []any {
	m, _ := at.(*value.Map)
	if v, ok := m.Get(string(n)); ok {
		return append(found, v)
	}
	return found
}

// index picks one item of a list; -1 is the last.
type index int64

func (i index) pick(_ *search, at any, found []any) []any {
	list, _ := at.([]any)
	if i < 0 {
		i += index(len(list))
	}
	if i >= 0 && i < index(len(list)) {
		return append(found, list[i])
	}
	return found
}

// wildcard picks every child.
type wildcard struct{}

func (wildcard) pick(s *search, at any, found []any) []any {
	for _, child := range children(at) {
		if !s.visit() {
			return nil
		}
		found = append(found, child)
	}
	return found
}

// dynamic picks the child whose name or index a query finds.
type dynamic struct{ query *query }

func (d dynamic) pick(s *search, at any, found []any) []any {
	for _, key := range d.query.find(s, at) {
		switch key := key.(type) {
		case string:
			found = name(key).pick(s, at, found)
		case int64:
			found = index(key).pick(s, at, found)
		case bool: // an integer to Python
			found = index(number(key)).pick(s, at, found)
		}
	}
	return found
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// filter picks the value at hand where the condition holds for it, or with
// children each child for which it holds.
type filter struct {
	condition condition
	children  bool
}

func (f filter) pick(s *search, at any, found []any) []any {
	if !f.children {
		if f.condition.holds(s, at) {
			return append(found, at)
		}
		return found
	}
	for _, child := range children(at) {
		if s.visit() && f.condition.holds(s, child) {
			found = append(found, child)
		}
	}
	return found
}
