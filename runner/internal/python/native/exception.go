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

// systemError is the exception for what the operating system refused, with the
// one or two names that it was about.
func systemError(err error, names ...string) error {
	var number syscall.Errno
	for _, name := range names {
		if strings.ContainsRune(name, 0) {
			return raise("ValueError", "embedded null byte")
		}
	}
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
func isSystem(err error) bool { return err != nil && !isClass(err, "ValueError") }

// isClass tells whether err is an exception of exactly this class.
func isClass(err error, class string) bool {
	var e *python.Exception
	return errors.As(err, &e) && e.Class == class
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
		return 0, raise("TypeError", "an integer is required, not %s", value.Kind(v))
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, raise("OverflowError", "Python int too large to convert to C int")
	}
	return int32(n), nil
}
