package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// AppendJSON appends v as JSON as Python's json module writes it: keys in their
// order, letters beyond ASCII as they are, floats as Python's repr has them,
// NaN and the infinities by their names. A prefix and an indent as in
// json.Indent; with both empty all is on one line.
func AppendJSON(to []byte, v any, prefix, indent string) []byte {
	w := jsonWriter{out: to, indent: indent, margin: "\n" + prefix}
	w.value(v)
	return w.out
}

type jsonWriter struct {
	out    []byte
	indent string
	margin string
}

func (w *jsonWriter) value(v any) {
	switch v := v.(type) {
	case nil:
		w.out = append(w.out, "null"...)
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case int64:
		w.out = strconv.AppendInt(w.out, v, 10)
	case *big.Int:
		w.out = v.Append(w.out, 10)
	case float64:
		w.out = append(w.out, jsonFloat(v)...)
	case string:
		w.out = appendString(w.out, v)
	case []any:
		w.list(v)
	case *Map:
		w.mapping(v)
	default:
		w.out = appendString(w.out, Text(v))
	}
}

func (w *jsonWriter) list(list []any) {
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

func (w *jsonWriter) mapping(m *Map) {
	if m.Len() == 0 {
		w.out = append(w.out, "{}"...)
		return
	}
	w.out = append(w.out, '{')
	outer, i := w.enter(), 0
	for k, v := range m.All() {
		w.separate(i)
		w.out = appendString(w.out, k)
		w.out = append(w.out, ": "...)
		w.value(v)
		i++
	}
	w.leave(outer)
	w.out = append(w.out, '}')
}

func (w *jsonWriter) enter() (outer string) {
	outer = w.margin
	w.margin += w.indent
	return outer
}

func (w *jsonWriter) leave(outer string) {
	w.margin = outer
	if w.indent != "" {
		w.out = append(w.out, w.margin...)
	}
}

func (w *jsonWriter) separate(i int) {
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

func jsonFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return floatText(f)
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

// ParseJSON reads one JSON text. Its error says what is wrong and at which byte.
func ParseJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parse(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("there is more after the JSON value, at byte %d", d.InputOffset())
	}
	return v, nil
}

// maxDepth bounds the nesting of a text: Python's own reader gives up near 1,000
// levels, and a deeper one would take our stack and the journal's indentation.
const maxDepth = 500

func parse(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("it is nested deeper than %d levels", maxDepth)
	}
	switch t := token.(type) {
	case json.Number:
		return Number(string(t))
	case json.Delim:
		if t == '[' {
			return parseList(d, depth+1)
		}
		return parseMap(d, depth+1)
	}
	return token, nil // nil, bool and string are values already
}

func parseList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := parse(d, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func parseMap(d *json.Decoder, depth int) (any, error) {
	m := &Map{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := parse(d, depth)
		if err != nil {
			return nil, err
		}
		m.Set(key.(string), v)
	}
	_, err := d.Token()
	return m, err
}

// Number reads a JSON number: an integer where it has neither point nor
// exponent, else a float. One beyond the floats is an infinity, as in Python.
func Number(text string) (any, error) {
	if !strings.ContainsAny(text, ".eE") {
		if n, ok := Integer(text); ok {
			return n, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, fmt.Errorf("%q is not a number", text)
	}
	return f, nil
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
