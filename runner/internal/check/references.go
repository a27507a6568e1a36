package check

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/value"
)

// Forms of what names a variable, or is meant to.
var (
	reference = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\$\$|\$\{([^{}]*)(\}?)|\$([_a-zA-Z][_a-zA-Z0-9]*)`)
	})
	variableName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[_a-zA-Z][_a-zA-Z0-9]*`) })
	otherForm    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{? *(\w+) *\}\}?|\$\((\w+)\)`) })
)

// mostReferences is how many ${name} of a text are looked at, and of how many in all it is asked what
// they are meant to be.
const mostReferences = 1000

// references warns of each ${name} at these keys that is no variable, or is not written so
// that it is replaced. In the arguments of a process it may be for the shell, so only a name
// near to one of ours is a mistake.
func (c *checker) references(at path, in *value.Map, keys ...string) {
	for _, key := range keys {
		c.referencesIn(at, key, in.Value(key), in.AsText("type") == "process")
	}
}

// referencesIn does this for the texts within the value at a key.
func (c *checker) referencesIn(at path, key string, v any, shell bool) {
	if text, isText := v.(string); v == nil || c.doubted > mostReferences || isText && !strings.ContainsAny(text, "${") {
		return
	}
	at = at.to(key)
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			c.referencesIn(at, strconv.Itoa(i), item, shell)
		}
	case *value.Map:
		for key, item := range v.All() {
			c.referencesIn(at, key, item, shell)
		}
	case string:
		for _, m := range reference().FindAllStringSubmatch(v, mostReferences) {
			c.reference(at, m[1], m[2] != "", m[3], shell)
		}
		if shell || at[len(at)-1] != "url" {
			return
		}
		for _, m := range otherForm().FindAllStringSubmatch(strings.ReplaceAll(v, "${", ""), mostReferences) {
			if name := m[1] + m[2]; c.variableNames[name] {
				c.warn(at, m[0]+" stays as it is", "did you mean '${"+name+"}'?")
			}
		}
	}
}

// reference checks what stands behind a $: a name in braces, maybe not closed, or without them.
func (c *checker) reference(at path, inBraces string, closed bool, bare string, shell bool) {
	const undeclared = " is neither in configuration nor in secrets, so it stays as it is"
	name := cmp.Or(bare, variableName().FindString(strings.TrimSpace(inBraces)))
	whole := closed && name == inBraces
	if name == "" || c.variableNames[name] && (whole || bare != "") {
		return
	}
	c.doubted++
	near := name
	if !c.variableNames[name] {
		near = c.variableNames.near(name)
	}
	if near == "" && (shell || bare != "") || shell && closed && !whole { // it may be for the shell, as $HOME or ${HOME:-/tmp}
		return
	}
	advice := "did you mean '${" + near + "}'?"
	if near == "" {
		advice = "correct the name, or declare it there"
	}
	switch {
	case bare != "":
		c.warn(at, "$"+bare+undeclared, advice)
	case whole:
		c.warn(at, "${"+name+"}"+undeclared, advice)
	case !closed && near == "":
		c.warn(at, "${"+name+" has no closing }, so it stays as it is", "write ${"+name+"}, and declare it in the configuration")
	case !closed:
		c.warn(at, "${"+name+" has no closing }, so it stays as it is", advice)
	case c.variableNames[inBraces]:
		c.warn(at, "${"+inBraces+"} stays as it is: such a name has only letters, digits and _", "give the variable another name, as in my_port")
	case near != "":
		c.warn(at, "${"+inBraces+"} stays as it is: such a name has only letters, digits and _", advice)
	}
}
