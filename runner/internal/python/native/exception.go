package native

import (
	"errors"
	"fmt"
	"syscall"

	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

func raise(class, format string, a ...any) error {
	return &python.Exception{Class: class, Message: fmt.Sprintf(format, a...)}
}

// systemError is the exception for what the operating system refused, with the
// one or two names that it was about; nil where err is nil.
func systemError(err error, names ...string) error {
	var number syscall.Errno
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &number):
		return raise("OSError", "%s", err.Error())
	}
	class, text := describe(number)
	for i, name := range names {
		text += [...]string{": ", " -> "}[i] + value.Repr(name)
	}
	return raise(class, "%s", text)
}
