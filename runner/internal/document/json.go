package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// ParseJSON reads one JSON text; name is the file's, for the positions.
func ParseJSON(name string, text []byte) (*Node, problem.List) {
	s, found := prepare(name, text)
	if wrong, _ := found.Split(); len(wrong) > 0 {
		return nil, found
	}
	d := json.NewDecoder(bytes.NewReader(s.text))
	d.UseNumber()
	r := &jsonReader{source: s, decoder: d, warnings: found}
	node, err := r.value(0)
	if err == nil {
		err = r.end()
	}
	if err != nil {
		return nil, append(r.warnings, r.explain(err))
	}
	return node, r.warnings
}

type jsonReader struct {
	*source
	decoder  *json.Decoder
	warnings problem.List
}

// next returns the next token and the byte at which it starts.
func (r *jsonReader) next() (json.Token, int, error) {
	start := int(r.decoder.InputOffset())
	for start < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[start]) >= 0 {
		start++
	}
	token, err := r.decoder.Token()
	return token, start, err
}

func (r *jsonReader) value(depth int) (*Node, error) {
	token, start, err := r.next()
	if err != nil {
		return nil, err
	}
	n := &Node{At: r.position(start)}
	if depth > maxDepth {
		return nil, r.problem(n.At, fmt.Sprintf("this is nested deeper than %d levels", maxDepth), "flatten it")
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return n, r.mapping(n, depth)
		}
		return n, r.list(n, depth)
	case json.Number:
		n.Value, err = value.Number(string(t))
	default:
		n.Value = t
	}
	return n, err
}

func (r *jsonReader) list(n *Node, depth int) error {
	list := []any{}
	for r.decoder.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
		list = append(list, item.Value)
	}
	n.Value = list
	_, err := r.decoder.Token()
	return err
}

func (r *jsonReader) mapping(n *Node, depth int) error {
	m := &value.Map{}
	for r.decoder.More() {
		token, start, err := r.next()
		if err != nil {
			return err
		}
		key, at := token.(string), r.position(start)
		if m.Has(key) {
			r.warnings = append(r.warnings, duplicate(at, key))
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Fields = append(n.Fields, Field{Key: key, At: at, Value: v})
		m.Set(key, v.Value)
	}
	n.Value = m
	_, err := r.decoder.Token()
	return err
}

func duplicate(at problem.Position, key string) *problem.Problem {
	return &problem.Problem{At: at, Warning: true, What: fmt.Sprintf("the key %q is there twice", key),
		Do: "the last one counts: remove the other", Code: problem.Invalid}
}

func (r *jsonReader) end() error {
	_, start, err := r.next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return r.problem(r.position(start), "there is more after the end of the document", "remove it, or the closing bracket before it")
}

// explain gives the decoder's error a place and, where we know better, words.
func (r *jsonReader) explain(err error) *problem.Problem {
	var ours *problem.Problem
	if errors.As(err, &ours) {
		return ours
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		at := r.position(len(bytes.TrimRight(r.text, " \t\r\n")))
		return r.problem(at, "the JSON ends too early", "close what is still open: a quote, a bracket or a brace")
	}
	at, words := int(r.decoder.InputOffset()), err.Error()
	var syntax *json.SyntaxError
	// The token reader's offsets are rough; a whole read knows the byte.
	if errors.As(json.Unmarshal(r.text, new(json.RawMessage)), &syntax) {
		at, words = int(syntax.Offset)-1, syntax.Error()
	}
	return r.problem(r.position(at), "this is not JSON: "+words, jsonAdvice(r.text, at))
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
