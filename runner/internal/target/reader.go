package target

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Whether a key has to be there.
const (
	required = true
	optional = false
)

// reader takes the values out of a mapping and notes all that is wrong.
type reader struct {
	*value.Map
	path  []string // of the mapping, within the target
	found *[]problem.Finding
}

// wrong notes what is wrong at a path from here.
func (r reader) wrong(what, do string, path ...string) {
	*r.found = append(*r.found, problem.Finding{Path: slices.Concat(r.path, path), What: what, Do: do})
}

// wrongKey notes what is wrong with a key itself.
func (r reader) wrongKey(key, what, do string) {
	*r.found = append(*r.found, problem.Finding{Path: slices.Concat(r.path, []string{key}), AtKey: true, What: what, Do: do})
}

// mustBe notes a value of another kind than wanted.
func (r reader) mustBe(wanted string, v any, what string, path ...string) {
	do := "write " + wanted
	switch v.(type) {
	case nil, *value.Map, []any:
	default:
		if wanted == "text" {
			do = "put quotes around it"
		}
	}
	r.wrong(fmt.Sprintf("%s must be %s, and it is %s", what, wanted, kindOf(v)), do, path...)
}

// kindOf says what a value is; a text or a number is shown.
func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "empty"
	case string:
		return fmt.Sprintf("the text %q", v)
	case bool, []any, *value.Map:
		return value.Kind(v)
	}
	return "the number " + value.Text(v)
}

// get returns the value of a key, and notes one that is missing and has to be there.
func (r reader) get(key string, required bool) (any, bool) {
	v, ok := r.Get(key)
	if !ok && required {
		r.wrong(fmt.Sprintf("the key %q is missing", key), "add it; targets/weak.yaml shows how")
	}
	return v, ok
}

// within is a reader of the mapping at a key.
func (r reader) within(key string, required bool, wanted string) (reader, bool) {
	v, ok := r.get(key, required)
	m, isMap := v.(*value.Map)
	if ok && !isMap {
		r.mustBe(wanted, v, key, key)
	}
	return reader{m, []string{key}, r.found}, isMap
}

// keys notes each key that is none of known.
func (r reader) keys(known ...string) {
	for key := range r.All() {
		if !slices.Contains(known, key) {
			what := fmt.Sprintf("the key %q is not known", key)
			if len(r.path) > 0 {
				what += " in " + r.path[0]
			}
			r.wrongKey(key, what, problem.DidYouMean(key, known))
		}
	}
}

// text is the text at a key, which must not be empty.
func (r reader) text(key string, required bool) string {
	v, ok := r.get(key, required)
	if !ok {
		return ""
	}
	s := r.string(v, key, runNames(), key)
	if v == "" {
		r.wrong(key+" is empty", "write something, or leave the key out if it may be", key)
	}
	return s
}

// string is a text whose names are all known. The path leads to it from here.
func (r reader) string(v any, what string, names []string, path ...string) string {
	s, ok := v.(string)
	if !ok {
		r.mustBe("text", v, what, path...)
	}
	for _, name := range unknown(s, names) {
		do := "take one of " + strings.Join(names, ", ") + ", or write $${" + name + "} for the text itself"
		if near := problem.Near(name, names); len(near) > 0 {
			do = fmt.Sprintf("did you mean ${%s}?", near[0])
		}
		r.wrong(fmt.Sprintf("${%s} in %s is not known", name, what), do, path...)
	}
	return s
}

// line is a text of one line, which has to be there.
func (r reader) line(key string) string {
	s := strings.TrimSpace(r.text(key, required))
	if strings.Contains(s, "\n") {
		r.wrong(key+" has several lines", "say it in one", key)
	}
	return s
}

// command is a list of a program and its arguments.
func (r reader) command(key string, required bool, names []string) (args []string) {
	v, ok := r.get(key, required)
	list, _ := v.([]any)
	switch {
	case ok && len(list) == 0:
		r.mustBe(`a list of a program and its arguments, as in ["python3", "server.py"]`, v, key, key)
	case ok && list[0] == "":
		r.wrong(key+" names no program", "write the program first, then its arguments", key, "0")
	}
	for i, item := range list {
		args = append(args, r.string(item, fmt.Sprintf("%s[%d]", key, i), names, key, strconv.Itoa(i)))
	}
	return args
}

// number is a whole number from low to high; 0 where the key is not there.
func (r reader) number(key string, low, high int64) int {
	v, ok := r.Get(key)
	i, isWhole := v.(int64)
	if ok && (!isWhole || i < low || i > high) {
		r.mustBe(fmt.Sprintf("a whole number from %d to %d", low, high), v, key, key)
	}
	return int(i)
}

// word is one of the known words, and has to be there.
func (r reader) word(key string, known []string) string {
	word := r.text(key, required)
	if word != "" && !slices.Contains(known, word) {
		r.wrong(fmt.Sprintf("%s cannot be %q", key, word), problem.DidYouMean(word, known), key)
	}
	return word
}
