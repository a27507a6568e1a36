package document

import (
	"sort"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/problem"
)

// position turns a byte offset into line and column.
func (s *source) position(offset int) problem.Position {
	offset = min(max(offset, 0), len(s.text))
	line := sort.Search(len(s.starts), func(i int) bool { return s.starts[i] > offset })
	column := utf8.RuneCount(s.text[s.starts[line-1]:offset]) + 1
	return problem.Position{File: s.name, Line: line, Column: column}
}
