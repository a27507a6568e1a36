package document

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"chaosworkshop.example/runner/internal/problem"
)

// source is a text and its name.
type source struct {
	name string
	text []byte
	last place // see position
}

// place is a byte whose line and column are known.
type place struct{ offset, line, column int }

func newSource(name string, text []byte) *source { return &source{name: name, text: text} }

// position turns a byte offset into line and column. It counts on from the
// offset before, where that stands earlier: whoever asks in the order of the text
// has all positions in one pass.
func (s *source) position(offset int) problem.Position {
	offset = min(max(offset, 0), len(s.text))
	if s.last.line == 0 || s.last.offset > offset {
		s.last = place{0, 1, 1}
	}
	between := s.text[s.last.offset:offset]
	if lines := bytes.Count(between, []byte("\n")); lines > 0 {
		s.last.line, s.last.column = s.last.line+lines, 1
		between = between[bytes.LastIndexByte(between, '\n')+1:]
	}
	s.last.offset, s.last.column = offset, s.last.column+utf8.RuneCount(between)
	return problem.Position{File: s.name, Line: s.last.line, Column: s.last.column}
}

// problem is one that stops the reading.
func (s *source) problem(at problem.Position, what, do string) *problem.Problem {
	return &problem.Problem{At: at, What: what, Do: do, Code: problem.Invalid}
}

func (s *source) empty() *problem.Problem {
	p := unreadable(s.name, "is empty", "write the experiment or target into it")
	p.Err = ErrEmpty
	return p
}

// duplicate is the warning of a key that its mapping has already.
func (s *source) duplicate(at problem.Position, key string) *problem.Problem {
	p := s.problem(at, "the key "+strconv.Quote(key)+" is there twice", "the last one counts: remove the other")
	p.Warning = true
	return p
}

// wanted are the parts of a document whose places are looked for: a tree of the
// keys, and the indices of lists, that lead to them.
type wanted struct {
	value, key problem.Position // where it is and where its key is, once found
	children   map[string]*wanted
}

// want adds a path.
func (w *wanted) want(path []string) {
	for _, key := range path {
		if w.children == nil {
			w.children = map[string]*wanted{}
		}
		if w.children[key] == nil {
			w.children[key] = &wanted{}
		}
		w = w.children[key]
	}
}

// child is what is wanted at a key; nil for nothing. Of two equal keys the last
// counts, so what was found below the first one is forgotten.
func (w *wanted) child(key string) *wanted {
	if w == nil || w.children[key] == nil {
		return nil
	}
	w = w.children[key]
	w.forget()
	return w
}

func (w *wanted) forget() {
	w.value, w.key = problem.Position{}, problem.Position{}
	for _, child := range w.children {
		child.forget()
	}
}

// find follows a path as far down as the document has it.
func (w *wanted) find(path []string) *wanted {
	for _, key := range path {
		child := w.children[key]
		if child == nil || child.value.Line == 0 {
			break
		}
		w = child
	}
	return w
}

// find looks for all paths in one pass through the text. It changes nothing in the
// document, so several can look at once.
func (d *Document) find(paths ...[]string) *wanted {
	root := &wanted{}
	for _, path := range paths {
		root.want(path)
	}
	d.locate(newSource(d.source.name, d.source.text), root)
	return root
}

// At is where the value is that a path of keys, and list indices as numbers, leads
// to. What is not there is shown at the last part of the path that is.
func (d *Document) At(path ...string) problem.Position {
	if d == nil {
		return problem.Position{}
	}
	return d.find(path).find(path).value
}

// Problems gives the findings their places, in the order of the text. Each has
// the code for what is not valid. All places are found in one pass.
func (d *Document) Problems(findings []problem.Finding) problem.List {
	if len(findings) == 0 {
		return nil
	}
	paths := make([][]string, len(findings))
	for i, f := range findings {
		paths[i] = f.Path
	}
	root := d.find(paths...)
	list := make(problem.List, len(findings))
	for i, f := range findings {
		found := root.find(f.Path)
		at := found.value
		if f.AtKey {
			at = found.key
		}
		list[i] = &problem.Problem{At: at, What: f.What, Do: f.Do, Code: problem.Invalid, Warning: f.Warning}
	}
	list.Sort()
	return list
}

// locateYAML walks through a text that has been read before, so no error can
// come of it.
func locateYAML(s *source, root *wanted) {
	y, _ := s.parseYAML()
	s.locateNode(y, root)
}

// locateNode notes where a node is; an alias is shown at its anchor.
func (s *source) locateNode(y *yaml.Node, w *wanted) {
	if w == nil {
		return
	}
	y = resolved(y)
	w.value = s.at(y)
	switch {
	case len(w.children) == 0:
	case y.Kind == yaml.MappingNode:
		s.locateFields(y, w)
	case y.Kind == yaml.SequenceNode:
		for i, item := range y.Content {
			s.locateNode(item, w.child(strconv.Itoa(i)))
		}
	}
}

// locateFields goes through the keys of a mapping, those first that it merges in.
func (s *source) locateFields(y *yaml.Node, w *wanted) {
	for _, source := range merges(y) {
		s.locateFields(resolved(source), w)
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, _ := keyText(y.Content[i])
		if child := w.child(key); child != nil && !isMerge(y.Content[i]) {
			child.key = s.at(y.Content[i])
			s.locateNode(y.Content[i+1], child)
		}
	}
}
