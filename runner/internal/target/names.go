package target

import (
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// The names that a text may hold as ${name}. A build does not know about one
// run: what it makes is for all of them.
func buildNames() []string { return []string{"root", "bin", "exe"} }
func runNames() []string   { return []string{"root", "bin", "exe", "run", "port"} }

// pieces splits a text into literal pieces and names: $${ is a literal ${.
func pieces(text string, literal, name func(string)) {
	for {
		i := strings.Index(text, "${")
		if i < 0 {
			literal(text)
			return
		}
		rest := text[i+2:]
		end := strings.IndexByte(rest, '}')
		switch {
		case i > 0 && text[i-1] == '$':
			literal(text[:i-1] + "${")
		case end < 0:
			literal(text)
			return
		default:
			literal(text[:i])
			name(rest[:end])
			rest = rest[end+1:]
		}
		text = rest
	}
}

// unknown returns the names in a text that are none of known.
func unknown(text string, known []string) (names []string) {
	pieces(text, func(string) {}, func(name string) {
		if !slices.Contains(known, name) {
			names = append(names, name)
		}
	})
	return names
}

func fill(text string, p Places) string {
	var b strings.Builder
	pieces(text, func(s string) { b.WriteString(s) }, func(name string) { b.WriteString(p.lookup(name)) })
	return b.String()
}

func (p Places) lookup(name string) string {
	switch name {
	case "root":
		return p.Root
	case "bin":
		return p.Bin
	case "run":
		return p.Run
	case "port":
		return strconv.Itoa(p.Port)
	case "exe":
		if runtime.GOOS == "windows" {
			return ".exe"
		}
	}
	return ""
}

// isVariable tells whether a name can be that of an environment variable.
func isVariable(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(name)
}
