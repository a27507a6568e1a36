package document

import (
	"sort"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/problem"
)

// place is a byte offset whose column is known.
type place struct{ offset, line, column int }

// position turns a byte offset into line and column. It counts on from the
// offset before, where that stands earlier on the same line: whoever reads a
// text in its order has its positions without reading each line over and over.
func (s *source) position(offset int) problem.Position {
	offset = min(max(offset, 0), len(s.text))
	line := sort.Search(len(s.starts), func(i int) bool { return s.starts[i] > offset })
	from := place{offset: s.starts[line-1], line: line, column: 1}
	if s.last.line == line && s.last.offset <= offset {
		from = s.last
	}
	s.last = place{offset, line, from.column + utf8.RuneCount(s.text[from.offset:offset])}
	return problem.Position{File: s.name, Line: line, Column: s.last.column}
}
