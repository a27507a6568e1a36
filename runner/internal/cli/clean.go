package cli

import (
	"strings"
	"unicode"
)

// maxShown bounds one text from outside: longer ones are in the journal.
const maxShown = 4000

// clean makes a text from outside harmless to a terminal: control characters
// become their visible pictures, what reorders text is left out. Line ends and
// tabs stay, and so does our own weight (see style).
func clean(s string) string {
	if len(s) > maxShown {
		s = strings.ToValidUTF8(s[:maxShown], "") + " ... (cut)"
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ':
			return '\u2400' + r
		case r == 0x7f:
			return '\u2421'
		case r >= 0x80 && r < 0xa0:
			return '\ufffd'
		case unicode.Is(unicode.Cf, r) && r != '\u200d':
			return -1
		}
		return r
	}, s)
}
