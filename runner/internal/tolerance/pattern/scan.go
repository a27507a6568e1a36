package pattern

import (
	"fmt"
	"strconv"
	"strings"
)

// tokens walks a pattern: one character at a time, or a backslash together with
// the character behind it.
type tokens struct {
	runes []rune
	at    int    // behind next
	next  string // empty at the end
}

// syntaxError is what parse stops with, in Python's words.
type syntaxError string

func (e syntaxError) Error() string { return string(e) }

// fail ends the parsing; parse recovers.
func fail(format string, args ...any) {
	panic(syntaxError(fmt.Sprintf(format, args...)))
}

func newTokens(source string) *tokens {
	t := &tokens{runes: []rune(source)}
	t.advance()
	return t
}

func (t *tokens) advance() {
	if t.at >= len(t.runes) {
		t.next = ""
		return
	}
	length := 1
	if t.runes[t.at] == '\\' {
		if length = 2; t.at+1 == len(t.runes) {
			fail("bad escape (end of pattern)")
		}
	}
	t.next = string(t.runes[t.at : t.at+length])
	t.at += length
}

func (t *tokens) get() string {
	this := t.next
	t.advance()
	return this
}

func (t *tokens) accept(token string) bool {
	if t.next != token || token == "" {
		return false
	}
	t.advance()
	return true
}

// seek goes back to where next was when tell was asked.
func (t *tokens) seek(at int) {
	t.at = at
	t.advance()
}

func (t *tokens) tell() int { return t.at - len([]rune(t.next)) }

// while takes up to most characters of a set.
func (t *tokens) while(most int, set string) string {
	var taken strings.Builder
	for range most {
		if t.next == "" || !strings.Contains(set, t.next) {
			break
		}
		taken.WriteString(t.get())
	}
	return taken.String()
}

// until takes the text before a mark, and the mark; name says in errors what
// the text is.
func (t *tokens) until(mark, name string) string {
	var taken strings.Builder
	for {
		switch this := t.get(); {
		case this == "" && taken.Len() == 0, this == mark && taken.Len() == 0:
			fail("missing %s", name)
		case this == "":
			fail("missing %s, unterminated name", mark)
		case this == mark:
			return taken.String()
		default:
			taken.WriteString(this)
		}
	}
}

const (
	decimalDigits = "0123456789"
	octalDigits   = "01234567"
	hexDigits     = "0123456789abcdefABCDEF"
)

// octal reads digits that are known to be octal ones.
func octal(text string) rune {
	n, _ := strconv.ParseInt(text, 8, 32)
	if n > 0o377 {
		fail(`octal escape value \%s outside of range 0-0o377`, text)
	}
	return rune(n)
}
