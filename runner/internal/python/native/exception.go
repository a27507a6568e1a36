package native

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"syscall"

	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

func raise(class, format string, a ...any) error {
	return &python.Exception{Class: class, Message: fmt.Sprintf(format, a...)}
}

// systemError is the OSError for what the operating system refused, with the
// one or two names that it was about.
func systemError(err error, names ...any) error {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return raise("OSError", "%s", err.Error())
	}
	class, text := describe(number)
	for i, name := range names {
		text += [...]string{": ", " -> "}[i] + value.Repr(name)
	}
	return raise(class, "%s", text)
}

// isSystem tells whether Python's "except OSError" would catch err.
func isSystem(err error) bool {
	var e *python.Exception
	if !errors.As(err, &e) {
		return false
	}
	switch e.Class {
	case "TypeError", "ValueError", "OverflowError":
		return false
	}
	return true
}

// isClass tells whether err is an exception of exactly this class.
func isClass(err error, class string) bool {
	var e *python.Exception
	return errors.As(err, &e) && e.Class == class
}

// What a function says that it would take for a file name.
const (
	named          = "string, bytes or os.PathLike"
	namedOrOpen    = "string, bytes, os.PathLike or integer"
	namedOpenOrNot = "string, bytes, os.PathLike, integer or None"
)

// fileName is v as the operating system takes it; who asks for which parameter
// is part of the exception's text.
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
		return 0, raise("TypeError", "'%s' object cannot be interpreted as an integer", typeName(v))
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, raise("OverflowError", "Python int too large to convert to C int")
	}
	return int32(n), nil
}

// typeName is Python's name for the type of v.
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
