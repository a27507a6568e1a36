// Package document reads the value that a JSON or YAML text holds, and finds the
// line and column of whatever is wrong with a part of it.
//
// A document is one value in memory. Places are looked up only when there is
// something to say, by going through the text once more.
package document

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// The limits of a document: far beyond any experiment, well within any laptop.
const (
	maxBytes  = 32 << 20
	maxValues = 2_000_000 // and keys; what aliases expand to counts too
	maxDepth  = 500
)

// What to say of a document that is larger.
const tooMany, notData = "there are more than 2,000,000 values and keys in this document", "name an experiment, a target or settings, not data"

// ErrEmpty is the cause of the problem that there is nothing in a text, or nothing
// but comments. That problem is the last of its list.
var ErrEmpty = errors.New("the document is empty")

// Document is the value of a text, and the text.
type Document struct {
	Value any // as package value has it

	source *source
	locate locator
}

// Map is the document's value as a mapping; nil where it is none, or where there is no document.
func (d *Document) Map() *value.Map {
	if d == nil {
		return nil
	}
	m, _ := d.Value.(*value.Map)
	return m
}

// stdin is the name by which a user means standard input.
const stdin = "-"

// Read reads the file at path: JSON where its name ends in .json, YAML where it ends in .yaml or
// .yml. Standard input, "-", is JSON where it begins with a bracket. A nil document comes with at
// least one problem that is no warning. Only regular files are opened: opening a named pipe would
// wait until somebody writes into it.
func Read(path string) (*Document, problem.List) {
	text, found := Text(path)
	if found != nil {
		return nil, found
	}
	parse, name := Parsers[filepath.Ext(path)], path
	if path == stdin {
		parse, name = ParseYAML, "standard input"
		if start := bytes.TrimSpace(text); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
			parse = ParseJSON
		}
	}
	if parse == nil {
		return Unreadable(path, "its name does not end in .json, .yaml or .yml", "rename it, so that its format is known")
	}
	return parse(name, text)
}

// Text reads the file at path, under the rules of Read, with any ending of its name. The
// cause of a problem is the error of the operating system.
func Text(path string) ([]byte, problem.List) {
	if path == stdin {
		return readAll("standard input", os.Stdin)
	}
	info, err := os.Stat(path)
	refused := func(what, do string) ([]byte, problem.List) {
		return nil, problem.List{{At: problem.Position{File: path}, What: what, Do: do, Code: problem.Invalid, Err: err}}
	}
	switch {
	case path == "":
		return refused("no file is named", "write its name")
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		err = fs.ErrNotExist
		return refused("does not exist", missing(path))
	case err == nil && info.IsDir():
		return refused("is a folder", inFolder(path))
	case err == nil && !info.Mode().IsRegular():
		return refused("is a pipe or a device, not a file", "write the text into a file, and name that")
	}
	file, err := atomicfile.Open(path)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return refused("cannot be read: "+reason(err), "check its permissions")
	case err != nil:
		return refused("cannot be read: "+reason(err), "name another file")
	}
	defer file.Close()
	return readAll(path, file)
}

// reason is what an error of the operating system says, without the path that it names.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// readAll reads what is no larger than a document may be.
func readAll(name string, from io.Reader) ([]byte, problem.List) {
	text, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	p := &problem.Problem{At: problem.Position{File: name}, Code: problem.Invalid, Err: err}
	switch {
	case err != nil:
		p.What, p.Do = "cannot be read: "+reason(err), "try it again"
	case len(text) > maxBytes:
		p.What, p.Do = fmt.Sprintf("is larger than %d MiB", maxBytes>>20), notData
	default:
		return text, nil
	}
	return nil, problem.List{p}
}

// Unreadable is the problem of a whole file, which has no line.
func Unreadable(path, what, do string) (*Document, problem.List) {
	return nil, problem.List{{At: problem.Position{File: path}, What: what, Do: do, Code: problem.Invalid}}
}

// Parsers read one text, by the ending of its file's name. The name is for the positions.
var Parsers = map[string]func(name string, text []byte) (*Document, problem.List){
	".json": ParseJSON, ".yaml": ParseYAML, ".yml": ParseYAML,
}

// parse does what the parsers have in common. It makes UTF-8 of a text, whichever encoding
// an editor has saved it in, and checks that there is some. An encoding that is a guess is
// a warning. The problem of read comes after the warnings.
func parse(name string, text []byte, read func(*source) (any, *problem.Problem), locate locator) (*Document, problem.List) {
	decoded, sure := charset.Decode(text)
	s := &source{name: name, text: decoded}
	if i := bytes.IndexByte(decoded, 0); i >= 0 {
		return nil, problem.List{s.problem(s.position(i), "this is not text", "name a text file, saved as UTF-8")}
	}
	if len(bytes.TrimSpace(decoded)) == 0 {
		return nil, problem.List{s.empty()}
	}
	if !sure {
		first := bytes.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) // up to it, both are the same
		s.warn(s.position(first), "this file is not in UTF-8, and is read as Latin-1", "save it as UTF-8")
	}
	v, wrong := read(s)
	if _, isMap := v.(*value.Map); !isMap {
		wrong = cmp.Or(s.otherFormat(), wrong)
	}
	if n := s.duplicates - mostDuplicates; n > 0 {
		s.warn(problem.Position{File: name}, fmt.Sprintf("there are more keys than these that are there twice: %d", n), "remove the others")
	}
	if wrong != nil {
		return nil, append(s.warnings, wrong)
	}
	return &Document{Value: v, source: s, locate: locate}, s.warnings
}

