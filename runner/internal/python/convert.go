package python

import (
	"math"
	"math/big"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// What a function says that it would take for a file name.
const (
	named          = "string, bytes or os.PathLike"
	namedOrOpen    = "string, bytes, os.PathLike or integer"
	namedOpenOrNot = "string, bytes, os.PathLike, integer or None"
)

// fileName is v as the operating system takes it; who asks for which parameter
// is part of the complaint.
func fileName(v any, who, parameter, kinds string) (string, error) {
	name, ok := nameText(v)
	if !ok {
		return "", raise("TypeError", "%s: %s should be %s, not %s", who, parameter, kinds, typeName(v))
	}
	if strings.ContainsRune(name, 0) {
		return "", raise("ValueError", "embedded null byte")
	}
	return name, nil
}

// pathText is v as the functions of os.path take it, which look at no file.
func pathText(v any) (string, error) {
	if name, ok := nameText(v); ok {
		return name, nil
	}
	return "", raise("TypeError", "expected str, bytes or os.PathLike object, not %s", typeName(v))
}

func nameText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return "", false
}

// likeName makes text the type that v has: bytes stay bytes.
func likeName(v any, text string) any {
	if _, raw := v.([]byte); raw {
		return []byte(text)
	}
	return text
}

// cInt is v as a C int, such as the mode of a file.
func cInt(v any) (int32, error) {
	var n int64
	switch v := v.(type) {
	case bool:
		if v {
			n = 1
		}
	case int64:
		n = v
	case *big.Int:
		n = math.MaxInt64
	default:
		return 0, noInteger(v)
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, raise("OverflowError", "Python int too large to convert to C int")
	}
	return int32(n), nil
}

func noInteger(v any) error {
	return raise("TypeError", "'%s' object cannot be interpreted as an integer", typeName(v))
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case []any:
		return "list"
	case *value.Map:
		return "dict"
	}
	return "object"
}
