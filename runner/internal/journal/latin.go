package journal

import (
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/value"
)

// asLatin1 is the only key in the place of a text that is not UTF-8, such as the name of a folder: JSON has no
// such texts.
const asLatin1 = "not UTF-8, as Latin-1"

// toKeep is a value without texts that JSON cannot have.
func toKeep(v any) any {
	text, isText := v.(string)
	if !isText || utf8.ValidString(text) {
		return each(v, toKeep)
	}
	letters := make([]rune, len(text))
	for i := range len(text) {
		letters[i] = rune(text[i])
	}
	return value.MapOf(asLatin1, string(letters))
}

// asWritten is the value that toKeep was given.
func asWritten(v any) any {
	m, _ := v.(*value.Map)
	letters, isText := m.Value(asLatin1).(string)
	if !isText || m.Len() != 1 {
		return each(v, asWritten)
	}
	var text []byte
	for _, letter := range letters {
		text = append(text, byte(letter))
	}
	return string(text)
}

// each is a value with others in the place of those in it.
func each(v any, of func(any) any) any {
	switch v := v.(type) {
	case *value.Map:
		m := &value.Map{}
		for key, item := range v.All() {
			m.Set(key, of(item))
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = of(item)
		}
		return list
	}
	return v
}

// besides is how a run was begun, with others in the place of all values besides the experiment, which is a
// document and therefore UTF-8.
func besides(begun *value.Map, of func(any) any) *value.Map {
	m := &value.Map{}
	for key, v := range begun.All() {
		if key != "experiment" {
			v = of(v)
		}
		m.Set(key, v)
	}
	return m
}
