package variables

import (
	"regexp"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/value"
)

// form is what Python's string.Template looks for: $$, $name and ${name}.
var form = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$(?:\$|([_a-zA-Z][_a-zA-Z0-9]*)|\{([_a-zA-Z][_a-zA-Z0-9]*)\})`)
})

// inText replaces the names in one text, as Python's string.Template does. Any
// other $ stays.
func (v *Variables) inText(text string) any {
	if !strings.Contains(text, "$") {
		return text
	}
	if m := form().FindStringSubmatch(text); m != nil && m[0] == text && m[2] != "" {
		if found, ok := v.lookup(m[2]); ok {
			return found
		}
	}
	return form().ReplaceAllStringFunc(text, func(written string) string {
		if written == "$$" {
			return "$"
		}
		if found, ok := v.lookup(strings.Trim(written, "${}")); ok {
			return value.Text(found)
		}
		return written
	})
}
