package provider

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf16"

	"chaosworkshop.example/runner/internal/value"
)

const argumentsAdvice = `write a mapping: {"name": "text"}`

// formEncoded writes arguments as a form is sent: key=value, joined by &. It keeps
// the order of the keys, repeats the key of a list, and drops what is null. Text
// goes as it is.
func formEncoded(arguments any) (string, error) {
	if s, ok := arguments.(string); ok || !value.Truthy(arguments) {
		return s, nil
	}
	var form []string
	add := func(key string, v any) {
		for _, one := range asList(v) {
			for _, inner := range asList(one) { // and no deeper
				if one != nil {
					form = append(form, url.QueryEscape(key)+"="+url.QueryEscape(formText(inner)))
				}
			}
		}
	}
	switch arguments := arguments.(type) {
	case *value.Map:
		for key, v := range arguments.All() {
			add(key, v)
		}
	case []any: // of pairs
		for _, item := range arguments {
			pair, ok := item.([]any)
			if !ok || len(pair) != 2 {
				return "", unusable("the arguments hold "+asJSON(item)+", which is no pair of a name and a value", argumentsAdvice)
			}
			add(formText(pair[0]), pair[1])
		}
	default:
		return "", unusable("the arguments are "+asJSON(arguments)+", not a mapping", argumentsAdvice)
	}
	return strings.Join(form, "&"), nil
}

// formText is a value as text. Bytes go as they are.
func formText(v any) string {
	if raw, ok := v.([]byte); ok {
		return string(raw)
	}
	return value.Text(v)
}

// asList is what Python walks over: a mapping's keys, a list's items.
func asList(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case *value.Map:
		var keys []any
		for k := range v.All() {
			keys = append(keys, k)
		}
		return keys
	}
	return []any{v}
}

// asciiJSON is what Python's json.dumps makes of a value: letters beyond ASCII
// are escaped.
func asciiJSON(v any) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(asJSON(v))) {
		if unit < 0x7f {
			b.WriteByte(byte(unit))
		} else {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
