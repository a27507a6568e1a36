package target

import (
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
)

// The names that a text may hold as ${name}. A build does not know about one
// run: what it makes is for all of them.
func buildNames() []string { return []string{"root", "bin", "exe"} }
func runNames() []string   { return []string{"root", "bin", "exe", "run", "port"} }

// form finds ${name}, and $${ for a literal ${.
var form = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\$\{|\$\{([^}]*)\}`) })

// unknown returns the names in a text that are none of known.
func unknown(text string, known []string) (names []string) {
	for _, m := range form().FindAllStringSubmatch(text, -1) {
		if m[0] != "$${" && !slices.Contains(known, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// fill replaces each ${name} in a text.
func fill(text string, p Places) string {
	return form().ReplaceAllStringFunc(text, func(written string) string {
		switch written {
		case "$${":
			return "${"
		case "${root}":
			return p.Root
		case "${bin}":
			return p.Bin
		case "${run}":
			return p.Run
		case "${port}":
			return strconv.Itoa(p.Port)
		case "${exe}":
			if runtime.GOOS == "windows" {
				return ".exe"
			}
		}
		return ""
	})
}

// isVariable tells whether a name can be that of an environment variable.
func isVariable(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(name)
}