// source is a text, its name, and the warnings about it.
type source struct {
	name     string
	text     []byte
	warnings problem.List

	duplicates int              // how many keys are there twice
	root       problem.Position // of the value, in YAML

	last struct{ offset, line, column int } // see position
}

// position turns a byte offset into line and column. It continues from the offset of the last
// call if that is not later, so that calls in the order of the text need one pass.
func (s *source) position(offset int) problem.Position {
	offset = min(max(offset, 0), len(s.text))
	last := &s.last
	if last.line == 0 || last.offset > offset {
		last.offset, last.line, last.column = 0, 1, 1
	}
	between := s.text[last.offset:offset]
	if lines := bytes.Count(between, []byte("\n")); lines > 0 {
		last.line, last.column = last.line+lines, 1
		between = between[bytes.LastIndexByte(between, '\n')+1:]
	}
	last.offset, last.column = offset, last.column+utf8.RuneCount(between)
	return problem.Position{File: s.name, Line: last.line, Column: last.column}
}

// problem is one that stops the reading.
func (s *source) problem(at problem.Position, what, do string) *problem.Problem {
	return &problem.Problem{At: at, What: what, Do: do, Code: problem.Invalid}
}

// warn notes what is doubtful, and does not stop the reading.
func (s *source) warn(at problem.Position, what, do string) {
	s.warnings = append(s.warnings, &problem.Problem{At: at, What: what, Do: do, Code: problem.Invalid, Warning: true})
}

// empty is the problem that there is nothing in the text. Settings may be empty, so it has
// a cause by which they know it.
func (s *source) empty() *problem.Problem {
	p := s.problem(problem.Position{File: s.name}, "is empty", "check that this is the right file")
	p.Err = ErrEmpty
	return p
}

func (s *source) tooLarge(at problem.Position) *problem.Problem {
	return s.problem(at, "this number is too large", "write one below 1.8e308")
}

// mostDuplicates is how many of them are named.
const mostDuplicates = 20

// duplicate warns of a key that its mapping has already.
func (s *source) duplicate(at problem.Position, key string) {
	if s.duplicates++; s.duplicates > mostDuplicates {
		return
	}
	s.warn(at, "the key '"+key+"' is there twice", "the last one counts: remove the other")
}

// wanted are the paths whose places are looked for, as a tree of keys and list indices.
// Parts that are nil are not looked for.
type wanted map[string]wanted

// place is where a value and its key are, and the places of those of its parts that
// are wanted. Of two equal keys in a mapping the last one counts.
type place struct {
	value, key problem.Position
	parts      map[string]*place
}

// locator finds what is wanted in a text that has been read before without an error.
type locator func(s *source, w wanted) *place

// At is where the value is that a path of keys, and list indices as numbers, leads
// to. What is not there is shown at the last part of the path that is.
func (d *Document) At(path ...string) problem.Position {
	if d == nil {
		return problem.Position{}
	}
	return d.Problems([]problem.Finding{{Path: path}})[0].At
}

// Problems gives the findings their places, in the order of the text. Each has the code for what is not
// valid. All places are found in one pass, which changes nothing, so several can look at once.
func (d *Document) Problems(findings []problem.Finding) problem.List {
	if len(findings) == 0 {
		return nil
	}
	all := wanted{}
	for _, f := range findings {
		w, v := all, d.Value
		for _, key := range f.Path {
			m, isMap := v.(*value.Map)
			if isMap && !m.Has(key) { // it is not looked for
				break
			}
			if w[key] == nil {
				w[key] = wanted{}
			}
			w, v = w[key], m.Value(key)
		}
	}
	root := d.locate(&source{name: d.source.name, text: d.source.text, root: d.source.root}, all)
	list := make(problem.List, len(findings))
	for i, f := range findings {
		found := root // followed as far down as the document has the path
		for _, key := range f.Path {
			if found.parts[key] == nil {
				break
			}
			found = found.parts[key]
		}
		at := found.value
		if f.AtKey {
			at = found.key
		}
		list[i] = &problem.Problem{At: at, What: f.What, Do: f.Do, Code: problem.Invalid, Warning: f.Warning}
	}
	list.Sort()
	return list
}
