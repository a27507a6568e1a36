package jsonpath

import (
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// toolkit reads jsonpath2's language. It stops by panicking with a *syntaxError.
type toolkit struct {
	tokens []token
	depth  int
}

// deepest is how deep brackets may lie within brackets.
const deepest = 200

// farthest bounds indexes: no list is longer.
const farthest = 1 << 53

func parseToolkit(text string) (q *query, err *syntaxError) {
	defer recoverSyntax(&err)
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &toolkit{tokens: tokens}
	p.expect("$")
	q = &query{segments: p.segments()}
	p.expect("end")
	return q, nil
}

func recoverSyntax(err **syntaxError) {
	problem := recover()
	if problem == nil {
		return
	}
	syntax, ok := problem.(*syntaxError)
	if !ok {
		panic(problem)
	}
	*err = syntax
}

func (p *toolkit) next() token { return p.tokens[0] }

func (p *toolkit) take() token {
	t := p.tokens[0]
	if len(p.tokens) > 1 {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *toolkit) accept(kind string) bool {
	if p.next().kind != kind {
		return false
	}
	p.take()
	return true
}

func (p *toolkit) expect(kind string) token {
	if t := p.next(); t.kind != kind {
		p.unexpected("expected " + called(kind))
	}
	return p.take()
}

// called is the name of a kind of token for people.
func called(kind string) string {
	switch kind {
	case "word":
		return "a name"
	case "string":
		return `a "text"`
	case "end":
		return "the end of the path"
	}
	return kind
}

// unexpected stops with what is there in the place of something else.
func (p *toolkit) unexpected(wanted string) {
	t := p.next()
	what := "unexpected " + t.text
	if t.kind == "end" {
		what = "the path ends"
	}
	panic(&syntaxError{t.at, what + ", " + wanted, t.at})
}

// nested counts brackets within brackets while read runs.
func (p *toolkit) nested(read func()) {
	if p.depth++; p.depth > deepest {
		panic(&syntaxError{p.next().at, "brackets lie too deep within brackets", p.next().at})
	}
	read()
	p.depth--
}

func (p *toolkit) segments() []segment {
	var all []segment
	for {
		var one segment
		switch p.next().kind {
		case "..":
			p.take()
			one.descend = true
			if p.next().kind == "[" {
				one.selectors = p.brackets()
			} else {
				one.selectors = []selector{p.bare()}
			}
		case ".":
			p.take()
			one.selectors = []selector{p.bare()}
		case "[":
			one.selectors = p.brackets()
		default:
			return all
		}
		all = append(all, one)
	}
}

// bare reads what may follow a dot.
func (p *toolkit) bare() selector {
	if p.accept("*") {
		return wildcard{}
	}
	word := p.expect("word")
	if p.next().kind == "(" {
		return p.call(word)
	}
	return name(word.text)
}

func (p *toolkit) brackets() (all []selector) {
	p.nested(func() {
		p.expect("[")
		for {
			all = append(all, p.selector())
			if !p.accept(",") {
				break
			}
		}
		p.expect("]")
	})
	return all
}

func (p *toolkit) selector() selector {
	switch t := p.next(); t.kind {
	case "string":
		return name(p.take().text)
	case "number", ":":
		return p.places()
	case "*":
		p.take()
		return wildcard{}
	case "?":
		p.take()
		return filter{condition: p.parenthesized()}
	case "$", "@":
		return dynamic{p.path()}
	case "word":
		return p.call(p.take())
	}
	p.unexpected(`expected a "name", a number, *, : or ?`)
	return nil
}

// places reads an index or a slice.
func (p *toolkit) places() selector {
	var l slice
	l.start = p.place()
	if l.start != nil && p.next().kind != ":" {
		return index(*l.start)
	}
	p.expect(":")
	l.end = p.place()
	if p.accept(":") {
		l.step = p.place()
	}
	return l
}

// place reads a whole number, if one is there.
func (p *toolkit) place() *int64 {
	t := p.next()
	if t.kind != "number" {
		return nil
	}
	if strings.ContainsAny(t.text, ".eE") {
		p.unexpected("expected a whole number")
	}
	p.take()
	return clamped(t.text)
}

func clamped(digits string) *int64 {
	v, _ := value.Number(digits)
	n, ok := v.(int64)
	switch {
	case !ok && digits[0] == '-':
		n = -farthest
	case !ok:
		n = farthest
	}
	n = min(max(n, -farthest), farthest)
	return &n
}

func (p *toolkit) call(word token) selector {
	c := call{name: word.text}
	if p.next().kind == "(" && functions[word.text] == nil {
		panic(&syntaxError{word.at, "there is no function " + word.text, p.next().at + 1})
	}
	p.nested(func() {
		p.expect("(")
		for p.next().kind != ")" {
			c.arguments = append(c.arguments, p.operand())
			if p.next().kind != ")" {
				p.expect(",")
				if p.next().kind == ")" {
					p.unexpected("expected one more value")
				}
			}
		}
		p.take()
	})
	return c
}

// path reads a path within a path.
func (p *toolkit) path() *query {
	q := &query{fromHere: p.next().kind == "@"}
	p.take()
	q.segments = p.segments()
	return q
}
