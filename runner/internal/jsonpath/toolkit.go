package jsonpath

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
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
	defer func() {
		problem := recover()
		if syntax, ok := problem.(*syntaxError); ok {
			q, err = nil, syntax
		} else if problem != nil {
			panic(problem)
		}
	}()
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

// next is the token that is read next; take takes it. The last one, of kind end,
// stays.
func (p *toolkit) next() token { return p.tokens[0] }

func (p *toolkit) take() token {
	t := p.tokens[0]
	if len(p.tokens) > 1 {
		p.tokens = p.tokens[1:]
	}
	return t
}

// accept takes the next token if it is of this kind.
func (p *toolkit) accept(kind string) bool {
	if p.next().kind != kind {
		return false
	}
	p.take()
	return true
}

// expect takes the next token, which must be of this kind.
func (p *toolkit) expect(kind string) token {
	if t := p.next(); t.kind != kind {
		p.unexpected("expected " + called(kind))
	}
	return p.take()
}

// called is the name of a kind of token for people.
func called(kind string) string {
	names := map[string]string{"word": "a name", "string": `a "text"`, "end": "the end of the path"}
	return cmp.Or(names[kind], kind)
}

// unexpected stops with what is there in the place of something else.
func (p *toolkit) unexpected(wanted string) {
	t := p.next()
	what := "unexpected " + t.text
	if t.kind == "end" {
		what = "the path ends"
	}
	panic(&syntaxError{t.at, what + ", " + wanted})
}

// nested counts brackets within brackets while read runs.
func (p *toolkit) nested(read func()) {
	if p.depth++; p.depth > deepest {
		panic(&syntaxError{p.next().at, "brackets lie too deep within brackets"})
	}
	read()
	p.depth--
}

// segments reads the steps of a path: .name, .*, ..name, ["name"], [0], [?(…)] and
// so on, as many as there are.
func (p *toolkit) segments() []segment {
	var all []segment
	for {
		one := segment{descend: p.accept("..")}
		switch {
		case p.next().kind == "[":
			one.selectors = p.brackets()
		case one.descend || p.accept("."):
			one.selectors = []selector{p.bare()}
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

// brackets reads one selector or more between commas.
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

// selector reads what may stand in brackets. A path there stands for the name or
// the index that it finds.
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
		return filter{p.parenthesized()}
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
	n, _ := strconv.ParseInt(t.text, 10, 64) // the nearest int64 where it is beyond them
	n = min(max(n, -farthest), farthest)
	return &n
}

// call reads the arguments of a function, whose name was read before.
func (p *toolkit) call(word token) selector {
	c := call{name: word.text}
	if p.next().kind != "(" {
		p.unexpected("expected (")
	}
	if functions[word.text] == nil {
		panic(&syntaxError{p.next().at, "there is no function " + word.text})
	}
	p.nested(func() {
		p.items(")", func() { c.arguments = append(c.arguments, p.operand()) })
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

// token is a word of jsonpath2's language.
type token struct {
	kind string // word, string, number, end, or a keyword or sign as it is written
	text string // of a string without its quotes
	at   int    // in characters
}

// kinds are the groups of shape, in their order. Blanks are no tokens.
var kinds = []string{1: "word", 2: "number", 3: "string", 4: "sign"}

// shape finds the next token. Of the signs the longer ones come first.
var shape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[ \t\n\r]+` +
		`|([_A-Za-z][_A-Za-z0-9]*)` +
		`|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][+-]?(?:0|[1-9][0-9]*))?)` +
		`|"((?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[^"\\\x00-\x1f])*)"` +
		`|(\.\.|>=|<=|!=|[@$.*=<>{}\[\]:,()?]))`)
})

// lex splits a path into tokens, the last of kind end. Escapes in a string stay as
// they are written: jsonpath2 does not read them.
func lex(path string) ([]token, *syntaxError) {
	var all []token
	at := 0
	for rest := path; rest != ""; {
		found := shape().FindStringSubmatchIndex(rest)
		if found == nil {
			r, _ := utf8.DecodeRuneInString(rest)
			return nil, &syntaxError{at, "unexpected " + string(r)}
		}
		for i := 1; i < len(kinds); i++ {
			if found[2*i] >= 0 {
				all = append(all, tokenOf(kinds[i], rest[found[2*i]:found[2*i+1]], at))
			}
		}
		at += utf8.RuneCountInString(rest[:found[1]])
		rest = rest[found[1]:]
	}
	return append(all, token{kind: "end", at: at}), nil
}

func tokenOf(kind, text string, at int) token {
	isKeyword := kind == "word" && slices.Contains([]string{"and", "or", "not", "true", "false", "null"}, text)
	if kind == "sign" || isKeyword {
		kind = text
	}
	return token{kind, text, at}
}
