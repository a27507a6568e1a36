package variables

import (
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// inText replaces the names in one text, as Python's string.Template does.
func (v *Variables) inText(text string) any {
	if name, rest, ok := braced(text); ok && rest == "" {
		if found, ok := v.lookup(name); ok {
			return found
		}
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		text = v.replaceFirst(&b, text[len(before):], after)
	}
}

// replaceFirst writes what stands for the form at the start of text, which is a
// $ and after, and returns the text behind the form.
func (v *Variables) replaceFirst(b *strings.Builder, text, after string) (rest string) {
	if rest, ok := strings.CutPrefix(after, "$"); ok {
		b.WriteByte('$')
		return rest
	}
	name, rest, ok := braced(text)
	if !ok {
		name, rest = identifier(after)
	}
	if name == "" {
		b.WriteByte('$')
		return after
	}
	if found, ok := v.lookup(name); ok {
		b.WriteString(value.Text(found))
	} else {
		b.WriteString(text[:len(text)-len(rest)])
	}
	return rest
}

// braced reads ${name} at the start of text.
func braced(text string) (name, rest string, ok bool) {
	after, ok := strings.CutPrefix(text, "${")
	if !ok {
		return "", text, false
	}
	name, rest = identifier(after)
	rest, ok = strings.CutPrefix(rest, "}")
	if !ok || name == "" {
		return "", text, false
	}
	return name, rest, true
}

// identifier reads a name at the start of text: ASCII letters, digits and _,
// and no digit first.
func identifier(text string) (name, rest string) {
	n := 0
	for n < len(text) && (letter(text[n]) || n > 0 && '0' <= text[n] && text[n] <= '9') {
		n++
	}
	return text[:n], text[n:]
}

func letter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
