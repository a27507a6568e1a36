package show

import (
	"strings"
	"unicode"
)

// maxShown bounds one text on the screen, in bytes: the journal has all of it.
const maxShown = 4000

// Screen makes a text from outside fit for a terminal: secrets are hidden, control
// characters become their visible pictures, what reorders text is left out, and
// what is longer than a few screens is cut. Line ends and tabs stay. The secrets are
// looked for again where nothing invisible stands within them any more.
func (m *Mask) Screen(text string) string {
	text = m.Lines(text)
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + " ... (cut)"
	}
	return text
}

// Lines is Screen without the cut: for a log file.
func (m *Mask) Lines(text string) string { return m.Text(clean(m.Text(text))) }

// Line is Screen on one line of at most so many letters; 0 is no limit. Whatever
// is white space becomes a single blank.
func (m *Mask) Line(text string, letters int) string {
	line := []rune(strings.Join(strings.Fields(m.Lines(text)), " "))
	if letters > 0 && len(line) > letters {
		return strings.TrimRight(string(line[:letters-1]), " ") + "…"
	}
	return string(line)
}

func clean(text string) string {
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
	}, text)
}
