package jsonpath

import (
	"regexp"
	"slices"
	"sync"
	"unicode/utf8"
)

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
			return nil, &syntaxError{at, "unexpected " + string(r), at}
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
