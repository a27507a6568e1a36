// Package jsonpath finds the parts of a JSON document that a path points at.
//
// A path is read as the Chaos Toolkit reads it, by the rules of Python's jsonpath2
// 0.4.5. One that those rules refuse is read by RFC 9535, so that what a person knows
// from elsewhere ($.a[?@.b == 'x']) works as well. The two differ in what they do with
// a filter: jsonpath2 asks the value at hand, and RFC 9535 each of its children.
package jsonpath

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	rfc9535 "github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"chaosworkshop.example/runner/internal/value"
)

// Path is a path ready for use, also by several goroutines at once.
type Path struct{ query query }

// Parse reads a path. Its error says what is wrong and at which character.
func Parse(text string) (*Path, error) {
	if len(text) > Longest {
		return nil, fmt.Errorf("it is longer than %d KiB", Longest>>10)
	}
	if strings.Count(text, "[")+strings.Count(text, "(") > mostBrackets {
		return nil, errors.New("there are too many brackets")
	}
	q, err := parseToolkit(text)
	if err == nil {
		return &Path{*q}, nil
	}
	q, other := parseRFC(text)
	if other == nil {
		return &Path{*q}, nil
	}
	if other.at > err.at { // the one that came farther knows more
		err = other
	}
	return nil, err
}

// Find lists the values that the path points at, in their order in the document, until ctx ends.
// Its error is ctx's cause, or means that the path points at more than anyone could look at.
func (p *Path) Find(ctx context.Context, document any) ([]any, error) {
	s := &search{ctx: ctx, root: document, left: mostVisits}
	found := p.query.find(s, document)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case s.left < 0:
		return nil, errors.New("the path visits too many values: use fewer .., * and commas")
	}
	return found, nil
}

const (
	// Longest bounds a path, in bytes: each of its steps takes memory.
	Longest = 64 << 10
	// mostBrackets bounds how deep the parts of a path lie within each other.
	mostBrackets = 400
	// mostVisits bounds a search: what it looks at, and what it finds in each of its steps. Each ..
	// visits everything below each value that was found so far, and [0,0] finds one twice.
	mostVisits = 2_000_000
)

// search is one walk through one document.
type search struct {
	ctx   context.Context
	root  any
	plain any // the root as the library for RFC 9535 knows values; nil until it is needed
	left  int // visits and finds; below zero: there were too many
}

// visit counts, and tells whether to go on.
func (s *search) visit() bool {
	if s.left--; s.ctx.Err() != nil {
		s.left = -1
	}
	return s.left >= 0
}

// query is a path from the root or from the value at hand. In a comparison it can be a
// value, which is written there.
type query struct {
	fromHere  bool
	isWritten bool
	value     any
	segments  []segment
}

// find lists what the query points at, seen from here.
func (q *query) find(s *search, here any) []any {
	found := []any{s.root}
	switch {
	case q.isWritten:
		found[0] = q.value
	case q.fromHere:
		found[0] = here
	}
	for _, step := range q.segments {
		var next []any
		for _, at := range found {
			if next = step.pick(s, at, next); s.left < 0 {
				return nil
			}
		}
		found = next
	}
	return found
}

// segment is one step of a path; with descend it is taken from every value below
// as well, before its children's turn.
type segment struct {
	descend   bool
	selectors []selector
}

// selector adds to found what it picks from at.
type selector func(s *search, at any, found []any) []any

func (g segment) pick(s *search, at any, found []any) []any {
	if !s.visit() {
		return nil
	}
	for _, pick := range g.selectors {
		before := len(found)
		found = pick(s, at, found)
		if s.left -= len(found) - before; s.left < 0 {
			return nil
		}
	}
	if g.descend {
		for _, child := range children(at) {
			found = g.pick(s, child, found)
		}
	}
	return found
}

// children lists the values in a list or a mapping, in their order.
func children(at any) []any {
	switch at := at.(type) {
	case []any:
		return at
	case *value.Map:
		all := make([]any, 0, at.Len())
		for _, v := range at.All() {
			all = append(all, v)
		}
		return all
	}
	return nil
}

// name picks one member of a mapping.
func name(key string) selector {
	return func(_ *search, at any, found []any) []any {
		m, _ := at.(*value.Map)
		if v, ok := m.Get(key); ok {
			return append(found, v)
		}
		return found
	}
}

// index picks one item of a list; -1 is the last.
func index(i int) selector {
	return func(_ *search, at any, found []any) []any {
		list, _ := at.([]any)
		place := i
		if place < 0 {
			place += len(list)
		}
		if place >= 0 && place < len(list) {
			return append(found, list[place])
		}
		return found
	}
}

// wildcard picks every child.
func wildcard(_ *search, at any, found []any) []any { return append(found, children(at)...) }

// slice picks items of a list, by the rules of RFC 9535.
func slice(places spec.SliceSelector) selector {
	return func(_ *search, at any, found []any) []any {
		list, _ := at.([]any)
		return append(found, places.Select(list, nil)...)
	}
}

// syntaxError says what is wrong with a path, and where, in characters from 0.
type syntaxError struct {
	at   int
	what string
}

// errorAt is an error at a byte of a path.
func errorAt(path string, at int, what string) *syntaxError {
	return &syntaxError{utf8.RuneCountInString(path[:at]), what}
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s at character %d", e.what, e.at+1) }

// parseRFC reads a path by RFC 9535. The library does the reading, and decides
// filters; the steps are ours, so that what is found comes in the order of the
// document: the library's own mappings have none.
func parseRFC(text string) (*query, *syntaxError) {
	path, err := rfc9535.Parse(text)
	if err != nil {
		return nil, rfcError(text, err)
	}
	q := &query{}
	for _, step := range path.Query().Segments() {
		one := segment{descend: step.IsDescendant()}
		for _, s := range step.Selectors() {
			if filter, is := s.(*spec.FilterSelector); is && visitsMuch(filter.String()) {
				return nil, errorAt(text, len(text), "a filter visits too many values: use .. once, and $ with one .., * or ? alone")
			}
			one.selectors = append(one.selectors, rfcSelector(s))
		}
		q.segments = append(q.segments, one)
	}
	return q, nil
}

// rfcSelector makes a selector of one of the library's.
func rfcSelector(s spec.Selector) selector {
	switch s := s.(type) {
	case spec.Name:
		return name(string(s))
	case spec.Index:
		return index(int(s))
	case spec.SliceSelector:
		return slice(s)
	case *spec.FilterSelector:
		return func(find *search, at any, found []any) []any {
			if find.plain == nil {
				find.plain = plain(find.root)
			}
			for _, child := range children(at) {
				if find.visit() && s.Eval(plain(child), find.plain) {
					found = append(found, child)
				}
			}
			return found
		}
	}
	return wildcard
}

// plain is a value as the library knows them: its mappings are Go's.
func plain(v any) any {
	switch v := v.(type) {
	case *value.Map:
		m := make(map[string]any, v.Len())
		for key, item := range v.All() {
			m[key] = plain(item)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f
	}
	return v
}

// rfcError takes the place out of an error of the library: "... at position 3", or "... at 3".
func rfcError(text string, err error) *syntaxError {
	what := strings.TrimPrefix(err.Error(), rfc9535.ErrPathParse.Error()+": ")
	words := strings.Fields(what)
	place, _ := strconv.Atoi(words[len(words)-1])
	what, _, _ = strings.Cut(what, " at position ")
	return errorAt(text, min(max(place-1, 0), len(text)), what)
}
