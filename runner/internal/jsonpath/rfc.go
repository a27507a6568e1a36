package jsonpath

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	rfc9535 "github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"chaosworkshop.example/runner/internal/value"
)

// parseRFC reads a path by RFC 9535. The library does the reading, and decides
// filters; the steps are ours, so that what is found comes in the order of the
// document: the library's own mappings have none.
func parseRFC(text string) (*query, *syntaxError) {
	if strings.Count(text, "[")+strings.Count(text, "(") > 2*deepest { // the library has no bound
		return nil, &syntaxError{utf8.RuneCountInString(text), "there are too many brackets"}
	}
	if _, filter, _ := strings.Cut(text, "?"); strings.Count(filter, "..") > 3 { // nobody counts the library's visits
		return nil, &syntaxError{utf8.RuneCountInString(text), "a filter visits too many values: use fewer .."}
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

func rfcSelector(s spec.Selector) selector {
	switch s := s.(type) {
	case spec.Name:
		return name(s)
	case spec.Index:
		return index(s)
	case spec.SliceSelector:
		return rfcSlice{s}
	case *spec.FilterSelector:
		return rfcFilter{s}
	}
	return wildcard{}
}

type rfcSlice struct{ spec.SliceSelector }

func (l rfcSlice) pick(_ *search, at any, found []any) []any {
	list, _ := at.([]any)
	return append(found, l.Select(list, nil)...)
}

// rfcFilter picks the children for which the condition holds.
type rfcFilter struct{ *spec.FilterSelector }

func (f rfcFilter) pick(s *search, at any, found []any) []any {
	for _, child := range children(at) {
		if s.visit() && f.Eval(plain(child), s.plainRoot()) {
			found = append(found, child)
		}
	}
	return found
}

func (s *search) plainRoot() any {
	if s.plain == nil {
		s.plain = plain(s.root)
	}
	return s.plain
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

var rfcPlace = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*) at (?:position )?([0-9]+)$`) })

// rfcError takes the place out of an error of the library.
func rfcError(text string, err error) *syntaxError {
	what := strings.TrimPrefix(err.Error(), rfc9535.ErrPathParse.Error()+": ")
	place := len(text)
	if found := rfcPlace().FindStringSubmatch(what); found != nil {
		at, _ := strconv.Atoi(found[2])
		what, place = found[1], min(max(at-1, 0), place)
	}
	return &syntaxError{utf8.RuneCountInString(text[:place]), what}
}
