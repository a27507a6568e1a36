package jsonpath

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"

	"chaosworkshop.example/runner/internal/value"
)

var standardEscapes = map[rune]rune{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', '/': '/', '\\': '\\'}

// quoted reads text between single or double quotes.
func (p *standard) quoted() string {
	mark := p.peek()
	p.at++
	var b strings.Builder
	for {
		r := p.peek()
		switch {
		case p.at >= len(p.text):
			p.fail("the text has no closing quote")
		case r < ' ':
			p.fail("a control character in a text must be written as an escape")
		}
		p.at++
		switch r {
		case mark:
			return b.String()
		case '\\':
			b.WriteRune(p.escape(mark))
		default:
			b.WriteRune(r)
		}
	}
}

func (p *standard) escape(mark rune) rune {
	r := p.peek()
	p.at++
	if plain, ok := standardEscapes[r]; ok {
		return plain
	}
	switch r {
	case mark:
		return mark
	case 'u':
		return p.unicode()
	}
	p.at--
	p.fail("there is no such escape")
	return 0
}

// unicode reads four hexadecimal digits, or two times four for a character
// beyond the first 65536.
func (p *standard) unicode() rune {
	r := p.hex()
	if !utf16.IsSurrogate(r) {
		return r
	}
	if p.accept(`\u`) {
		if whole := utf16.DecodeRune(r, p.hex()); whole != '\uFFFD' {
			return whole
		}
	}
	p.fail("half of a surrogate pair is not a character")
	return 0
}

func (p *standard) hex() rune {
	end := min(p.at+4, len(p.text))
	n, err := strconv.ParseUint(string(p.text[p.at:end]), 16, 16)
	if err != nil || end-p.at < 4 {
		p.fail("expected four hexadecimal digits")
	}
	p.at = end
	return rune(n)
}

var standardNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`)
})

// literal reads a number, text, true, false or null, if one is there.
func (p *standard) literal() (v any, ok bool) {
	if r := p.peek(); r == '\'' || r == '"' {
		return p.quoted(), true
	}
	rest := string(p.text[p.at:min(p.at+400, len(p.text))])
	if number := standardNumber().FindString(rest); number != "" {
		p.at += len(number)
		v, err := value.Number(number)
		return v, err == nil
	}
	for word, v := range map[string]any{"true": true, "false": false, "null": nil} {
		if p.accept(word) {
			return v, true
		}
	}
	return nil, false
}
