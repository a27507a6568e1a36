package jsonpath

import (
	"errors"

	"chaosworkshop.example/runner/internal/value"
)

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
		if text, ok := key.(string); ok {
			found = name(text).pick(s, at, found)
		} else if i, ok := whole(key); ok {
			found = index(i).pick(s, at, found)
		}
	}
	return found
}

// filter picks the value at hand where the condition holds for it.
type filter struct{ condition condition }

func (f filter) pick(s *search, at any, found []any) []any {
	if f.condition(s, at) {
		return append(found, at)
	}
	return found
}

var errStep = errors.New("a slice of the path has the step 0, which leads nowhere")

// slice picks items from start up to, not including, end. What is not written is
// nil.
type slice struct{ start, end, step *int64 }

// pick follows jsonpath2: with a negative step it starts at the first item where
// no start is written, and a place before the first item counts from the end.
func (l slice) pick(s *search, at any, found []any) []any {
	list, ok := at.([]any)
	if !ok {
		return found
	}
	size := int64(len(list))
	step := or(l.step, 1)
	if step == 0 {
		s.err = errStep
		return nil
	}
	start := or(l.start, 0)
	if start < 0 {
		start = max(start+size, 0)
	}
	end := or(l.end, size)
	if end < 0 {
		end += size
	}
	if step < 0 && start >= size { // the first that is there
		start -= (start - size - step) / -step * -step
	}
	for i := start; i >= -size && i < size && (step > 0 && i < end || step < 0 && i > end); i += step {
		found = index(i).pick(s, at, found)
	}
	return found
}

func or(written *int64, otherwise int64) int64 {
	if written == nil {
		return otherwise
	}
	return *written
}
