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
		if m, ok := entry.(*value.Map); ok {
			if entry, ok = l.entry(m, path); !ok {
				continue
			}
		}
		all.Set(key, entry)
	}
	return all
}

// entry is the value of a mapping that may say where its value is to be had.
func (l *loader) entry(m *value.Map, path []string) (any, bool) {
	switch m.Text("type") {
	case envType:
		return l.fromEnvironment(m, path)
	case probeType:
		if m.Map("provider") == nil {
			l.wrong(path, "the probe of this configuration key has no provider", "give it one, or write the value itself")
			return nil, false
		}
	}
	return m, true
}

func (l *loader) fromEnvironment(m *value.Map, path []string) (any, bool) {
	name, ok := l.envKey(m, path)
	if !ok {
		return nil, false
	}
	found, set := l.source.lookup(name)
	fallback, hasDefault := m.Get("default")
	var v any = found
	switch {
	case !set && !hasDefault:
		l.wrong(path, "configuration makes reference to an environment key that does not exist: "+name,
			"set "+name+", or give the entry a default, or pass --var "+path[len(path)-1]+"=VALUE")
		return nil, false
	case !set:
		v = fallback
	}
	typ, ok := m.Get("env_var_type")
	if !ok || typ == nil {
		return v, true
	}
	converted, err := convert(value.Text(typ), v)
	if err != nil {
		l.wrong(append(path, "env_var_type"), "the value of "+name+" cannot be converted: "+err.Error(), "change the value or env_var_type")
	}
	return converted, err == nil
}

func (l *loader) envKey(m *value.Map, path []string) (string, bool) {
	written, _ := m.Get("key")
	name, ok := written.(string)
	if !ok {
		l.wrong(path, "an entry of type env needs a `key`", "name the environment variable, as in key: MY_VARIABLE")
	}
	return name, ok
}

// secrets reads one level: the groups, and then the members of a group. An
// override replaces a whole group and is taken as it is written.
func (l *loader) secrets(written *value.Map, path []string) *value.Map {
	all := &value.Map{}
	for key, entry := range written.All() {
		here := append(slices.Clone(path), key)
		if m, ok := entry.(*value.Map); ok {
			if entry, ok = l.secret(m, here); !ok {
				continue
			}
		}
		all.Set(key, entry)
	}
	return all
}

func (l *loader) secret(m *value.Map, path []string) (any, bool) {
	if given, _ := l.source.Overrides.Secrets.Get(path[1]); given != nil && len(path) == 2 {
		l.warnLost(m, given, path)
		return given, true
	}
	switch m.Text("type") {
	case envType:
		return l.secretFromEnvironment(m, path)
	case vaultType:
		l.wrong(path, "secrets from Vault are not supported",
			"put the secret into an environment variable and write {type: env, key: MY_VARIABLE} here")
		return nil, false
	}
	return l.secrets(m, path), true
}

func (l *loader) secretFromEnvironment(m *value.Map, path []string) (any, bool) {
	name, ok := l.envKey(m, path)
	if !ok {
		return nil, false
	}
	found, ok := l.source.lookup(name)
	if !ok {
		l.wrong(path, "secrets make reference to an environment key that does not exist: "+name, "set "+name)
	}
	return found, ok
}

// warnLost tells which members of a group are gone because an override replaced
// the group.
func (l *loader) warnLost(group *value.Map, given any, path []string) {
	now, _ := given.(*value.Map)
	for key := range group.All() {
		if !now.Has(key) {
			l.warn(append(slices.Clone(path), key), "the variables given replace the whole group "+path[1]+" of secrets, so "+key+" is gone",
				"give "+key+" as well")
		}
	}
}

// unused warns of overrides that nothing takes up.
func (l *loader) unused() {
	o := l.source.Overrides
	l.warnUnused("configuration", &o.Configuration, l.source.Configuration)
	l.warnUnused("secrets", &o.Secrets, l.source.Secrets)
}

func (l *loader) warnUnused(section string, given, declared *value.Map) {
	for key := range given.All() {
		if !declared.Has(key) {
			l.warn(nil, "the variable "+key+" is given, and the experiment's "+section+" has no such key, so it is not used",
				"declare "+key+" there, or correct the name")
		}
	}
}
