// Package native does the Python functions that experiments use most in Go, so
// that a laptop without Python can run them. Results and exceptions are those of
// CPython 3.11, but for rare error texts, which docs/differences.md names.
//
// Only calls with usual arguments are done here, with texts for all names. A real
// interpreter does every other call, see Function.Takes.
package native

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

// Function is a Python function that is built in.
type Function struct {
	module, name string
	parameters   []parameter
	do           function
}

// parameter is one argument of a function, by the name that inspect.signature
// gives it in CPython 3.11.
type parameter struct {
	name     string
	required bool
	takes    func(v any) bool // whether the native function can work with v; nil: with no value at all
}

// name is a parameter for the name of a file, a folder or a variable.
func name(p string) parameter { return parameter{p, true, isName} }

// rare is a parameter that only an interpreter takes.
func rare(p string) parameter { return parameter{name: p} }

func isAnything(any) bool { return true }

// isLength tells whether v is a usual length of a file, in bytes.
func isLength(v any) bool {
	n, ok := v.(int64)
	return ok && n >= 0
}

// isName is false for a text with a zero byte, which no name can have.
func isName(v any) bool {
	text, ok := v.(string)
	return ok && !strings.Contains(text, "\x00")
}

// functions is every function that is built in. inspect.signature gives no names for time.sleep,
// which the Chaos Toolkit therefore cannot run: secs is the name in Python's documentation.
// os.Rename of Go is not used: it looks first, and then says something else.
var functions = []Function{
	{"os", "rename", []parameter{name("src"), name("dst"), rare("src_dir_fd"), rare("dst_dir_fd")}, onPair(syscall.Rename)},
	{"os", "replace", []parameter{name("src"), name("dst"), rare("src_dir_fd"), rare("dst_dir_fd")}, onPair(replaceFile)},
	{"os", "remove", []parameter{name("path"), rare("dir_fd")}, onPath(syscall.Unlink)},
	{"os", "unlink", []parameter{name("path"), rare("dir_fd")}, onPath(syscall.Unlink)},
	{"os", "mkdir", []parameter{name("path"), rare("mode"), rare("dir_fd")}, onPath(makeFolder)},
	{"os", "makedirs", []parameter{name("name"), rare("mode"), {"exist_ok", false, isAnything}}, osMakedirs},
	{"os", "rmdir", []parameter{name("path"), rare("dir_fd")}, onPath(syscall.Rmdir)},
	{"os", "truncate", []parameter{name("path"), {"length", true, isLength}}, osTruncate},
	{"os", "mkfifo", []parameter{name("path"), rare("mode"), rare("dir_fd")}, osMkfifo},
	{"os", "listdir", []parameter{{"path", false, isName}}, osListdir},
	{"os", "getcwd", nil, osGetcwd},
	{"os", "getenv", []parameter{name("key"), {"default", false, isAnything}}, osGetenv},
	{"os.path", "exists", []parameter{name("path")}, tells("path", exists)},
	{"os.path", "isfile", []parameter{name("path")}, tells("path", isFile)},
	{"os.path", "isdir", []parameter{name("s")}, tells("s", isFolder)},
	{"os.path", "getsize", []parameter{name("filename")}, pathGetsize},
	{"os.path", "basename", []parameter{name("p")}, tells("p", lastPart)},
	{"shutil", "copy", []parameter{name("src"), name("dst"), rare("follow_symlinks")}, shutilCopy},
	{"shutil", "copyfile", []parameter{name("src"), name("dst"), rare("follow_symlinks")}, shutilCopyfile},
	{"shutil", "move", []parameter{name("src"), name("dst"), rare("copy_function")}, shutilMove},
	{"shutil", "rmtree", []parameter{name("path"), {"ignore_errors", false, isAnything}, rare("onerror"), rare("dir_fd")},
		shutilRmtree},
	{"time", "sleep", []parameter{{"secs", true, isAnything}}, timeSleep},
}

// Lookup finds a function by its module, such as os or os.path, and its name.
func Lookup(module, name string) (*Function, bool) {
	for i := range functions {
		if f := &functions[i]; f.module == module && f.name == name {
			return f, true
		}
	}
	return nil, false
}

// Functions returns the names of all functions that are built in, with their modules: os.path.exists.
func Functions() (names []string) {
	for _, f := range functions {
		names = append(names, f.module+"."+f.name)
	}
	return names
}

// Takes tells whether the function can be called without Python with these arguments. If
// not, a real interpreter has to call it: for a number where a name is usual, for
// mode, follow_symlinks, dir_fd and the like, and for what Check finds.
func (f *Function) Takes(given *value.Map) bool {
	for _, p := range f.parameters {
		if v, ok := given.Get(p.name); ok && (p.takes == nil || !p.takes(v)) {
			return false
		}
	}
	return len(f.Check(given)) == 0
}

// Call calls the function by keywords and returns what Python would. Its error is a
// *python.Exception, or ctx's error once that has ended: then nothing is begun. Only time.sleep
// can be ended while it is under way. What it returns beside an error has no meaning.
func (f *Function) Call(ctx context.Context, given *value.Map) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !f.Takes(given) {
		return nil, raise("TypeError", "only Python can call %s with these arguments", f.name)
	}
	return f.do(ctx, given)
}

// Check returns which arguments are missing and which are unknown. A path leads from the provider
// to the argument. The first finding is the one that the Chaos Toolkit reports.
func (f *Function) Check(given *value.Map) []problem.Finding {
	var wrong []problem.Finding
	var known []string
	add := func(argument, what string) {
		do := f.Usage()
		if near := problem.Near(argument, known); len(near) > 0 {
			do = "did you mean '" + near[0] + "'?"
		}
		wrong = append(wrong, problem.Finding{Path: []string{"arguments", argument}, What: what, Do: do})
	}
	for _, p := range f.parameters {
		if p.required && !given.Has(p.name) {
			add(p.name, fmt.Sprintf("required argument '%s' is missing from activity '%s'", p.name, f.name))
		}
	}
	for _, p := range f.parameters {
		known = append(known, p.name)
	}
	for key := range given.All() {
		if !slices.ContainsFunc(f.parameters, func(p parameter) bool { return key == p.name }) {
			add(key, fmt.Sprintf("argument %s is not part of the function signature in activity '%s'", value.Repr(key), f.name))
		}
	}
	return wrong
}

// Usage is a sentence with the arguments that need no Python, what is required
// first: os.makedirs takes name, and may take exist_ok.
func (f *Function) Usage() string {
	var required, optional []string
	for _, p := range f.parameters {
		switch {
		case p.required:
			required = append(required, p.name)
		case p.takes != nil:
			optional = append(optional, p.name)
		}
	}
	text := f.module + "." + f.name + " takes " + cmp.Or(strings.Join(required, " and "), "no arguments")
	if len(optional) > 0 {
		text += ", and may take " + strings.Join(optional, " and ")
	}
	return text
}

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
