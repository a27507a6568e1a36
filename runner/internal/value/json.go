package value

import (
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
)

// AppendJSON appends v as JSON as Python's json module writes it: keys in their
// order, letters beyond ASCII as they are, floats as Python's repr has them,
// NaN and the infinities by their names. A prefix and an indent as in
// json.Indent; with both empty all is on one line.
func AppendJSON(to []byte, v any, prefix, indent string) []byte {
	w := writer{out: to, indent: indent, margin: "\n" + prefix}
	w.value(v)
	return w.out
}

// WriteJSON writes v to w as AppendJSON appends it without a prefix, byte by byte
// the same. It holds some 64 KiB of the text at a time. Its error is the first
// one of w.
func WriteJSON(w io.Writer, v any, indent string) error {
	j := writer{to: w, indent: indent, margin: "\n"}
	j.value(v)
	j.flush(0)
	return j.err
}

// writer writes values as JSON, or as Python's repr, which has the same shape on
// one line.
type writer struct {
	out    []byte
	repr   bool
	indent string
	margin string
	to     io.Writer // nil: all of it stays in out
	err    error
}

// flush hands over what there is, once it is more than limit.
func (w *writer) flush(limit int) {
	if w.to == nil || len(w.out) <= limit {
		return
	}
	if w.err == nil {
		_, w.err = w.to.Write(w.out)
	}
	w.out = w.out[:0]
}

func (w *writer) value(v any) {
	w.flush(1 << 16)
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
		w.float(v)
	case string:
		w.text(v)
	case []any:
		w.list(v)
	case *Map:
		w.mapping(v)
	case []byte:
		repr := "b" + quoteBytes(v)
		if w.repr {
			w.out = append(w.out, repr...)
		} else {
			w.text(repr)
		}
	default:
		w.text(fmt.Sprint(v))
	}
}

func (w *writer) word(json, repr string) {
	if w.repr {
		json = repr
	}
	w.out = append(w.out, json...)
}

func (w *writer) text(s string) {
	if w.repr {
		w.out = append(w.out, quote(s)...)
	} else {
		w.out = appendString(w.out, s)
	}
}

func (w *writer) list(list []any) {
	if len(list) == 0 {
		w.out = append(w.out, "[]"...)
		return
	}
	w.out = append(w.out, '[')
	outer := w.enter()
	for i, v := range list {
		w.separate(i)
		w.value(v)
	}
	w.leave(outer)
	w.out = append(w.out, ']')
}

func (w *writer) mapping(m *Map) {
	if m.Len() == 0 {
		w.out = append(w.out, "{}"...)
		return
	}
	w.out = append(w.out, '{')
	outer, i := w.enter(), 0
	for k, v := range m.All() {
		w.separate(i)
		w.text(k)
		w.out = append(w.out, ": "...)
		w.value(v)
		i++
	}
	w.leave(outer)
	w.out = append(w.out, '}')
}

func (w *writer) enter() (outer string) {
	outer = w.margin
	w.margin += w.indent
	return outer
}

func (w *writer) leave(outer string) {
	w.margin = outer
	if w.indent != "" {
		w.out = append(w.out, w.margin...)
	}
}

func (w *writer) separate(i int) {
	if i > 0 {
		w.out = append(w.out, ',')
	}
	switch {
	case w.indent != "":
		w.out = append(w.out, w.margin...)
	case i > 0:
		w.out = append(w.out, ' ')
	}
}

func (w *writer) float(f float64) {
	text := floatText(f)
	if !w.repr && (math.IsNaN(f) || math.IsInf(f, 0)) {
		text = map[string]string{"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[text]
	}
	w.out = append(w.out, text...)
}

// appendString escapes what JSON requires and nothing more; json.Marshal would
// also escape <, > and &.
func appendString(out []byte, s string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	if isPlain(s) {
		return append(append(out, s...), '"')
	}
	for _, r := range s { // a broken byte comes out as U+FFFD
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\r':
			out = append(out, `\r`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r == '\b':
			out = append(out, `\b`...)
		case r == '\f':
			out = append(out, `\f`...)
		case r < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			out = append(out, string(r)...)
		}
	}
	return append(out, '"')
}

// isPlain tells whether a text stands in JSON as it is: nearly all do.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
