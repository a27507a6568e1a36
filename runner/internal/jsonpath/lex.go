package jsonpath

import (
	"regexp"
	"sync"
	"unicode/utf8"
)

// token is a word of jsonpath2's language.
type token struct {
	kind string // word, string, number, end, or a sign as it is written
	text string
	at   int // in characters
}

// shapes are those of tokens. Of the signs the longer ones come first.
type shapes struct{ blank, word, number, text, sign *regexp.Regexp }

var shape = sync.OnceValue(func() shapes {
	return shapes{
		blank:  regexp.MustCompile(`^[ \t\n\r]+`),
		word:   regexp.MustCompile(`^[_A-Za-z][_A-Za-z0-9]*`),
		number: regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][+-]?(?:0|[1-9][0-9]*))?`),
		text:   regexp.MustCompile(`^"(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[^"\\\x00-\x1f])*"`),
		sign:   regexp.MustCompile(`^(?:\.\.|>=|<=|!=|[@$.*=<>{}\[\]:,()?])`),
	}
})

// keywords are words that cannot be names.
var keywords = map[string]bool{"and": true, "or": true, "not": true, "true": true, "false": true, "null": true}

// lex splits a path into tokens, the last of kind end.
func lex(text string) ([]token, *syntaxError) {
	var all []token
	at := 0
	for rest := text; rest != ""; {
		t, length := next(rest)
		if length == 0 {
			r, _ := utf8.DecodeRuneInString(rest)
			return nil, &syntaxError{at, "unexpected " + string(r), at}
		}
		t.at = at
		if t.kind != "" {
			all = append(all, t)
		}
		at += utf8.RuneCountInString(rest[:length])
		rest = rest[length:]
	}
	return append(all, token{kind: "end", at: at}), nil
}

// next reads one token; one without a kind is white space.
func next(rest string) (token, int) {
	if blank := shape().blank.FindString(rest); blank != "" {
		return token{}, len(blank)
	}
	if word := shape().word.FindString(rest); word != "" {
		if keywords[word] {
			return token{kind: word, text: word}, len(word)
		}
		return token{kind: "word", text: word}, len(word)
	}
	if number := shape().number.FindString(rest); number != "" {
		return token{kind: "number", text: number}, len(number)
	}
	if quoted := shape().text.FindString(rest); quoted != "" {
		// Escapes stay as they are written: jsonpath2 does not read them.
		return token{kind: "string", text: quoted[1 : len(quoted)-1]}, len(quoted)
	}
	sign := shape().sign.FindString(rest)
	return token{kind: sign, text: sign}, len(sign)
}
