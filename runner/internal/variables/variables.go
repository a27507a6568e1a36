// Package variables holds an experiment's configuration and secrets, and puts
// their values in the place of ${name}.
//
// Resolve reads the values from the experiment, the environment, the command line and
// the probes that measure some of them. Substitute and Arguments use them. Secret and
// Changed tell package show which values it must hide.
package variables

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/value"
)

// Variables are the values that an experiment's words may refer to. A nil
// *Variables has none. It is safe for concurrent use once it is made, if what
// Values returns is not changed.
type Variables struct {
	Configuration *value.Map
	Secrets       *value.Map // by group; a group is a mapping, seldom a plain value

	// Changed is called with the secrets whenever Change has changed something; it may be nil.
	Changed func(secrets *value.Map)

	mu sync.RWMutex
}

// Values are the configuration and the secrets as they are at this moment.
func (v *Variables) Values() (configuration, secrets *value.Map) {
	if v == nil {
		return nil, nil
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.Configuration, v.Secrets
}

// Change lets f change copies of the configuration and the secrets, which then take their place.
func (v *Variables) Change(f func(configuration, secrets *value.Map)) {
	v.mu.Lock()
	configuration, secrets := v.Configuration.Clone(), v.Secrets.Clone()
	f(configuration, secrets)
	v.Configuration, v.Secrets = configuration, secrets
	v.mu.Unlock()
	if v.Changed != nil {
		v.Changed(secrets)
	}
}

// Substitute replaces ${name} and $name in text, in the items of lists and in the
// values of mappings, at any depth; keys stay, and the argument itself is not changed.
// A text that is nothing but ${name} becomes the value with its type, any other holds
// the value as Python writes it. Unknown names stay, and $$ becomes $.
func (v *Variables) Substitute(data any) any {
	switch d := data.(type) {
	case string:
		return v.inText(d)
	case []any:
		list := make([]any, len(d))
		for i, item := range d {
			list[i] = v.Substitute(item)
		}
		return list
	case *value.Map:
		m := &value.Map{}
		for key, item := range d.All() {
			m.Set(key, v.Substitute(item))
		}
		return m
	}
	return data
}

// form is what Python's string.Template looks for: $$, $name and ${name}. It is read where a $ stands,
// so that a text takes a time that grows with it.
var form = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\$(?:\$|([_a-zA-Z][_a-zA-Z0-9]*)|\{([_a-zA-Z][_a-zA-Z0-9]*)\})`)
})

// inText replaces the names in one text, as Python's string.Template does. Any other $ stays.
func (v *Variables) inText(text string) any {
	if !strings.Contains(text, "$") {
		return text
	}
	if m := form().FindStringSubmatch(text); m != nil && m[0] == text && m[2] != "" {
		if found, ok := v.lookup(m[2]); ok {
			return found
		}
	}
	var made strings.Builder
	from := 0
	for from < len(text) {
		place := strings.IndexByte(text[from:], '$')
		if place < 0 {
			break
		}
		made.WriteString(text[from : from+place])
		from += place
		written := form().FindString(text[from:])
		if written == "" { // a $ that is nothing else
			written = text[from : from+1]
			made.WriteString(written)
		} else {
			made.WriteString(v.instead(written))
		}
		from += len(written)
		if made.Len() > mostText {
			return strings.ToValidUTF8(text[:min(len(text), 20)], "") + tooLong
		}
	}
	made.WriteString(text[from:])
	return made.String()
}

// mostText is how long a text may become; tooLong stands in the place of what would be longer.
const (
	mostText = 64 << 20
	tooLong  = "… (this text would be longer than 64 MiB with its values)"
)

// instead is what stands in the place of $$, $name or ${name}.
func (v *Variables) instead(written string) string {
	if written == "$$" {
		return "$"
	}
	if found, ok := v.lookup(strings.Trim(written, "${}")); ok {
		return value.Text(found)
	}
	return written
}

// Fits tells whether all texts in data stay short enough when Substitute replaces their names.
func (v *Variables) Fits(data any) bool { return fits(v.Substitute(data)) }

func fits(replaced any) bool {
	switch r := replaced.(type) {
	case string:
		return !strings.HasSuffix(r, tooLong)
	case []any:
		return !slices.ContainsFunc(r, func(item any) bool { return !fits(item) })
	case *value.Map:
		for _, item := range r.All() {
			if !fits(item) {
				return false
			}
		}
	}
	return true
}

// Arguments is Substitute for a provider's arguments, which stay as they are written,
// $$ included, where an experiment has neither configuration nor secrets.
func (v *Variables) Arguments(data any) any {
	if configuration, secrets := v.Values(); configuration.Len() == 0 && secrets.Len() == 0 {
		return data
	}
	return v.Substitute(data)
}

// lookup asks the configuration first and then one group of secrets after the
// other, by the name of the secret within its group.
func (v *Variables) lookup(name string) (any, bool) {
	configuration, secrets := v.Values()
	if found, ok := configuration.Get(name); ok {
		return found, true
	}
	for _, group := range secrets.All() {
		members, _ := group.(*value.Map)
		if found, ok := members.Get(name); ok {
			return found, true
		}
	}
	return nil, false
}
