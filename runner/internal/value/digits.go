package value

import (
	"strings"
	"unicode"
)

// PlainDigits makes text ready for reading a number out of it as Python does:
// without the white space around it, and with the digits of every script as 0 to
// 9.
func PlainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.IsDigit(r) {
			return '0' + digitWorth(r)
		}
		return r
	}, strings.TrimFunc(text, isSpace))
}

// digitWorth counts from the first of the digits beside r: each script has its
// ten in a row, and rows that touch are whole tens.
func digitWorth(r rune) rune {
	first := r
	for unicode.IsDigit(first - 1) {
		first--
	}
	return (r - first) % 10
}

// isSpace is Python's str.isspace for one character.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}
