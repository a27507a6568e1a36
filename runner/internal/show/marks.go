package show

import (
	"iter"
	"math/bits"
	"strings"
)

// marks are the bytes of a text that must not be shown, a bit for each: a long text may have as many
// secrets as words.
type marks []uint64

// add marks the bytes of a place.
func (m *marks) add(from, to int) {
	if words := (to + 63) / 64; words > len(*m) {
		*m = append(*m, make([]uint64, words-len(*m))...)
	}
	for from < to {
		end := min(to, (from|63)+1)
		(*m)[from/64] |= ^uint64(0) << (from % 64) & (^uint64(0) >> (63 - (end-1)%64))
		from = end
	}
}

// all goes through the places, in order; none touches the next.
func (m marks) all() iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		for from := m.next(0, 0); from < 64*len(m); {
			to := m.next(from, ^uint64(0))
			if !yield(from, to) {
				return
			}
			from = m.next(to, 0)
		}
	}
}

// next is the first place from at on whose bit is not as in like.
func (m marks) next(at int, like uint64) int {
	for at < 64*len(m) {
		if other := (m[at/64] ^ like) >> (at % 64); other != 0 {
			return at + bits.TrailingZeros64(other)
		}
		at = (at/64 + 1) * 64
	}
	return 64 * len(m)
}

// hide is the text with Hidden in each of the places.
func (m marks) hide(text string) string {
	size, done := len(text), 0
	for from, to := range m.all() {
		size += len(Hidden) - (to - from)
	}
	if size == len(text) && len(m) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(size) // it may be long: there is one copy
	for from, to := range m.all() {
		b.WriteString(text[done:from])
		b.WriteString(Hidden)
		done = to
	}
	b.WriteString(text[done:])
	return b.String()
}
