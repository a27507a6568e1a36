// Package document turns a JSON or YAML text into a tree of values in which
// each value knows its line and column, so that whatever is wrong with one can
// be shown where it is.
package document

import (
	"errors"
	"fmt"
	"io"
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

// Node is one value of a document.
type Node struct {
	At     problem.Position
	Value  any     // the value and all that is in it, as package value has it
	Fields []Field // of a mapping, in the order of the text
	Items  []*Node // of a list
}

// Field is one key of a mapping and its value.
type Field struct {
	Key   string
	At    problem.Position // where the key is
	Value *Node
}

// Get returns the value of a mapping's key, nil where there is none.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Fields) - 1; i >= 0; i-- { // the last of two equal keys counts
		if n.Fields[i].Key == key {
			return n.Fields[i].Value
		}
	}
	return nil
}

// Lookup follows keys, and list indices written as numbers, as far down as they
// lead, and returns where they end.
func (n *Node) Lookup(path ...string) *Node {
	for _, key := range path {
		next := n.Get(key)
		if next == nil {
			next = n.item(key)
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func (n *Node) item(index string) *Node {
	for i, item := range n.Items {
		if fmt.Sprint(i) == index {
			return item
		}
	}
	return nil
}

// Map is the node's value as a mapping; nil where it is none.
func (n *Node) Map() *value.Map {
	if n == nil {
		return nil
	}
	m, _ := n.Value.(*value.Map)
	return m
}

// Read reads the file at path: JSON where its name ends in .json, YAML where it
// ends in .yaml or .yml. A nil node comes with at least one problem that is no
// warning.
func Read(path string) (*Node, problem.List) {
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

type parser func(name string, text []byte) (*Node, problem.List)

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

func slurp(path string) ([]byte, *problem.Problem) {
	f, err := os.Open(path)
	if err != nil {
		return nil, openProblem(path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, unreadable(path, "is a folder", "name a file in it")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, unreadable(path, "cannot be read: "+reason(err), "check the file")
	}
	if len(text) > maxBytes {
		return nil, unreadable(path, fmt.Sprintf("is larger than %d MiB", maxBytes>>20), "name an experiment or target, not data")
	}
	return text, nil
}

func openProblem(path string, err error) *problem.Problem {
	if errors.Is(err, fs.ErrNotExist) {
		return unreadable(path, "does not exist", "check the name and the folder you are in")
	}
	return unreadable(path, "cannot be opened: "+reason(err), "check its permissions")
}

// reason leaves out the path, which the problem names already.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func unreadable(path, what, do string) *problem.Problem {
	return &problem.Problem{At: problem.Position{File: path}, What: what, Do: do, Code: problem.Invalid}
}

// source knows the lines of a text.
type source struct {
	name   string
	text   []byte
	starts []int // the byte at which each line starts
	last   place // see position
}

func newSource(name string, text []byte) *source {
	s := &source{name: name, text: text, starts: []int{0}}
	for i, c := range text {
		if c == '\n' {
			s.starts = append(s.starts, i+1)
		}
	}
	return s
}

func (s *source) problem(at problem.Position, what, do string) *problem.Problem {
	return &problem.Problem{At: at, What: what, Do: do, Code: problem.Invalid}
}

// ErrEmpty is the cause of the problem that a file holds nothing, or only comments.
var ErrEmpty = errors.New("is empty")

func (s *source) empty() *problem.Problem {
	p := unreadable(s.name, ErrEmpty.Error(), "write the experiment or target into it")
	p.Err = ErrEmpty
	return p
}
