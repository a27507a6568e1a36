package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"
)

// ParseJSON reads one JSON text of up to 2,000,000 values, keys included. Its error says what is wrong and at
// which byte; for more values it is a bytes.ErrTooLarge.
func ParseJSON(text []byte) (any, error) {
	v, end, err := ReadJSON(text, maxValues, 0, nil)
	if err != nil {
		return nil, fmt.Errorf("%w, at byte %d", err, end)
	}
	if rest := bytes.TrimLeft(text[end:], jsonSpace); len(rest) > 0 {
		return nil, fmt.Errorf("there is more after the JSON value, at byte %d", len(text)-len(rest))
	}
	return v, nil
}

// ReadJSON reads the JSON value at the start of text, and returns the byte where it ends, or
// where its error is. The error is io.ErrUnexpectedEOF for a text that ends too early, a
// *json.SyntaxError for one that is not JSON, a bytes.ErrTooLarge for one that has more than most
// values and keys in it, and another for one that is nested too deep: than other documents may be, and deeper by so many levels. Where
// odd is not nil, it is told of what JSON allows and its reader may not, with the byte where it
// stands: a key that its mapping has already, as a string, and a number beyond the floats, as an
// infinity. An integer of more than 4300 digits is one of these; without odd it is an error.
//
// Keys and short texts that come again and again are stored once.
func ReadJSON(text []byte, most, deeper int, odd func(at int, what any)) (v any, end int, err error) {
	r := &jsonReader{text: text, left: most, deepest: maxDepth + deeper, odd: odd, shared: map[string]any{}}
	if v = r.value(0); r.err == nil && json.Valid(text[:r.at]) {
		return v, r.at, nil
	}
	if r.err != nil && !errors.Is(r.err, strconv.ErrSyntax) {
		return nil, r.wrong, r.err
	}
	// encoding/json says best what is wrong, and where.
	var syntax *json.SyntaxError
	if err = json.Unmarshal(text, new(json.RawMessage)); errors.As(err, &syntax) {
		r.at = int(syntax.Offset) - 1
		if syntax.Error() == "unexpected end of JSON input" {
			r.at, err = len(bytes.TrimRight(text, jsonSpace)), io.ErrUnexpectedEOF
		}
	}
	return nil, r.at, err
}

const (
	jsonSpace = " \t\r\n"
	// maxDepth bounds the nesting of a text: Python's own reader gives up near 1,000
	// levels, and a deeper one would take our stack and the journal's indentation.
	maxDepth = 500
	// maxValues bounds the values in an answer: they take far more memory than the text.
	maxValues = 2_000_000
	// Texts up to maxShared bytes are stored once, up to so many of them.
	maxShared, sharedTexts = 32, 512
)

// jsonReader reads a text whose grammar is checked afterwards: it takes commas for white space.
type jsonReader struct {
	text    []byte
	at      int
	err     error // the first one, which ends the reading
	wrong   int   // where it is
	left    int   // how many values and keys there may still be
	deepest int
	odd     func(at int, what any)
	shared  map[string]any // see share
	items   []any          // of all lists that are open
	entries []entry        // of all mappings that are open
}

func (r *jsonReader) fail(err error) {
	if r.err == nil {
		r.err, r.wrong = err, r.at
	}
}

// tooMany is the error of a text with too many values in it.
type tooMany struct{}

func (tooMany) Error() string        { return "there are too many values in this" }
func (tooMany) Is(target error) bool { return target == bytes.ErrTooLarge }

// next is the byte at which the next token starts, 0 at the end.
func (r *jsonReader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
		default:
			return c
		}
	}
	return 0
}

func (r *jsonReader) value(depth int) any {
	c := r.next()
	if depth > r.deepest {
		r.fail(fmt.Errorf("this is nested deeper than %d levels", r.deepest))
		return nil
	}
	if r.counted(); r.err != nil {
		return nil
	}
	switch c {
	case '{':
		return r.mapping(depth + 1)
	case '[':
		return r.list(depth + 1)
	case '"':
		return r.string()
	}
	start := r.at
	for r.at < len(r.text) && bytes.IndexByte([]byte("+-.0123456789eEnulltruefalse"), r.text[r.at]) >= 0 {
		r.at++
	}
	switch word := string(r.text[start:r.at]); word {
	case "null":
		return nil
	case "true", "false":
		return word == "true"
	default:
		v, err := Number(word)
		if f, ok := v.(float64); ok && math.IsInf(f, 0) && r.odd != nil {
			r.odd(start, v)
		} else if err != nil {
			r.at = start
			r.fail(err)
		}
		return v
	}
}

// counted counts a value, or a key.
func (r *jsonReader) counted() {
	if r.left--; r.left < 0 {
		r.fail(tooMany{})
	}
}

func (r *jsonReader) list(depth int) []any {
	r.at++
	start := len(r.items)
	for r.next() != ']' && r.err == nil {
		item := r.value(depth) // which may move the items
		r.items = append(r.items, item)
	}
	r.at++
	list := append(make([]any, 0, len(r.items)-start), r.items[start:]...)
	r.items = r.items[:start]
	return list
}

func (r *jsonReader) mapping(depth int) *Map {
	r.at++
	m := &Map{} // gets entries of its own once all are known
	start := len(r.entries)
	for r.next() != '}' && r.err == nil {
		r.counted()
		at := r.at
		key, _ := r.string().(string)
		m.entries = r.entries[start:]
		i := m.find(key)
		if i >= 0 && r.odd != nil && r.err == nil {
			r.odd(at, key)
		}
		if v := r.value(depth); i >= 0 {
			r.entries[start+i].value = v
		} else {
			r.entries = append(r.entries, entry{key, v})
			m.entries = r.entries[start:]
			m.added()
		}
	}
	r.at++
	m.entries = append(make([]entry, 0, len(r.entries)-start), r.entries[start:]...)
	r.entries = r.entries[:start]
	return m
}

// string returns the text as an any, so that one that is shared is so whole.
func (r *jsonReader) string() any {
	start := r.at
	for r.at++; r.at < len(r.text) && r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	if r.at > len(r.text) {
		r.at = len(r.text)
		r.fail(strconv.ErrSyntax)
		return nil
	}
	inner := r.text[start+1 : r.at-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return r.share(inner)
	}
	var s string
	if json.Unmarshal(r.text[start:r.at], &s) != nil {
		r.fail(strconv.ErrSyntax)
	}
	return s
}

// share returns the text as an any, stored once if it is short and comes often.
func (r *jsonReader) share(text []byte) any {
	if v, ok := r.shared[string(text)]; ok {
		return v
	}
	var v any = string(text)
	if len(text) <= maxShared && len(r.shared) < sharedTexts {
		r.shared[v.(string)] = v
	}
	return v
}
