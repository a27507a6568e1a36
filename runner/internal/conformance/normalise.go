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
}

func (n *normaliser) text(s string) string {
	s = n.places.Replace(s)
	for _, v := range varying {
		s = v.pattern.ReplaceAllString(s, v.text)
	}
	return s
}

// tree treats every text within v, mapping keys excepted.
func (n *normaliser) tree(v any) any {
	switch v := v.(type) {
	case string:
		return n.text(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = n.tree(item)
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
