package jsonpath

import "chaosworkshop.example/runner/internal/value"

// call picks what a function makes of the value at hand, once for each
// combination of values that its arguments have.
type call struct {
	name      string
	arguments []operand
}

// functions are those of jsonpath2. They return false for values and arguments
// that they have no answer for.
var functions = map[string]func(at any, arguments []any) (any, bool){
	"length":    length,
	"keys":      keys,
	"values":    values,
	"entries":   entries,
	"charAt":    charAt,
	"substring": substring,
}

func (c call) pick(s *search, at any, found []any) []any {
	return c.combine(s, at, nil, found)
}

// combine gives the function each combination that begins with the given values.
func (c call) combine(s *search, at any, given, found []any) []any {
	if !s.visit() {
		return nil
	}
	if len(given) == len(c.arguments) {
		if result, ok := functions[c.name](at, given); ok {
			return append(found, result)
		}
		return found
	}
	for _, v := range c.arguments[len(given)].values(s, at) {
		found = c.combine(s, at, append(given[:len(given):len(given)], v), found)
	}
	return found
}

// length counts the items of a list or the characters of a text.
func length(at any, arguments []any) (any, bool) {
	switch at := at.(type) {
	case []any:
		return int64(len(at)), len(arguments) == 0
	case string:
		return int64(len([]rune(at))), len(arguments) == 0
	}
	return nil, false
}

// keys lists the names in a mapping, or the indexes of a list.
func keys(at any, arguments []any) (any, bool) {
	list := []any{}
	switch at := at.(type) {
	case *value.Map:
		for key := range at.All() {
			list = append(list, key)
		}
	case []any:
		for i := range at {
			list = append(list, int64(i))
		}
	default:
		return nil, false
	}
	return list, len(arguments) == 0
}

// values lists what a mapping or a list holds.
func values(at any, arguments []any) (any, bool) {
	_, ok := keys(at, arguments)
	return append([]any{}, children(at)...), ok
}

// entries lists pairs of a key and its value.
func entries(at any, arguments []any) (any, bool) {
	names, ok := keys(at, arguments)
	list := []any{}
	for i, v := range children(at) {
		list = append(list, []any{names.([]any)[i], v})
	}
	return list, ok
}

// charAt is one character of a text; -1 is the last.
func charAt(at any, arguments []any) (any, bool) {
	text, ok := at.(string)
	if !ok || len(arguments) != 1 {
		return nil, false
	}
	runes := []rune(text)
	place, ok := whole(arguments[0])
	if place < 0 {
		place += int64(len(runes))
	}
	if !ok || place < 0 || place >= int64(len(runes)) {
		return nil, false
	}
	return string(runes[place]), true
}

// substring is the text from one place up to, not including, another one.
func substring(at any, arguments []any) (any, bool) {
	text, ok := at.(string)
	if !ok || len(arguments) < 1 || len(arguments) > 2 {
		return nil, false
	}
	runes := []rune(text)
	ends := []int64{0, int64(len(runes))}
	for i, argument := range arguments {
		place, ok := whole(argument)
		if !ok {
			return nil, false
		}
		if place < 0 { // it counts from the end
			place += int64(len(runes))
		}
		ends[i] = min(max(place, 0), int64(len(runes)))
	}
	return string(runes[ends[0]:max(ends[0], ends[1])]), true
}

// whole reads an integer; to Python true and false are some.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}
