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
	"chaosworkshop.example/runner/internal/weight"
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
	return (&replacing{v, mostValues}).in(data)
}

// Fits tells whether the values that Substitute puts into data have the room that there is.
func (v *Variables) Fits(data any) bool {
	r := replacing{v, mostValues}
	r.in(data)
	return r.room >= 0
}

// Refers tells whether there may be names in data.
func (v *Variables) Refers(data any) bool {
	switch d := data.(type) {
	case string:
		return strings.Contains(d, "$")
	case []any:
		return slices.ContainsFunc(d, v.Refers)
	case *value.Map:
		for _, item := range d.All() {
			if v.Refers(item) {
				return true
			}
		}
	}
	return false
}

// replacing is how names are replaced in one value.
type replacing struct {
	*Variables
	room int64 // in bytes, for more values; below zero: there were too many
}

// mostValues is how many bytes the values in the place of names may have, of all together;
// tooMuch stands in the place of a text for whose values there is no room.
const (
	mostValues = 64 << 20
	tooMuch    = "… (its values and those before it have more than 64 MiB)"
)

func (r *replacing) in(data any) any {
	switch d := data.(type) {
	case string:
		return r.inText(d)
	case []any:
		list := make([]any, len(d))
		for i, item := range d {
			list[i] = r.in(item)
		}
		return list
	case *value.Map:
		m := &value.Map{}
		for key, item := range d.All() {
			m.Set(key, r.in(item))
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
func (r *replacing) inText(text string) any {
	if !strings.Contains(text, "$") {
		return text
	}
	if m := form().FindStringSubmatch(text); m != nil && m[0] == text && m[2] != "" {
		if found, ok := r.lookup(m[2]); ok {
			if r.room -= weight.Of(found).Bytes; r.room < 0 {
				return tooMuch
			}
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
			made.WriteString(r.instead(written))
		}
		from += len(written)
		if r.room < 0 {
			return strings.ToValidUTF8(text[:min(len(text), 20)], "") + tooMuch
		}
	}
	made.WriteString(text[from:])
	return made.String()
}

// instead is what stands in the place of $$, $name or ${name}.
func (r *replacing) instead(written string) string {
	if written == "$$" {
		return "$"
	}
	if found, ok := r.lookup(strings.Trim(written, "${}")); ok {
		text := value.Text(found)
		r.room -= int64(len(text))
		return text
	}
	return written
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
