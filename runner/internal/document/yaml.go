package document

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// ParseYAML reads one YAML text; name is the file's, for the positions. Plain scalars
// get the types of YAML 1.1, as PyYAML gives them to the toolkit: yes is true, 010 is 8.
func ParseYAML(name string, text []byte) (*Document, problem.List) {
	return parse(name, text, readYAML, func(s *source, w wanted) *place {
		if len(w) == 0 {
			return &place{value: s.root}
		}
		root, _ := s.parseYAML()
		return s.locate(root, w)
	})
}

// readYAML reads the value of a text.
func readYAML(s *source) (any, *problem.Problem) {
	root, wrong := s.parseYAML()
	if wrong != nil {
		return nil, wrong
	}
	r := &yamlReader{source: s, aliased: map[*yaml.Node]aliased{}}
	s.root = s.at(root)
	r.findAliases(root)
	v := r.value(root, 0)
	return v, r.wrong
}

// parseYAML makes the library's tree of the text. The tree is several times as
// large as the value, so it is not kept.
func (s *source) parseYAML() (*yaml.Node, *problem.Problem) {
	at, nodes := signs(s.text)
	if at > 0 {
		return nil, s.problem(s.position(at), "this document has too many values and keys, or too many signs of YAML in its texts: more than 2,000,000", notData)
	} else if at := tooLong(s.text); at > 0 {
		return nil, s.problem(s.position(at), longLine, notData)
	}
	makeRoom(nodes, s.text)
	d := yaml.NewDecoder(bytes.NewReader(anyVersion(s.text)))
	var root, second yaml.Node
	err := d.Decode(&root)
	if errors.Is(err, io.EOF) {
		return nil, s.empty()
	}
	if err == nil {
		err = d.Decode(&second)
	}
	switch {
	case err == nil:
		return nil, s.problem(s.at(&second), "a second document starts here", "keep one document in a file")
	case !errors.Is(err, io.EOF):
		return nil, s.explainYAML(err)
	}
	return root.Content[0], nil
}

// anyVersion makes a comment of a line such as %YAML 1.2 at the start: to PyYAML
// it makes no difference, and the library refuses all but 1.1.
func anyVersion(text []byte) []byte {
	directive := regexp.MustCompile(`\A(?:(?:#.*)?\r?\n)*%YAML[ \t]+1\.`)
	if end := directive.FindIndex(text); end != nil {
		text = bytes.Clone(text)
		text[bytes.LastIndexByte(text[:end[1]], '%')] = '#'
	}
	return text
}

// yamlReader makes values of the library's nodes.
type yamlReader struct {
	*source
	wrong   *problem.Problem                   // the first one, which ends the reading
	aliased map[*yaml.Node]aliased             // what aliases stand for
	within  int                                // how many of these are being read
	read    int                                // nodes so far, those that aliases expand to included
	cursor  struct{ line, column, offset int } // see begins
}

// at is where a node starts.
func (s *source) at(n *yaml.Node) problem.Position {
	return problem.Position{File: s.name, Line: n.Line, Column: n.Column}
}

// resolved is the node that an alias stands for, and any other node itself.
func resolved(y *yaml.Node) *yaml.Node {
	if y.Kind == yaml.AliasNode {
		return y.Alias
	}
	return y
}

// stop notes what ends the reading.
func (r *yamlReader) stop(at problem.Position, what, do string) {
	r.wrong = cmp.Or(r.wrong, r.problem(at, what, do))
}

// value reads a node. An alias shares the value of its anchor: what it expands
// to is counted when written.
func (r *yamlReader) value(y *yaml.Node, depth int) (v any) {
	at := r.at(y)
	y = resolved(y)
	known, isAliased := r.aliased[y]
	r.read += max(1, known.size)
	switch {
	case r.wrong != nil:
	case known.reading:
		r.stop(at, "this alias contains itself", "remove it")
	case r.read > maxValues:
		r.stop(at, "this document is too large once its aliases are expanded", "use fewer aliases")
	case known.size > 0:
		return known.value
	case depth > maxDepth:
		r.stop(at, fmt.Sprintf("this is nested deeper than %d levels", maxDepth), "flatten it")
	case !isAliased:
		return r.content(y, depth)
	default:
		before := r.read
		r.aliased[y] = aliased{reading: true}
		r.within++
		v = r.content(y, depth)
		r.within--
		r.aliased[y] = aliased{value: v, size: 1 + r.read - before}
	}
	return v
}

