package jsonpath

import (
	"math/big"
	"strconv"
	"strings"

	rfc9535 "github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"chaosworkshop.example/runner/internal/value"
)

// parseRFC reads a path by RFC 9535. The library does the reading, and decides
// filters; the steps are ours, so that what is found comes in the order of the
// document: the library's own mappings have none.
func parseRFC(text string) (*query, *syntaxError) {
	if _, filter, _ := strings.Cut(text, "?"); strings.Count(filter, "..") > 3 { // the library does not limit its steps
		return nil, errorAt(text, len(text), "a filter visits too many values: use fewer ..")
	}
	path, err := rfc9535.Parse(text)
	if err != nil {
		return nil, rfcError(text, err)
	}
	q := &query{}
	for _, step := range path.Query().Segments() {
		one := segment{descend: step.IsDescendant()}
		for _, s := range step.Selectors() {
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

// rfcError takes the place out of an error of the library: "... at position 3", or
// "... at 3".
func rfcError(text string, err error) *syntaxError {
	what := strings.TrimPrefix(err.Error(), rfc9535.ErrPathParse.Error()+": ")
	words := strings.Fields(what)
	place, _ := strconv.Atoi(words[len(words)-1])
	what, _, _ = strings.Cut(what, " at position ")
	return errorAt(text, min(max(place-1, 0), len(text)), what)
}
