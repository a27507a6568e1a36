package pattern

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// writer turns a tree into the text of a pattern. What both engines read alike
// is written here; the rest goes through special.
type writer struct {
	strings.Builder
	fold bool // the case of letters does not count at the moment
	// special writes a node that the engines read differently. last tells
	// that nothing comes behind it.
	special func(n *node, last bool)
}

func (w *writer) node(n *node, last bool) {
	switch n.op {
	case opLiteral:
		w.WriteString(char(n.char))
	case opSet:
		w.WriteString(set(n.set, n.not))
	case opTextStart:
		w.WriteString(`\A`)
	case opTextEnd:
		w.WriteString(`\z`)
	case opLineStart:
		w.WriteString(`(?m:^)`)
	case opSequence:
		for i, sub := range n.subs {
			w.node(sub, last && i == len(n.subs)-1)
		}
	case opChoice:
		w.choice(n, last)
	case opGroup:
		w.group(n, last)
	case opRepeat:
		w.repeat(n, last)
	default:
		w.special(n, last)
	}
}

func (w *writer) choice(n *node, last bool) {
	w.WriteString("(?:")
	for i, sub := range n.subs {
		if i > 0 {
			w.WriteByte('|')
		}
		w.node(sub, last)
	}
	w.WriteByte(')')
}

// group also switches the case of letters on and off.
func (w *writer) group(n *node, last bool) {
	was := w.fold
	w.fold = n.fold
	switch {
	case n.fold == was:
		w.WriteString("(?:")
	case n.fold:
		w.WriteString("(?i:")
	default:
		w.WriteString("(?-i:")
	}
	if n.number > 0 {
		w.special(n, last)
	} else {
		w.node(n.subs[0], last)
	}
	w.WriteByte(')')
	w.fold = was
}

func (w *writer) repeat(n *node, last bool) {
	if n.style == possessive {
		w.special(n, last)
		return
	}
	w.quantified(n, last && n.max == 1)
	if n.style == lazy {
		w.WriteByte('?')
	}
}

func (w *writer) quantified(n *node, last bool) {
	w.WriteString("(?:")
	w.node(n.subs[0], last)
	w.WriteByte(')')
	switch {
	case n.min == 0 && n.max == endless:
		w.WriteByte('*')
	case n.min == 1 && n.max == endless:
		w.WriteByte('+')
	case n.max == endless:
		fmt.Fprintf(w, "{%d,}", n.min)
	default:
		fmt.Fprintf(w, "{%d,%d}", n.min, n.max)
	}
}

// char writes a character so that no engine takes it for anything else.
func char(r rune) string {
	switch {
	case r > unicode.MaxASCII || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z':
		return string(r)
	}
	return `\x` + strconv.FormatInt(0x100+int64(r), 16)[1:]
}

func set(s runes, not bool) string {
	var b strings.Builder
	b.WriteByte('[')
	if not {
		b.WriteByte('^')
	}
	for _, r := range s {
		b.WriteString(char(r.low))
		if r.high > r.low {
			b.WriteByte('-')
			b.WriteString(char(r.high))
		}
	}
	b.WriteByte(']')
	return b.String()
}
