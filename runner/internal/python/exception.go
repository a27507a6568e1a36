package python

import (
	"errors"
	"fmt"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

// Exception is what the Python function would have raised.
type Exception struct {
	Class     string   // as Python prints it: FileNotFoundError, shutil.SameFileError
	Message   string   // what str() gives
	Traceback []string // as Python's traceback.format_exception has it; nil for a native function
	system    bool     // an OSError or a kind of one, which some functions catch
}

// Error is the exception as the last line of a traceback has it, which is also
// how the Chaos Toolkit words a failed activity.
func (e *Exception) Error() string {
	if e.Message == "" {
		return e.Class
	}
	return e.Class + ": " + e.Message
}

func raise(class, format string, a ...any) error {
	return &Exception{Class: class, Message: fmt.Sprintf(format, a...)}
}

// raiseSystem is for an OSError that Python raises by itself, without a number.
func raiseSystem(class, format string, a ...any) error {
	return &Exception{Class: class, Message: fmt.Sprintf(format, a...), system: true}
}

// systemError is the OSError for what the operating system refused, with the
// one or two names that it was about.
func systemError(err error, names ...any) error {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return raiseSystem("OSError", "%s", err.Error())
	}
	class, text := describe(number)
	for i, name := range names {
		text += [...]string{": ", " -> "}[i] + value.Repr(name)
	}
	return &Exception{Class: class, Message: text, system: true}
}

// isSystem tells whether Python's "except OSError" would catch err.
func isSystem(err error) bool {
	var e *Exception
	return errors.As(err, &e) && e.system
}

// isException tells whether Python's "except Exception" would catch err, which
// leaves the end of the context.
func isException(err error) bool {
	var e *Exception
	return errors.As(err, &e)
}

func isClass(err error, class string) bool {
	var e *Exception
	return errors.As(err, &e) && e.Class == class
}
