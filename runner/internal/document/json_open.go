package document

import (
	"bytes"
	"regexp"
	"sync"

	"chaosworkshop.example/runner/internal/problem"
)

// keyForm is a key with its colon.
var keyForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^"(?:[^"\\\n]|\\.)*"\s*:`) })

// look notes the line that a token at a place is in. Where the token begins a line that should be
// further to the right, the bracket around it should have been closed before.
func (s *jsonState) look(text []byte, at int) {
	if at == len(text) || s.quote >= 0 {
		return
	}
	c := text[at]
	if c == '\n' {
		s.line = at + 1
	}
	if bytes.IndexByte([]byte(" \t\r\n"), c) >= 0 || s.end > s.line {
		return
	}
	s.indent = at - s.line
	if len(s.open) == 0 || s.unclosed >= 0 {
		return
	}
	b := s.open[len(s.open)-1]
	isLeft := b.line < s.line && s.indent <= b.indent
	switch {
	case isLeft && (c == '}' || c == ']') && s.indent < b.indent,
		isLeft && c == '{' && text[b.at] == '{' && s.last != ':',
		isLeft && c == '"' && s.indent > 0 && keyForm().Match(text[at:]): // keys at 0: nothing is indented
		s.unclosed = b.at
	}
}

// explainOpen says what is wrong with the bracket around a place where the text is no JSON any
// more; nil where it is not the bracket.
func (s *source) explainOpen(at int, state jsonState) *problem.Problem {
	say := func(at int, what, do string) *problem.Problem { return s.problem(s.position(at), what, do) }
	if open := s.unclosed(at, state); open >= 0 && s.text[open] == '[' {
		return say(open, "this [ is not closed", "write ] where the list ends")
	} else if open >= 0 {
		return say(open, "this { is not closed", "write } where the object ends")
	}
	if len(state.open) == 0 || at == len(s.text) || s.text[at] != ':' || state.last != '"' {
		return nil
	}
	switch b := state.open[len(state.open)-1]; {
	case s.text[b.at] != '[':
		return nil
	case b.commas == 0:
		return say(b.at, "this [ begins a list, but the first thing in it has a key", "if it is an object, write { here and } at its end")
	}
	return say(at, "a list has no keys", "put { before the key, and } after its value")
}

// unclosed is the place of a bracket that is not closed, where this is why the text is not JSON
// from a place on; -1 where it is not.
func (s *source) unclosed(at int, state jsonState) int {
	rest := bytes.TrimLeft(s.text[at:], " \t\r\n")
	if len(rest) == 0 || len(state.open) == 0 {
		return state.unclosed
	}
	b := state.open[len(state.open)-1]
	open, c := s.text[b.at], rest[0]
	noComma := c == '"' && state.last != ',' && keyForm().Match(rest)
	switch {
	case (c == '}' || c == ']') && c != open+2: // closes another kind
		if state.unclosed < 0 && state.last == ',' {
			return b.at
		}
		return state.unclosed
	case open == '{' && (c == '{' || noComma):
		return state.unclosed
	case open == '[' && (noComma || c == ':' && state.last == '"'): // a key in a list
		if state.unclosed < 0 && (noComma && state.last != '}' && state.last != '[' || b.commas > 0 && b.before != '}') {
			return b.at
		}
		return state.unclosed
	}
	return -1
}
