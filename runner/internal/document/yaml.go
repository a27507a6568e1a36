package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// maxNodes bounds what a document's aliases may expand to.
const maxNodes = 2_000_000

// ParseYAML reads one YAML text. Plain scalars get the types of YAML 1.1, as
// PyYAML gives them to the toolkit: yes is true, 010 is 8.
func ParseYAML(name string, text []byte) (*Node, problem.List) {
	s, found := prepare(name, text)
	if wrong, _ := found.Split(); len(wrong) > 0 {
		return nil, found
	}
	d := yaml.NewDecoder(bytes.NewReader(s.text))
	var root, second yaml.Node
	if err := d.Decode(&root); errors.Is(err, io.EOF) {
		return nil, problem.List{s.empty()}
	} else if err != nil {
		return nil, problem.List{s.explainYAML(err)}
	}
	switch err := d.Decode(&second); {
	case err == nil:
		return nil, problem.List{s.problem(s.at(&second), "a second document starts here", "keep one document in a file")}
	case !errors.Is(err, io.EOF):
		return nil, problem.List{s.explainYAML(err)}
	}
	r := &yamlReader{source: s, warnings: found, anchored: map[*yaml.Node]*Node{}}
	node, err := r.node(root.Content[0], 0)
	if err != nil {
		return nil, append(r.warnings, err)
	}
	return node, r.warnings
}

type yamlReader struct {
	*source
	warnings problem.List
	anchored map[*yaml.Node]*Node // nil while it is being read
	read     int
}

func (s *source) at(n *yaml.Node) problem.Position {
	return problem.Position{File: s.name, Line: n.Line, Column: n.Column}
}

func (r *yamlReader) node(y *yaml.Node, depth int) (*Node, *problem.Problem) {
	if r.read++; r.read > maxNodes {
		return nil, r.problem(r.at(y), "this document is too large once its aliases are expanded", "use fewer aliases")
	}
	if depth > maxDepth {
		return nil, r.problem(r.at(y), fmt.Sprintf("this is nested deeper than %d levels", maxDepth), "flatten it")
	}
	if y.Kind == yaml.AliasNode {
		return r.alias(y)
	}
	n := &Node{At: r.at(y)}
	if y.Anchor != "" {
		r.anchored[y] = nil
	}
	err := r.fill(n, y, depth)
	if y.Anchor != "" {
		r.anchored[y] = n
	}
	return n, err
}

// alias shares the anchored node: what it expands to is counted when written.
func (r *yamlReader) alias(y *yaml.Node) (*Node, *problem.Problem) {
	target := r.anchored[y.Alias]
	if target == nil {
		return nil, r.problem(r.at(y), fmt.Sprintf("the alias *%s contains itself", y.Value), "remove it")
	}
	if r.read += size(target, maxNodes); r.read > maxNodes {
		return nil, r.problem(r.at(y), "this document is too large once its aliases are expanded", "use fewer aliases")
	}
	return target, nil
}

// size counts the nodes below n, up to a limit.
func size(n *Node, limit int) int {
	count := 1
	for _, f := range n.Fields {
		if count < limit {
			count += size(f.Value, limit-count)
		}
	}
	for _, item := range n.Items {
		if count < limit {
			count += size(item, limit-count)
		}
	}
	return count
}

func (r *yamlReader) fill(n *Node, y *yaml.Node, depth int) *problem.Problem {
	switch y.Kind {
	case yaml.MappingNode:
		if tag := y.ShortTag(); tag != "!!map" {
			return r.unknownTag(y)
		}
		return r.mapping(n, y, depth)
	case yaml.SequenceNode:
		if tag := y.ShortTag(); tag != "!!seq" {
			return r.unknownTag(y)
		}
		return r.list(n, y, depth)
	}
	v, ok := scalar(y)
	if !ok {
		return r.unknownTag(y)
	}
	n.Value = v
	return nil
}

