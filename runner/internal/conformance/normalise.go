package conformance

import (
	"regexp"
	"strings"
)

// normaliser takes out of a text what differs from run to run.
type normaliser struct{ places *strings.Replacer }

func newNormaliser(folder, host string) *normaliser {
	return &normaliser{strings.NewReplacer(folder, "WORK", host, "SERVER")}
}

var varying = []struct {
	pattern *regexp.Regexp
	text    string
}{
	// The detail behind it is the HTTP library's own, and long.
	{regexp.MustCompile(`(failed to connect to [^ ]+): .*`), "$1"},
	{regexp.MustCompile(`\b\d+\.\d+% hypothesis`), "N% hypothesis"},
	// What differs between shells, and between the numbers of systems.
	{regexp.MustCompile(`/bin/sh: (?:line )?\d+: (\w+): (?:command )?not found`), "sh: $1: not found"},
	{regexp.MustCompile(`\[Errno \d+\] Directory not empty`), "[Errno] Directory not empty"},
	{regexp.MustCompile(`\b0x[0-9a-f]{6,}\b`), "0xADDRESS"},
	{regexp.MustCompile(`'Date': '[^']*'`), "'Date': 'NOW'"},
}

func (n *normaliser) text(s string) string {
	s = n.places.Replace(s)
	for _, v := range varying {
		s = v.pattern.ReplaceAllString(s, v.text)
	}
	return s
}

// partial is what ours keeps while a run lasts: the difference partial-journal,
// which a listing of the folder shows.
var partial = regexp.MustCompile(`^journal\.json\.partial-\d+$`)

// tree treats every text within v, mapping keys excepted.
func (n *normaliser) tree(v any) any {
	switch v := v.(type) {
	case string:
		return n.text(v)
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			if name, ok := item.(string); ok && partial.MatchString(name) {
				continue
			}
			list = append(list, n.tree(item))
		}
		return list
	case map[string]any:
		mapping := make(map[string]any, len(v))
		for key, item := range v {
			mapping[key] = n.tree(item)
		}
		return mapping
	}
	return v
}
