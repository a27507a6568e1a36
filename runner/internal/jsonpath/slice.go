package jsonpath

import "errors"

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

// standardSlice is slice by RFC 9535.
type standardSlice struct{ slice }

func (l standardSlice) pick(_ *search, at any, found []any) []any {
	list, _ := at.([]any)
	size, step := int64(len(list)), or(l.step, 1)
	switch {
	case step > 0:
		end := bound(or(l.end, size), size, 0, size)
		for i := bound(or(l.start, 0), size, 0, size); i < end; i += step {
			found = append(found, list[i])
		}
	case step < 0:
		end := bound(or(l.end, -size-1), size, -1, size-1)
		for i := bound(or(l.start, size-1), size, -1, size-1); i > end; i += step {
			found = append(found, list[i])
		}
	}
	return found
}

func or(written *int64, otherwise int64) int64 {
	if written == nil {
		return otherwise
	}
	return *written
}

// bound counts a negative place from the end and keeps it between low and high.
func bound(place, size, low, high int64) int64 {
	if place < 0 {
		place += size
	}
	return min(max(place, low), high)
}
