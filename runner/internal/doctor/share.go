package doctor

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Private is what a text for other people must not contain.
type Private struct {
	Root  string   // the project's folder
	Homes []string // the user's folder, by each name that it has
	Names []string // of the user and of the computer
}

// Hide returns the text without what is private. A path in the user's folder is hidden whole,
// and with it what follows on its line up to a punctuation mark.
func (p Private) Hide(text string) string {
	text = strings.ReplaceAll(text, p.Root, "PROJECT")
	for _, home := range p.Homes {
		if len(home) > 1 {
			path := regexp.MustCompile(`(?i)` + quoted(home) + `(?:[/\\][^:;,"'()\n]*)?`)
			text = path.ReplaceAllStringFunc(text, func(found string) string {
				if len(found) == len(home) {
					return "~"
				}
				return "~/..."
			})
		}
	}
	longest := func(a, b string) int { return len(b) - len(a) } // one name may begin with another
	for _, name := range slices.SortedFunc(slices.Values(p.Names), longest) {
		if len(name) > 1 && name != "localhost" {
			text = withoutName(text, name)
		}
	}
	return text
}

// quoted is a pattern for a text, which need not be UTF-8.
func quoted(text string) string { return regexp.QuoteMeta(string([]rune(text))) }

// withoutName hides a name: a short one only where it is a whole word, as it could be a part of
// many.
func withoutName(text, name string) string {
	const short = 5
	form := regexp.MustCompile(`(?i)` + quoted(name))
	var b strings.Builder
	at := 0
	for _, place := range form.FindAllStringIndex(text, -1) {
		before, _ := utf8.DecodeLastRuneInString(text[:place[0]])
		after, _ := utf8.DecodeRuneInString(text[place[1]:])
		if len(name) < short && (unicode.IsLetter(before) || unicode.IsLetter(after)) {
			continue
		}
		b.WriteString(text[at:place[0]] + "(name)")
		at = place[1]
	}
	return b.String() + text[at:]
}
