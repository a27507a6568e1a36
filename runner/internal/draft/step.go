package draft

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// step is something that the experiment does: with a file, or by a command.
type step struct {
	path   string   // the file or folder; empty for a command
	folder bool     // the path is a folder
	words  []string // a program and its arguments
	fails  bool     // the exit code must not be 0
}

// limit is how long a command may take, in seconds.
const limit = int64(30)

// action moves a file from one name to another, or runs the command, which must succeed.
func (s step) action(name, from, to string) *value.Map {
	m := value.MapOf("type", "action", "name", name)
	if s.path == "" {
		m.Set("tolerance", int64(0))
	}
	m.Set("provider", s.provider("os", "rename", "src", from, "dst", to))
	return m
}

// probe asks all the time if the fault is on.
func (s step) probe(name string) *value.Map {
	var tolerance any = int64(0)
	switch {
	case s.path != "":
		tolerance = false
	case s.fails:
		tolerance = value.MapOf("type", "range", "target", "status", "range", []any{int64(1), int64(255)})
	}
	return value.MapOf("type", "probe", "name", name, "tolerance", tolerance, "proof", "throughout",
		"provider", s.provider("os.path", "exists", "path", s.path))
}

// provider runs the command; for a file it calls a function that needs no Python.
func (s step) provider(module, function string, arguments ...any) *value.Map {
	if s.path != "" {
		return value.MapOf("type", "python", "module", module, "func", function, "arguments", value.MapOf(arguments...))
	}
	m := value.MapOf("type", "process", "path", s.words[0])
	if len(s.words) > 1 {
		m.Set("arguments", s.list()[1:])
	}
	m.Set("timeout", limit)
	return m
}

// list has the words of the command.
func (s step) list() (words []any) {
	for _, word := range s.words {
		words = append(words, word)
	}
	return words
}

// loss says in the words of a title what happens.
func (s step) loss() string {
	if s.path != "" {
		return s.path + " is gone"
	}
	return fmt.Sprintf("'%s' has run", strings.Join(s.words, " "))
}

// plain is a text in which nothing is replaced by a value.
func plain(text string) string { return strings.ReplaceAll(text, "$", "$$") }
