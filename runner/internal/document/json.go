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
	s, found := prepare(name, text)
	if wrong, _ := found.Split(); len(wrong) > 0 {
		return nil, found
	}
	var huge *problem.Problem
	v, end, err := value.ReadJSON(s.text, func(at int, what any) {
		if key, ok := what.(string); ok {
			found = append(found, s.duplicate(s.position(at), key))
		} else if huge == nil {
			huge = s.tooLarge(s.position(at))
		}
	})
	rest := bytes.TrimLeft(s.text[end:], " \t\r\n")
	switch {
	case err != nil:
		return nil, append(found, s.explainJSON(end, err))
	case len(rest) > 0:
		return nil, append(found, s.problem(s.position(len(s.text)-len(rest)), "there is more after the end of the document",
			"remove it, or the closing bracket before it"))
	case huge != nil:
		return nil, append(found, huge)
	}
	return &Document{Value: v, source: s, locate: locateJSON}, found
}

func (s *source) tooLarge(at problem.Position) *problem.Problem {
	return s.problem(at, "this number is too large", "write one below 1.8e308")
}

// locateJSON walks through a text that has been read before, so no error can
// come of it.
func locateJSON(s *source, root *wanted) {
	l := &jsonLocator{source: s, decoder: json.NewDecoder(bytes.NewReader(s.text))}
	l.value(root)
}

// jsonLocator follows the wanted parts through the tokens of a text.
type jsonLocator struct {
	*source
	decoder *json.Decoder
}

// start is the byte at which the next token starts.
func (l *jsonLocator) start() int {
	start := int(l.decoder.InputOffset())
	for start < len(l.text) && strings.IndexByte(" \t\r\n,:", l.text[start]) >= 0 {
		start++
	}
	return start
}

// value notes where the next value is, if it is wanted, and goes into it only for
// parts that are.
func (l *jsonLocator) value(w *wanted) {
	if w != nil {
		w.value = l.position(l.start())
	}
	if w == nil || len(w.children) == 0 {
		l.decoder.Decode(new(json.RawMessage)) // skips it
		return
	}
	open, _ := l.decoder.Token()
	switch open {
	case json.Delim('['):
		for i := 0; l.decoder.More(); i++ {
			l.value(w.child(strconv.Itoa(i)))
		}
	case json.Delim('{'):
		for l.decoder.More() {
			at := l.start()
			key, _ := l.decoder.Token()
			child := w.child(key.(string))
			if child != nil {
				child.key = l.position(at)
			}
			l.value(child)
		}
	default:
		return
	}
	l.decoder.Token() // the closing bracket
}

// explainJSON gives the reader's error a place and, where we know better, words.
func (s *source) explainJSON(at int, err error) *problem.Problem {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return s.problem(s.position(at), "the JSON ends too early", "close what is still open: a quote, a bracket or a brace")
	case errors.As(err, &syntax):
		return s.problem(s.position(at), "this is not JSON: "+syntax.Error(), jsonAdvice(s.text, at))
	}
	return s.problem(s.position(at), err.Error(), "flatten it") // it is nested too deep
}

// jsonAdvice names the usual slips: what stands there tells which.
func jsonAdvice(text []byte, at int) string {
	if at < 0 || at >= len(text) {
		return "check the line"
	}
	switch text[at] {
	case '}', ']':
		if bytes.HasSuffix(bytes.TrimRight(text[:at], " \t\r\n"), []byte(",")) {
			return "a comma before a closing bracket is not allowed: remove it"
		}
		return "this bracket closes another than the one that is open"
	case '\'':
		return `use double quotes`
	case '/', '#':
		return "JSON has no comments: remove it, or write the file in YAML"
	case '"', '{', '[':
		return "a comma or a colon is missing before it"
	case 'N', 'I', 'T', 'F':
		return "JSON knows true, false and null, and no NaN or Infinity"
	}
	return "check the line and the end of the one before it"
}
