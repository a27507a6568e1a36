package document

import (
	"bytes"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/problem"
)

// prepare makes UTF-8 of a text, whichever encoding an editor has saved it in,
// and checks that there is some. What stops is a problem; a guess is a warning.
func prepare(name string, text []byte) (*source, problem.List) {
	decoded, sure := charset.Decode(text)
	s := newSource(name, decoded)
	if i := bytes.IndexByte(decoded, 0); i >= 0 {
		return s, problem.List{s.problem(s.position(i), "this is not text", "name an experiment or a target, saved as UTF-8")}
	}
	if len(bytes.TrimSpace(decoded)) == 0 {
		return s, problem.List{s.empty()}
	}
	if sure {
		return s, nil
	}
	first := bytes.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) // up to it, both are the same
	p := s.problem(s.position(first), "this file is not in UTF-8, and is read as Latin-1", "save it as UTF-8")
	p.Warning = true
	return s, problem.List{p}
}