func (r *yamlReader) unknownTag(y *yaml.Node) *problem.Problem {
	return r.problem(r.at(y), fmt.Sprintf("the tag %s has no meaning here", y.Tag), "remove it")
}

func (r *yamlReader) list(n *Node, y *yaml.Node, depth int) *problem.Problem {
	list := make([]any, 0, len(y.Content))
	for _, c := range y.Content {
		item, err := r.node(c, depth+1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
		list = append(list, item.Value)
	}
	n.Value = list
	return nil
}

func (r *yamlReader) mapping(n *Node, y *yaml.Node, depth int) *problem.Problem {
	if err := r.merge(n, y, depth); err != nil {
		return err
	}
	m, seen := &value.Map{}, map[string]bool{}
	for _, f := range n.Fields { // what was merged comes first, and own keys win
		m.Set(f.Key, f.Value.Value)
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := y.Content[i]
		if isMerge(k) {
			continue
		}
		key, err := r.key(k)
		if err != nil {
			return err
		}
		if seen[key] {
			r.warnings = append(r.warnings, duplicate(r.at(k), key))
		}
		seen[key] = true
		v, err := r.node(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.Fields = append(n.Fields, Field{Key: key, At: r.at(k), Value: v})
		m.Set(key, v.Value)
	}
	n.Value = m
	return nil
}

func isMerge(k *yaml.Node) bool { return k.Kind == yaml.ScalarNode && k.Value == "<<" && plain(k) }

// merge takes in the fields of what << names; of several, the first wins.
func (r *yamlReader) merge(n *Node, y *yaml.Node, depth int) *problem.Problem {
	for i := 0; i+1 < len(y.Content); i += 2 {
		if !isMerge(y.Content[i]) {
			continue
		}
		from, err := r.node(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		sources := []*Node{from}
		if from.Items != nil {
			sources = from.Items
		}
		for j := len(sources) - 1; j >= 0; j-- {
			if sources[j].Map() == nil {
				return r.problem(from.At, "<< takes a mapping or a list of mappings", "name an anchored mapping: <<: *name")
			}
			n.Fields = append(n.Fields, sources[j].Fields...)
		}
	}
	return nil
}

func (r *yamlReader) key(k *yaml.Node) (string, *problem.Problem) {
	if k.Kind == yaml.AliasNode {
		k = k.Alias
	}
	if k.Kind != yaml.ScalarNode {
		return "", r.problem(r.at(k), "a key must be text", "put quotes around it")
	}
	v, ok := scalar(k)
	if !ok {
		return "", r.unknownTag(k)
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	return string(value.AppendJSON(nil, v, "", "")), nil
}

// explainYAML gives a parser's error its line; the parser knows no column, so
// it is that of the line's first letter.
func (s *source) explainYAML(err error) *problem.Problem {
	yamlLine := regexp.MustCompile(`^yaml: (?:unmarshal errors:\n\s+)?(?:line (\d+): )?`)
	// These are the parser's complaints, whose lines count from 0; the scanner's
	// count from 1: yaml.v3's parserc.go against its scannerc.go.
	zeroBased := regexp.MustCompile(`did not find expected (?:<|node content|'-'|key|',' or)`)
	words := yamlLine.ReplaceAllString(err.Error(), "")
	at := problem.Position{File: s.name, Line: 1, Column: 1}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
		line, _ := strconv.Atoi(m[1])
		if zeroBased.MatchString(words) {
			line++
		}
		at = s.lineStart(line)
	}
	return s.problem(at, "this is not YAML: "+words, "check the line's indentation, quotes and colons")
}

func (s *source) lineStart(line int) problem.Position {
	line = min(max(line, 1), len(s.starts))
	rest := s.text[s.starts[line-1]:]
	end := bytes.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	indent := len(rest[:end]) - len(strings.TrimLeft(string(rest[:end]), " \t"))
	return problem.Position{File: s.name, Line: line, Column: indent + 1}
}
