package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf8"
)

// ParseJSON reads one JSON text. Its error says what is wrong and at which byte.
func ParseJSON(text []byte) (any, error) {
	v, end, err := ReadJSON(text, nil)
	if err != nil {
		return nil, fmt.Errorf("%w, at byte %d", err, end)
	}
	if rest := bytes.TrimLeft(text[end:], jsonSpace); len(rest) > 0 {
		return nil, fmt.Errorf("there is more after the JSON value, at byte %d", len(text)-len(rest))
	}
	return v, nil
}

// ReadJSON reads the JSON value at the start of text, and returns the byte where
// it ends, or where its error is. The error is io.ErrUnexpectedEOF for a text that
// ends too early, a *json.SyntaxError for one that is not JSON, and another for
// one that is nested too deep. Where odd is not nil, it is told of what JSON
// allows and its reader may not, with the byte where it stands: a key that its
// mapping has already, as a string, and a number beyond the floats, as an infinity.
//
// Keys and short texts that come again and again are stored once.
func ReadJSON(text []byte, odd func(at int, what any)) (v any, end int, err error) {
	r := &jsonReader{text: text, odd: odd}
	if len(text) > 1<<10 {
		r.seen = make([]any, 1<<9)
	}
	if v, err = r.value(0); !errors.Is(err, errSyntax) {
		return v, r.at, err
	}
	// Where and what, encoding/json says best.
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
	// A longer text hardly comes twice.
	maxShared = 32
)

var errSyntax = errors.New("this is not JSON")

type jsonReader struct {
	text    []byte
	at      int
	odd     func(at int, what any)
	seen    []any   // short texts by their hash, the newest of each
	items   []any   // of all lists that are open
	entries []entry // of all mappings that are open
}

// next is the next byte that is no white space, 0 at the end.
func (r *jsonReader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

func (r *jsonReader) value(depth int) (any, error) {
	c := r.next()
	if depth > maxDepth {
		return nil, fmt.Errorf("this is nested deeper than %d levels", maxDepth)
	}
	switch c {
	case '{':
		return r.mapping(depth + 1)
	case '[':
		return r.list(depth + 1)
	case '"':
		return r.string()
	case 'n':
		return nil, r.word("null")
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	}
	return r.number()
}

func (r *jsonReader) word(word string) error {
	if !bytes.HasPrefix(r.text[r.at:], []byte(word)) {
		return errSyntax
	}
	r.at += len(word)
	return nil
}

// separated steps over the comma before an item, and tells of the closing bracket.
func (r *jsonReader) separated(first bool, closing byte) (done bool, err error) {
	switch c := r.next(); {
	case c == closing:
		r.at++
		return true, nil
	case first:
		return false, nil
	case c != ',':
		return false, errSyntax
	}
	r.at++
	if r.next() == closing {
		return false, errSyntax
	}
	return false, nil
}

func (r *jsonReader) list(depth int) (any, error) {
	r.at++
	start := len(r.items)
	for {
		done, err := r.separated(len(r.items) == start, ']')
		if err != nil {
			return nil, err
		}
		if done {
			list := append(make([]any, 0, len(r.items)-start), r.items[start:]...)
			r.items = r.items[:start]
			return list, nil
		}
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		r.items = append(r.items, v)
	}
}

func (r *jsonReader) mapping(depth int) (any, error) {
	r.at++
	m := &Map{} // has the entries once all are known, and the index before
	start := len(r.entries)
	for first := true; ; first = false {
		done, err := r.separated(first, '}')
		if err != nil {
			return nil, err
		}
		if done {
			m.entries = append(make([]entry, 0, len(r.entries)-start), r.entries[start:]...)
			r.entries = r.entries[:start]
			return m, nil
		}
		at := r.at
		key, err := r.key()
		if err != nil {
			return nil, err
		}
		m.entries = r.entries[start:]
		i := m.find(key)
		if i >= 0 && r.odd != nil {
			r.odd(at, key)
		}
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		if i >= 0 {
			r.entries[start+i].value = v
			continue
		}
		r.entries = append(r.entries, entry{key, v})
		m.entries = r.entries[start:]
		m.added()
	}
}

func (r *jsonReader) key() (string, error) {
	if r.next() != '"' {
		return "", errSyntax
	}
	key, err := r.string()
	if err == nil && r.next() != ':' {
		err = errSyntax
	}
	r.at++
	text, _ := key.(string)
	return text, err
}

// string returns the text as an any, so that one that is shared is so whole.
func (r *jsonReader) string() (any, error) {
	start, plain := r.at, true
	for i := r.at + 1; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			if inner := r.text[start+1 : i]; plain || !bytes.ContainsRune(inner, '\\') && utf8.Valid(inner) {
				return r.shared(inner), nil
			}
			var s string
			if json.Unmarshal(r.text[start:r.at], &s) != nil {
				return nil, errSyntax
			}
			return r.shared([]byte(s)), nil
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			return nil, errSyntax
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	return nil, errSyntax
}

func (r *jsonReader) shared(text []byte) any {
	if len(text) > maxShared || r.seen == nil {
		return string(text)
	}
	hash := uint32(2166136261) // FNV-1a
	for _, c := range text {
		hash = (hash ^ uint32(c)) * 16777619
	}
	place := &r.seen[hash%uint32(len(r.seen))]
	if known, ok := (*place).(string); !ok || known != string(text) {
		*place = string(text)
	}
	return *place
}

func (r *jsonReader) number() (any, error) {
	start := r.at
	for r.at < len(r.text) && bytes.IndexByte([]byte("+-.0123456789eE"), r.text[r.at]) >= 0 {
		r.at++
	}
	text := r.text[start:r.at]
	if !json.Valid(text) {
		return nil, errSyntax
	}
	v, err := Number(string(text))
	if f, ok := v.(float64); ok && math.IsInf(f, 0) && r.odd != nil {
		r.odd(start, v)
	}
	return v, err
}
