package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// standard reads RFC 9535. It stops by panicking with a *syntaxError.
type standard struct {
	text  []rune
	at    int
	depth int
}

func parseRFC(text string) (q *query, err *syntaxError) {
	defer recoverSyntax(&err)
	p := &standard{text: []rune(text)}
	p.need("$")
	q = &query{segments: p.segments()}
	if p.at < len(p.text) {
		p.fail("expected the end of the path")
	}
	return q, nil
}

func (p *standard) fail(what string) { p.failAt(p.at, what) }

func (p *standard) failAt(place int, what string) { panic(&syntaxError{place, what, p.at}) }

// peek is the next character, or 0 at the end.
func (p *standard) peek() rune {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *standard) blank() {
	for p.at < len(p.text) && strings.ContainsRune(" \t\n\r", p.text[p.at]) {
		p.at++
	}
}

// accept takes sign, if it is there.
func (p *standard) accept(sign string) bool {
	end := p.at + utf8.RuneCountInString(sign)
	if end > len(p.text) || string(p.text[p.at:end]) != sign {
		return false
	}
	p.at = end
	return true
}

func (p *standard) need(sign string) {
	if !p.accept(sign) {
		p.fail("expected " + sign)
	}
}

// nested counts brackets within brackets while read runs.
func (p *standard) nested(read func()) {
	if p.depth++; p.depth > deepest {
		p.fail("brackets lie too deep within brackets")
	}
	read()
	p.depth--
}

func (p *standard) segments() []segment {
	var all []segment
	for {
		before := p.at
		p.blank()
		switch {
		case p.peek() == '[':
			all = append(all, segment{selectors: p.brackets()})
		case p.accept(".."):
			all = append(all, segment{descend: true, selectors: p.afterDots()})
		case p.accept("."):
			all = append(all, segment{selectors: p.bare()})
		default:
			p.at = before // the blanks may not stand at the end
			return all
		}
	}
}

func (p *standard) afterDots() []selector {
	if p.peek() == '[' {
		return p.brackets()
	}
	return p.bare()
}

func (p *standard) bare() []selector {
	if p.accept("*") {
		return []selector{wildcard{}}
	}
	start := p.at
	for p.at < len(p.text) && nameRune(p.text[p.at], p.at == start) {
		p.at++
	}
	if p.at == start {
		p.fail("expected a name or *")
	}
	return []selector{name(p.text[start:p.at])}
}

func nameRune(r rune, first bool) bool {
	return r == '_' || r >= 0x80 || 'a' <= r|0x20 && r|0x20 <= 'z' || !first && '0' <= r && r <= '9'
}

func (p *standard) brackets() (all []selector) {
	p.nested(func() {
		p.need("[")
		for {
			p.blank()
			all = append(all, p.selector())
			p.blank()
			if !p.accept(",") {
				break
			}
		}
		p.need("]")
	})
	return all
}

func (p *standard) selector() selector {
	switch r := p.peek(); {
	case r == '\'' || r == '"':
		return name(p.quoted())
	case r == '*':
		p.at++
		return wildcard{}
	case r == '?':
		p.at++
		p.blank()
		return filter{condition: p.anyOf(), children: true}
	case r == ':' || r == '-' || '0' <= r && r <= '9':
		return p.places()
	}
	p.fail("expected a 'name', a number, *, : or ?")
	return nil
}

func (p *standard) places() selector {
	l := slice{start: p.place()}
	p.blankBefore(':')
	if l.start != nil && p.peek() != ':' {
		return index(*l.start)
	}
	p.need(":")
	p.blank()
	l.end = p.place()
	p.blankBefore(':')
	if p.accept(":") {
		p.blank()
		l.step = p.place()
	}
	return standardSlice{l}
}

// blankBefore takes blanks only where mark follows.
func (p *standard) blankBefore(mark rune) {
	before := p.at
	if p.blank(); p.peek() != mark {
		p.at = before
	}
}

// place reads a whole number, if one is there.
func (p *standard) place() *int64 {
	start := p.at
	p.accept("-")
	for '0' <= p.peek() && p.peek() <= '9' {
		p.at++
	}
	digits := string(p.text[start:p.at])
	if digits == "" {
		return nil
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n >= farthest || n <= -farthest || strconv.FormatInt(n, 10) != digits {
		p.failAt(start, digits+" is not an index")
	}
	return &n
}
