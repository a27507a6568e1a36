// Package python has what several packages share: the errors of Python, for the two ways to do
// a Python function (package native, in Go, for a laptop without Python, and package worker, in a
// real interpreter), and which interpreter is found.
package python

// Exception is what a Python function raised, or would have raised.
type Exception struct {
	Class   string // as Python prints it: FileNotFoundError, shutil.SameFileError
	Message string // what str() gives; may be empty
}

// Error is the exception as the last line of a traceback has it, which is also
// how the Chaos Toolkit words a failed activity.
func (e *Exception) Error() string {
	if e.Message == "" {
		return e.Class
	}
	return e.Class + ": " + e.Message
}
