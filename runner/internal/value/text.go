package value

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Text is Python's str(): what a value looks like inside a longer text.
func Text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
}

// Repr is Python's repr(): a value as Python would have it written in a program.
func Repr(v any) string {
	w := writer{repr: true}
	w.value(v)
	return string(w.out)
}

// quote puts single quotes around s, or double ones where s has a single quote
// and no double one, and escapes what Python does not call printable.
func quote(s string) string {
	return quoted([]rune(s), func(r rune) bool { return r == ' ' || unicode.IsPrint(r) })
}

func quoteBytes(data []byte) string {
	runes := make([]rune, len(data))
	for i, c := range data {
		runes[i] = rune(c)
	}
	return quoted(runes, func(r rune) bool { return r >= ' ' && r < 0x7f })
}

func quoted(text []rune, printable func(rune) bool) string {
	mark := '\''
	if slices.Contains(text, '\'') && !slices.Contains(text, '"') {
		mark = '"'
	}
	var b strings.Builder
	b.WriteRune(mark)
	for _, r := range text {
		switch {
		case r == mark || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case printable(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteRune(mark)
	return b.String()
}
