package document

import "go.yaml.in/yaml/v4"

// aliased is the value of a node that an alias stands for, and the number of nodes that it expands to,
// which is 0 until it is read.
type aliased struct {
	value   any
	size    int
	reading bool
}

// findAliases notes what aliases stand for, of a node and all in it.
func (r *yamlReader) findAliases(y *yaml.Node) {
	if y.Kind == yaml.AliasNode {
		r.aliased[y.Alias] = aliased{}
	}
	for _, c := range y.Content {
		r.findAliases(c)
	}
}

// release lets parts of a node go that have been read, so that the tree becomes smaller while the value
// grows. What an alias stands for stays: << looks into it again.
func (r *yamlReader) release(y *yaml.Node, parts ...int) {
	for _, i := range parts {
		if r.within == 0 {
			y.Content[i] = nil
		}
	}
}
