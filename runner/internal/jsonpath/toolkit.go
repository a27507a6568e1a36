package jsonpath

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/theory/jsonpath/spec"
)

// toolkit reads jsonpath2's language, token by token. Its first error takes all
// tokens but the end away, so that the reading stops.
type toolkit struct {
	path   string
	tokens []token // those that are still to be read; the end stays
	err    *syntaxError
}

// parseToolkit reads a path by the rules of jsonpath2.
func parseToolkit(path string) (*query, *syntaxError) {
	p := &toolkit{path: path, tokens: tokensOf(path)}
	p.expect("$")
	q := &query{segments: p.segments()}
	p.expect("end")
	if p.err != nil {
		return nil, p.err
	}
	return q, nil
}

// next is the token that is read next; take takes it.
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
	if p.next().kind != kind {
		names := map[string]string{"word": "a name", "end": "the end of the path"}
		p.unexpected("expected " + cmp.Or(names[kind], kind))
	}
	return p.take()
}

// unexpected is the error of a token that stands where something else is wanted.
func (p *toolkit) unexpected(wanted string) {
	switch t := p.next(); t.kind {
	case "end":
		p.fail("the path ends, " + wanted)
	case "unknown":
		p.fail("unexpected " + t.text)
	default:
		p.fail("unexpected " + t.text + ", " + wanted)
	}
}

// fail notes an error at the next token. Only the first one counts.
func (p *toolkit) fail(what string) {
	if p.err == nil {
		p.err = errorAt(p.path, p.next().at, what)
		p.tokens = p.tokens[len(p.tokens)-1:]
	}
}

// segments reads the steps of a path: .name, .*, ..name, ["name"], [0], [?(…)] and
// so on, as many as there are.
func (p *toolkit) segments() []segment {
	var all []segment
	for {
		one := segment{descend: p.accept("..")}
		switch {
		case p.accept("["):
			one.selectors = []selector{p.selector()}
			for p.accept(",") {
				one.selectors = append(one.selectors, p.selector())
			}
			p.expect("]")
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
		return wildcard
	}
	word := p.expect("word").text
	if p.next().kind == "(" {
		return p.function(word)
	}
	return name(word)
}

// selector reads what may stand in brackets.
func (p *toolkit) selector() selector {
	switch p.next().kind {
	case "string":
		return name(p.take().text)
	case "number", ":":
		return p.places()
	case "*":
		p.take()
		return wildcard
	case "?": // it picks the value at hand where the condition holds for it
		p.take()
		holds := p.parenthesized()
		return func(s *search, at any, found []any) []any {
			if holds(s, at) {
				return append(found, at)
			}
			return found
		}
	case "word":
		return p.function(p.take().text)
	}
	p.unexpected(`expected a "name", a number, *, : or ?`)
	return nil
}

// places reads an index or a slice.
func (p *toolkit) places() selector {
	var step any
	start := p.place()
	if only, ok := start.(int); ok && p.next().kind != ":" {
		return index(only)
	}
	p.expect(":")
	end := p.place()
	if p.accept(":") {
		step = p.place()
	}
	return slice(spec.Slice(start, end, step))
}

// place reads a whole number, an int; nil where none is there. No list is longer
// than the largest one that it returns.
func (p *toolkit) place() any {
	t := p.next()
	if t.kind != "number" {
		return nil
	}
	if strings.ContainsAny(t.text, ".eE") {
		p.unexpected("expected a whole number")
	}
	p.take()
	n, _ := strconv.ParseInt(t.text, 10, 32) // the nearest int32 where it is beyond them
	return int(n)
}

// function reads what follows the name of a function. Of those of jsonpath2 only
// length is known here.
func (p *toolkit) function(name string) selector {
	if p.next().kind == "(" && name != "length" {
		p.fail("there is no function " + name)
	}
	p.expect("(")
	p.expect(")")
	return length
}

// length counts the items of a list or the characters of a text.
func length(_ *search, at any, found []any) []any {
	switch at := at.(type) {
	case []any:
		return append(found, int64(len(at)))
	case string:
		return append(found, int64(utf8.RuneCountInString(at)))
	}
	return found
}

// token is a word of jsonpath2's language.
type token struct {
	kind string // word, string, number, unknown, end, or a keyword or sign as it is written
	text string // of a string without its quotes
	at   int    // the byte where it begins
}

// shape finds the next token; its groups have the names of kinds. Blanks are no
// tokens. Of the signs the longer ones come first.
var shape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[ \t\n\r]+` +
		`|(?P<word>[_A-Za-z][_A-Za-z0-9]*)` +
		`|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][+-]?(?:0|[1-9][0-9]*))?)` +
		`|"(?P<string>(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[^"\\\x00-\x1f])*)"` +
		`|(?P<sign>\.\.|>=|<=|!=|[@$.*=<>{}\[\]:,()?])` +
		`|(?P<unknown>.)`)
})

// tokensOf splits a path into tokens, the last of kind end. Escapes in a string
// stay as they are written: jsonpath2 does not read them.
func tokensOf(path string) []token {
	var all []token
	keywords := []string{"and", "or", "not", "true", "false", "null"}
	for _, found := range shape().FindAllStringSubmatchIndex(path, -1) {
		for i, kind := range shape().SubexpNames() {
			from, to := found[2*i], found[2*i+1]
			if kind == "" || from < 0 {
				continue
			}
			text := path[from:to]
			if kind == "sign" || kind == "word" && slices.Contains(keywords, text) {
				kind = text
			}
			all = append(all, token{kind, text, found[0]})
		}
	}
	return append(all, token{kind: "end", at: len(path)})
}