// content reads a node that is no alias.
func (r *yamlReader) content(y *yaml.Node, depth int) any {
	r.refuse(y)
	switch tag := y.ShortTag(); {
	case y.Kind == yaml.MappingNode && tag == "!!map":
		return r.mapping(y, depth)
	case y.Kind == yaml.SequenceNode && tag == "!!seq":
		list := make([]any, len(y.Content))
		for i, c := range y.Content {
			list[i] = r.value(c, depth+1)
			r.release(y, i)
		}
		return list
	}
	r.doubt(y)
	v, ok := scalar(y)
	if !ok || y.Kind != yaml.ScalarNode {
		r.stop(r.at(y), "a tag has no meaning here", "remove it, or put quotes around a text that begins with !")
	}
	if f, ok := v.(float64); ok && math.IsInf(f, 0) && !strings.ContainsAny(y.Value, "nN") { // not .inf
		r.wrong = cmp.Or(r.wrong, r.tooLarge(r.at(y)))
	}
	return v
}

// refuse stops at a part without quotes that the library reads, and PyYAML and so the toolkit does not.
func (r *yamlReader) refuse(y *yaml.Node) {
	inBrackets := y.Style&yaml.FlowStyle != 0
	for i, part := range y.Content {
		if part.Kind != yaml.ScalarNode || part.Style&^yaml.TaggedStyle != 0 {
			continue
		}
		switch {
		case strings.Contains(part.Value, "\t"):
			r.stop(r.at(part), "a text without quotes cannot have a tab in it", "write a space, or put quotes around the text")
		case part.Value == "=" && part.Style == 0:
			r.stop(r.at(part), "the sign = alone has a meaning of its own here", "put quotes around it")
		case inBrackets && (strings.HasPrefix(part.Value, ":") || strings.Contains(part.Value, "?")):
			r.stop(r.at(part), "within brackets, a text that begins with : or has a ? in it needs quotes", "put quotes around the whole text")
		case y.Kind == yaml.MappingNode && i%2 == 0 && part.Value == "" && part.Anchor == "" && part.Style == 0:
			if r.begins(part, ':') { // and not with ?
				r.stop(r.at(part), "a key is missing before this colon", "write it, or remove the colon")
			}
		}
	}
}

// mapping reads a mapping, and warns of keys that are there twice. What it merges in
// comes before its own keys, which win.
func (r *yamlReader) mapping(y *yaml.Node, depth int) *value.Map {
	m := &value.Map{}
	for _, source := range merges(y) {
		from, ok := r.value(source, depth+1).(*value.Map)
		if !ok {
			r.stop(r.at(resolved(source)), "<< takes an object or a list of objects", "name one that has an anchor: <<: *name")
		}
		for key, v := range from.All() {
			m.Set(key, v)
		}
	}
	own := m // the keys that are its own
	if m.Len() > 0 {
		own = &value.Map{}
	}
	for i := 0; i+1 < len(y.Content) && r.wrong == nil; i += 2 {
		k := y.Content[i]
		if isMerge(k) {
			continue
		}
		r.doubt(k)
		key, ok := keyText(k)
		if !ok {
			r.stop(r.at(k), "a key must be text", "put quotes around it, and around a text that begins with {")
		} else if own.Has(key) {
			r.duplicate(r.at(k), key)
		}
		r.read++
		own.Set(key, nil)
		m.Set(key, r.value(y.Content[i+1], depth+1))
		r.release(y, i, i+1)
	}
	return m
}

// isMerge tells whether a key is <<, which merges other mappings in.
func isMerge(k *yaml.Node) bool { return k.Kind == yaml.ScalarNode && k.Value == "<<" && plain(k) }

// merges are the mappings that << in a mapping names. The first one in the file wins, so
// it comes last here.
func merges(y *yaml.Node) (all []*yaml.Node) {
	for i := 0; i+1 < len(y.Content); i += 2 {
		if !isMerge(y.Content[i]) {
			continue
		}
		named := y.Content[i+1 : i+2]
		if from := resolved(named[0]); from.Kind == yaml.SequenceNode && len(from.Content) > 0 {
			named = from.Content
		}
		for _, node := range slices.Backward(named) {
			all = append(all, node)
		}
	}
	return all
}

// locate finds the place of a node and of its wanted parts. The place of an alias is that
// of its anchor.
func (s *source) locate(y *yaml.Node, w wanted) *place {
	y = resolved(y)
	p := &place{value: s.at(y), parts: map[string]*place{}}
	switch {
	case len(w) == 0:
	case y.Kind == yaml.MappingNode:
		s.locateFields(y, w, p.parts)
	case y.Kind == yaml.SequenceNode:
		for i, item := range y.Content {
			if key := strconv.Itoa(i); w[key] != nil {
				p.parts[key] = s.locate(item, w[key])
			}
		}
	}
	return p
}

// locateFields goes through the keys of a mapping; merged mappings come first.
func (s *source) locateFields(y *yaml.Node, w wanted, parts map[string]*place) {
	for _, source := range merges(y) {
		s.locateFields(resolved(source), w, parts)
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		if key, _ := keyText(y.Content[i]); w[key] != nil && !isMerge(y.Content[i]) {
			parts[key] = s.locate(y.Content[i+1], w[key])
			parts[key].key = s.at(y.Content[i])
		}
	}
}
