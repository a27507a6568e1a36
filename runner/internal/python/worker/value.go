package worker

import (
	"encoding/hex"
	"math/big"
	"strconv"

	"chaosworkshop.example/runner/internal/value"
)

// special is the key of a mapping that stands for a value which JSON does not
// have: its value is the type, and the key "is" has the value as text.
const special = "\x00"

// encode is a request as Python reads it, which understands NaN and the infinities.
func encode(request *value.Map) []byte { return value.AppendJSON(nil, mark(request), "", "") }

// mark replaces bytes, which JSON does not have, on their way to Python.
func mark(v any) any {
	switch v := v.(type) {
	case []byte:
		return value.MapOf(special, "bytes", "is", hex.EncodeToString(v))
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = mark(item)
		}
		return list
	case *value.Map:
		m := &value.Map{}
		for key, item := range v.All() {
			m.Set(key, mark(item))
		}
		return m
	}
	return v
}

// unmark puts back, in place, what Python has replaced.
func unmark(v any) any {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			v[i] = unmark(item)
		}
	case *value.Map:
		if v.Len() == 2 && v.Has(special) && v.Has("is") {
			return meant(v.Text(special), v.Text("is"))
		}
		for key, item := range v.All() {
			v.Set(key, unmark(item))
		}
	}
	return v
}

func meant(kind, is string) any {
	switch kind {
	case "bytes":
		b, _ := hex.DecodeString(is)
		return b
	case "float":
		f, _ := strconv.ParseFloat(is, 64)
		return f
	case "int":
		if n, ok := new(big.Int).SetString(is, 0); ok {
			return n
		}
	}
	return is
}
