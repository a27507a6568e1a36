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
// but comments.
var ErrEmpty = errors.New("the document is empty")

// Document is the value of a text, and the text.
type Document struct {
	Value any // as package value has it

	source *source
	locate func(s *source, root *wanted) // finds what is wanted in the text
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
// no warning.
func Read(path string) (*Document, problem.List) {
	parse, err := parserFor(path)
	if err != nil {
		return nil, problem.List{err}
	}
	text, err := slurp(path)
	if err != nil {
		return nil, problem.List{err}
	}
	return parse(path, text)
}

type parser func(name string, text []byte) (*Document, problem.List)

func parserFor(path string) (parser, *problem.Problem) {
	switch filepath.Ext(path) {
	case ".json":
		return ParseJSON, nil
	case ".yaml", ".yml":
		return ParseYAML, nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, unreadable(path, "is a folder", "name a file in it")
	}
	return nil, unreadable(path, "its name does not end in .json, .yaml or .yml", "rename it, so that its format is known")
}

// slurp does not even open what is no regular file: to open a named pipe would
// wait until somebody writes into it.
func slurp(path string) ([]byte, *problem.Problem) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unreadable(path, "does not exist", "check the name and the folder you are in")
	case err == nil && info.IsDir():
		return nil, unreadable(path, "is a folder", "name a file in it")
	case err == nil && !info.Mode().IsRegular():
		return nil, unreadable(path, "is a pipe or a device, not a file", "write the text into a file, and name that")
	case err == nil && info.Size() > maxBytes:
		return nil, unreadable(path, fmt.Sprintf("is larger than %d MiB", maxBytes>>20), "name an experiment or target, not data")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		var p *fs.PathError // its own words name the path again
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, unreadable(path, "cannot be read: "+err.Error(), "check its permissions")
	}
	return text, nil
}

func unreadable(path, what, do string) *problem.Problem {
	return &problem.Problem{At: problem.Position{File: path}, What: what, Do: do, Code: problem.Invalid}
}
