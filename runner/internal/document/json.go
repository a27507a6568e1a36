package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// ParseJSON reads one JSON text; name is the file's, for the positions.
func ParseJSON(name string, text []byte) (*Document, problem.List) {
	return parse(name, text, readJSON, func(s *source, w wanted) *place {
		l := &jsonLocator{source: s, decoder: json.NewDecoder(bytes.NewReader(s.text))}
		return l.value(w)
	})
}

// readJSON reads the value of a text. What JSON allows and the toolkit does not like
// is a warning or, for a number beyond the floats, a problem.
func readJSON(s *source) (any, *problem.Problem) {
	var huge *problem.Problem
	v, end, err := value.ReadJSON(s.text, maxValues, 0, func(at int, what any) {
		if key, ok := what.(string); ok {
			s.duplicate(s.position(at), key)
		} else if huge == nil {
			huge = s.tooLarge(s.position(at))
		}
	})
	rest := bytes.TrimLeft(s.text[end:], " \t\r\n")
	var syntax *json.SyntaxError
	switch { // nothing of the file is quoted
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax):
		return nil, s.explainJSON(end)
	case errors.Is(err, bytes.ErrTooLarge):
		return nil, s.problem(s.position(end), tooMany, notData)
	case err != nil: // it is nested too deep
		return nil, s.problem(s.position(end), err.Error(), "flatten it")
	case len(rest) > 0 && rest[0] == ':':
		return nil, s.problem(s.position(0), "the { at the beginning is missing", "write it, and } at the end")
	case len(rest) > 0:
		return nil, s.problem(s.position(len(s.text)-len(rest)), "there is more after the end of the document",
			"remove it, or the closing bracket before it")
	}
	return v, huge
}

// jsonLocator follows the wanted parts through the tokens of a text.
type jsonLocator struct {
	*source
	decoder *json.Decoder
}

// start is where the next token starts.
func (l *jsonLocator) start() problem.Position {
	start := int(l.decoder.InputOffset())
	for start < len(l.text) && strings.IndexByte(" \t\r\n,:", l.text[start]) >= 0 {
		start++
	}
	return l.position(start)
}

// value finds the place of the next value, and goes into it if parts of it are wanted.
func (l *jsonLocator) value(w wanted) *place {
	p := &place{value: l.start(), parts: map[string]*place{}}
	if len(w) == 0 {
		l.skip()
		return p
	}
	part := func(key string, at problem.Position) {
		if w[key] == nil {
			l.skip()
			return
		}
		p.parts[key] = l.value(w[key])
		p.parts[key].key = at
	}
	switch open, _ := l.decoder.Token(); open {
	case json.Delim('['):
		for i := 0; l.decoder.More(); i++ {
			part(strconv.Itoa(i), problem.Position{})
		}
	case json.Delim('{'):
		for l.decoder.More() {
			at := l.start()
			key, _ := l.decoder.Token()
			part(key.(string), at)
		}
	default:
		return p
	}
	l.decoder.Token() // the closing bracket
	return p
}

// skip goes past the next value.
func (l *jsonLocator) skip() { l.decoder.Decode(new(json.RawMessage)) }
