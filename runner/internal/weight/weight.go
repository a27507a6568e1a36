// Package weight tells how much a value is: each limit of a run counts in the same way.
package weight

import "iter"

// mapping is a value.Map.
type mapping interface {
	All() iter.Seq2[string, any]
}

// Weight is how many values and keys there are, and about how many bytes they take in memory.
type Weight struct{ Values, Bytes int64 }

// one is how many bytes a value takes beside its text, so that many small values have an end, too.
const one = 64

// Text is how many bytes of text are among the bytes.
func (w Weight) Text() int64 { return w.Bytes - one*w.Values }

// Of weighs a value, with all that is in it.
func Of(v any) Weight {
	w := Weight{1, one}
	switch v := v.(type) {
	case string:
		w.Bytes += int64(len(v))
	case []byte:
		w.Bytes += int64(len(v))
	case []any:
		for _, item := range v {
			w = w.Plus(Of(item))
		}
	case mapping:
		for key, item := range v.All() {
			w = w.Plus(Of(key)).Plus(Of(item))
		}
	}
	return w
}

// Plus is the sum of two.
func (w Weight) Plus(more Weight) Weight { return Weight{w.Values + more.Values, w.Bytes + more.Bytes} }

// Minus is how much more this is than another.
func (w Weight) Minus(less Weight) Weight {
	return Weight{w.Values - less.Values, w.Bytes - less.Bytes}
}
