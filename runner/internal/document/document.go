// Package document reads the value that a JSON or YAML text holds, and finds the
// line and column of whatever is wrong with a part of it.
//
// A document is one value in memory. Places are looked up only when there is
// something to say, by going through the text once more.
package document

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

const (
	maxBytes = 32 << 20 // far beyond any experiment, well within any laptop
	maxDepth = 500
)

// ErrEmpty is the cause of the problem that there is nothing in a text, or nothing
// but comments. That problem is the last of its list.
var ErrEmpty = errors.New("the document is empty")

// Document is the value of a text, and the text.
type Document struct {
	Value any // as package value has it

	source *source
	locate locator
}

// Map is the document's value as a mapping; nil where it is none, or where there
// is no document.
func (d *Document) Map() *value.Map {
	if d == nil {
		return nil
	}
	m, _ := d.Value.(*value.Map)
	return m
}

// Read reads the file at path: JSON where its name ends in .json, YAML where it
// ends in .yaml or .yml. A nil document comes with at least one problem that is
// no warning. Only regular files are opened: opening a named pipe would wait until
// somebody writes into it.
func Read(path string) (*Document, problem.List) {
	text, found := Text(path)
	if found != nil {
		return nil, found
	}
	parse := Parsers[filepath.Ext(path)]
	if parse == nil {
		return Unreadable(path, "its name does not end in .json, .yaml or .yml", "rename it, so that its format is known")
	}
	return parse(path, text)
}

// Text reads the file at path, under the rules of Read, with any ending of its name. The
// cause of a problem is the error of the operating system.
func Text(path string) ([]byte, problem.List) {
	info, err := os.Stat(path)
	refused := func(what, do string) ([]byte, problem.List) {
		_, found := Unreadable(path, what, do)
		found[0].Err = err
		return nil, found
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refused("does not exist", "check the name and the folder you are in")
	case err == nil && info.IsDir():
		return refused("is a folder", "name a file in it")
	case err == nil && !info.Mode().IsRegular():
		return refused("is a pipe or a device, not a file", "write the text into a file, and name that")
	case err == nil && info.Size() > maxBytes:
		return refused(fmt.Sprintf("is larger than %d MiB", maxBytes>>20), "name an experiment or target, not data")
	}
	var text []byte
	if text, err = os.ReadFile(path); err != nil {
		var p *fs.PathError // its own words name the path again
		if errors.As(err, &p) {
			err = p.Err
		}
		return refused("cannot be read: "+err.Error(), "check its permissions")
	}
	return text, nil
}

// Unreadable is the problem of a whole file, which has no line.
func Unreadable(path, what, do string) (*Document, problem.List) {
	return nil, problem.List{{At: problem.Position{File: path}, What: what, Do: do, Code: problem.Invalid}}
}

// Parsers read one text, by the ending of its file's name. The name is for the positions.
var Parsers = map[string]func(name string, text []byte) (*Document, problem.List){
	".json": ParseJSON, ".yaml": ParseYAML, ".yml": ParseYAML,
}

// parse does what the parsers have in common. The problem of read comes after the warnings.
func parse(name string, text []byte, read func(*source) (any, *problem.Problem), locate locator) (*Document, problem.List) {
	s, wrong := prepare(name, text)
	var v any
	if wrong == nil {
		v, wrong = read(s)
	}
	if wrong != nil {
		return nil, append(s.warnings, wrong)
	}
	return &Document{Value: v, source: s, locate: locate}, s.warnings
}
