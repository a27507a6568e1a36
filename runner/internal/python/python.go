// Package python has what several packages share: the errors of Python, for the two ways to do
// a Python function (package native, in Go, for a laptop without Python, and package worker, in a
// real interpreter), and which interpreter is found.
package python

import (
	"os/exec"
	"path/filepath"
	"runtime"
)

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

// Names are the programs that Find looks for on PATH, in this order.
func Names() []string {
	if runtime.GOOS == "windows" {
		return []string{"python", "py"}
	}
	return []string{"python3", "python"}
}

// Find returns the interpreter that the user works with: that of the active virtual
// environment, else the first one on PATH; empty if there is none. Variables of the
// environment are looked up with env.
func Find(env func(name string) (string, bool)) string {
	names := Names()
	if environment, _ := env("VIRTUAL_ENV"); environment != "" {
		inside := map[bool]string{true: "Scripts", false: "bin"}[runtime.GOOS == "windows"]
		names = append([]string{filepath.Join(environment, inside, "python")}, names...)
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil && !onlyOffers(path) {
			return path
		}
	}
	return ""
}
