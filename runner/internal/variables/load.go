package variables

import (
	"slices"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// The types of entry that say where a value is to be had.
const (
	envType   = "env"
	vaultType = "vault"
	probeType = "probe"
)

// loader reads the declared values and gathers what is wrong with them.
type loader struct {
	source   Source
	findings []problem.Finding
}

func (l *loader) wrong(path []string, what, do string) {
	l.findings = append(l.findings, problem.Finding{Path: path, What: what, Do: do})
}

func (l *loader) warn(path []string, what, do string) {
	l.findings = append(l.findings, problem.Finding{Path: path, What: what, Do: do, Warning: true})
}

func (l *loader) configuration() *value.Map {
	all := &value.Map{}
	for key, entry := range l.source.Configuration.All() {
		if given, ok := l.source.Overrides.Configuration.Get(key); ok {
			entry = given
		}
		path := []string{"configuration", key}
		m, ok := entry.(*value.Map)
		switch kind := m.Text("type"); {
		case kind == envType:
			if entry, ok = l.fromEnvironment(m, path); !ok {
				continue
			}
		case kind == probeType && m.Map("provider") == nil:
			l.wrong(path, "the probe of this configuration key has no provider", "give it one, or write the value itself")
			continue
		}
		all.Set(key, entry)
	}
	return all
}

// fromEnvironment is the value of the variable that an entry of type env names.
// In the configuration an entry can have a default and a type.
func (l *loader) fromEnvironment(m *value.Map, path []string) (v any, ok bool) {
	written, _ := m.Get("key")
	name, ok := written.(string)
	if !ok {
		l.wrong(path, "an entry of type env needs a `key`", "name the environment variable, as in key: MY_VARIABLE")
		return nil, false
	}
	found, set := l.source.lookup(name)
	if path[0] == "secrets" {
		if !set {
			l.wrong(path, "secrets make reference to an environment key that does not exist: "+name, "set "+name)
		}
		return found, set
	}
	v, ok = m.Get("default")
	if set {
		v = found
	} else if !ok {
		l.wrong(path, "configuration makes reference to an environment key that does not exist: "+name,
			"set "+name+", or give the entry a default, or pass --var "+path[1]+"=VALUE")
		return nil, false
	}
	typ, _ := m.Get("env_var_type")
	if typ == nil {
		return v, true
	}
	v, err := convert(value.Text(typ), v)
	if err != nil {
		l.wrong(append(path, "env_var_type"), "the value of "+name+" cannot be converted: "+err.Error(), "change the value or env_var_type")
	}
	return v, err == nil
}

// secrets reads one level: the groups, and then the members of a group.
func (l *loader) secrets(written *value.Map, path []string) *value.Map {
	all := &value.Map{}
	for key, entry := range written.All() {
		if m, ok := entry.(*value.Map); ok {
			if entry, ok = l.secret(m, append(slices.Clone(path), key)); !ok {
				continue
			}
		}
		all.Set(key, entry)
	}
	return all
}

// secret reads a group or a member. An override replaces a whole group and is
// taken as it is written; members that are gone with it are worth a warning.
func (l *loader) secret(m *value.Map, path []string) (any, bool) {
	if given, _ := l.source.Overrides.Secrets.Get(path[1]); given != nil && len(path) == 2 {
		now, _ := given.(*value.Map)
		for key := range m.All() {
			if !now.Has(key) {
				l.warn(append(slices.Clone(path), key), "the variables given replace the whole group "+path[1]+" of secrets, so "+key+" is gone",
					"give "+key+" as well")
			}
		}
		return given, true
	}
	switch m.Text("type") {
	case envType:
		return l.fromEnvironment(m, path)
	case vaultType:
		l.wrong(path, "secrets from Vault are not supported",
			"put the secret into an environment variable and write {type: env, key: MY_VARIABLE} here")
		return nil, false
	}
	return l.secrets(m, path), true
}

// unused warns of overrides that nothing takes up.
func (l *loader) unused(section string, given, declared *value.Map) {
	for key := range given.All() {
		if !declared.Has(key) {
			l.warn(nil, "the variable "+key+" is given, and the experiment's "+section+" has no such key, so it is not used",
				"declare "+key+" there, or correct the name")
		}
	}
}
