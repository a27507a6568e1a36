package value

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// JSON is v on one line, as Python's json module writes it: keys in their order, letters beyond
// ASCII as they are, floats as Python's repr has them, NaN and the infinities by their names.
func JSON(v any) string {
	if s, ok := v.(string); ok && len(s) > most {
		var b strings.Builder
		b.Grow(len(s) + len(s)/16)
		WriteJSON(&b, v, "") // a Builder takes all
		return b.String()
	}
	w := writer{out: make([]byte, 0, 128)}
	w.value(v)
	return string(w.out)
}

// WriteJSON writes v to w as JSON has it, each item on a line of its own behind the
// indent of its depth; an empty indent leaves all on one line. It holds some 64 KiB of
// the text at a time. Its error is the first one of w.
func WriteJSON(w io.Writer, v any, indent string) error {
	j := writer{to: w, indent: indent, margin: "\n"}
	j.empty()
	j.value(v)
	j.flush(0)
	return j.err
}

// Text is Python's str(): what a value looks like inside a longer text.
func Text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
}

// Repr is Python's repr(): a value as Python would have it written in a program.
// Two values with one repr are the same in type, value and order.
func Repr(v any) string {
	w := writer{repr: true}
	w.value(v)
	return string(w.out)
}

// writer writes values as JSON, or as Python's repr, which has the same shape on one line.
type writer struct {
	out    []byte
	repr   bool
	indent string
	margin string    // the line break before an item, and what stands before it on its line
	to     io.Writer // nil: all of it stays in out
	err    error     // the first one of to
}

// flush hands over what there is, once it is more than limit.
func (w *writer) flush(limit int) {
	if w.to == nil || len(w.out) <= limit {
		return
	}
	if w.err == nil {
		_, w.err = w.to.Write(w.out)
	}
	w.empty()
}

// empty begins anew, in the free memory of a buffer where it writes to one.
func (w *writer) empty() {
	if w.out = w.out[:0]; w.err == nil {
		if buffer, is := w.to.(*bytes.Buffer); is {
			w.out = buffer.AvailableBuffer()
		}
	}
}

// most is how many bytes wait to be handed over, but for what is handed over whole.
const most = 1 << 16

func (w *writer) value(v any) {
	w.flush(most)
	switch v := v.(type) {
	case nil:
		w.word("null", "None")
	case bool:
		if v {
			w.word("true", "True")
		} else {
			w.word("false", "False")
		}
	case int64:
		w.out = strconv.AppendInt(w.out, v, 10)
	case *big.Int:
		w.out = v.Append(w.out, 10)
	case float64:
		text := floatText(v)
		w.word(cmp.Or(map[string]string{"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[text], text), text)
	case string:
		w.text(v)
	case []any:
		w.open('[')
		for i, item := range v {
			w.separate(i == 0)
			w.value(item)
		}
		w.close(']', len(v) == 0)
	case *Map:
		w.open('{')
		first := true
		for key, item := range v.All() {
			w.separate(first)
			first = false
			w.text(key)
			w.out = append(w.out, ": "...)
			w.value(item)
		}
		w.close('}', first)
	case []byte:
		runes := make([]rune, len(v))
		for i, c := range v {
			runes[i] = rune(c)
		}
		if repr := quote([]byte("b"), string(runes), 0x7f); w.repr {
			w.out = append(w.out, repr...)
		} else {
			w.text(string(repr))
		}
	default:
		w.text(fmt.Sprint(v))
	}
}

// word writes one of two words, which are plain ASCII.
func (w *writer) word(json, repr string) {
	if w.repr {
		json = repr
	}
	w.out = append(w.out, json...)
}

// text writes a text. In JSON it escapes what must be, and nothing more; json.Marshal
// would also escape <, > and &.
func (w *writer) text(s string) {
	if w.repr {
		w.out = quote(w.out, s, unicode.MaxRune+1)
		return
	}
	w.out = append(w.out, '"')
	for s != "" {
		piece := s[:min(len(s), most)]
		for len(piece) < len(s) && !utf8.RuneStart(s[len(piece)]) {
			piece = s[:len(piece)+1]
		}
		if s = s[len(piece):]; !utf8.ValidString(piece) {
			piece = string([]rune(piece)) // a broken byte comes out as U+FFFD
		}
		w.piece(piece)
		w.flush(most)
	}
	w.out = append(w.out, '"')
}

// piece writes a piece of a text.
func (w *writer) piece(s string) {
	const digits = "0123456789abcdef"
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		w.out = append(w.out, s[done:i]...)
		done = i + 1
		if at := strings.IndexByte(escaped, c); at >= 0 {
			w.out = append(w.out, '\\', escapes[at])
		} else {
			w.out = append(w.out, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	w.out = append(w.out, s[done:]...)
}

func (w *writer) open(bracket byte) {
	w.out = append(w.out, bracket)
	w.margin += w.indent
}

// separate stands before each item.
func (w *writer) separate(first bool) {
	if !first {
		w.out = append(w.out, ',')
	}
	if w.indent != "" {
		w.out = append(w.out, w.margin...)
	} else if !first {
		w.out = append(w.out, ' ')
	}
}

func (w *writer) close(bracket byte, empty bool) {
	w.margin = w.margin[:len(w.margin)-len(w.indent)]
	if w.indent != "" && !empty {
		w.out = append(w.out, w.margin...)
	}
	w.out = append(w.out, bracket)
}

// escaped are the characters that have a short escape in JSON, and escapes the
// letters of these. The first four have them in Python, too.
const (
	escaped = "\\\n\r\t\b\f\""
	escapes = `\nrtbf"`
)

// quote appends a text in single quotes, or in double ones where it has a single quote and no
// double one. It escapes what Python does not call printable, and whatever is not below end.
func quote(out []byte, text string, end rune) []byte {
	mark := byte('\'')
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		mark = '"'
	}
	out = append(out, mark)
	for _, r := range text {
		switch i := strings.IndexRune(escaped[:4], r); {
		case i >= 0:
			out = append(out, '\\', escapes[i])
		case r == rune(mark):
			out = append(out, '\\', mark)
		case r < end && unicode.IsPrint(r):
			out = utf8.AppendRune(out, r)
		case r < 0x100:
			out = fmt.Appendf(out, `\x%02x`, r)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = fmt.Appendf(out, `\U%08x`, r)
		}
	}
	return append(out, mark)
}
