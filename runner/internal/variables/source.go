package variables

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/weight"
)

// Source is everything that values come from.
type Source struct {
	Configuration *value.Map // as the experiment has it
	Secrets       *value.Map // as the experiment has them
	Overrides     Overrides
	// Environment looks one variable up, as os.LookupEnv does.
	Environment func(name string) (string, bool)
	// Secret is told the secrets as soon as they are known, before any probe is
	// asked; it may be nil.
	Secret func(secrets *value.Map)
	// Ask performs the probe of a configuration key. What is known by then
	// is the configuration before that key, and the secrets.
	Ask func(ctx context.Context, activity *value.Map, known *Variables) (any, error)
}

// Check finds everything that is wrong with the configuration and the secrets,
// without asking any probe. A finding's path leads from the experiment; it is
// empty for what was not given in the experiment.
func (s Source) Check() []problem.Finding {
	_, all := s.load()
	return all
}

// Learn tells Secret the secrets that are known without asking any probe.
func (s Source) Learn() { s.load() }

// Resolve reads all values. Where Check finds more than warnings the values are
// incomplete and no probe is asked. A probe that fails leaves its key out, with
// a warning: ${key} stays as it is written.
func (s Source) Resolve(ctx context.Context) (*Variables, []problem.Finding) {
	v, all := s.load()
	if slices.ContainsFunc(all, func(f problem.Finding) bool { return !f.Warning }) {
		return v, all
	}
	return v, append(all, s.measure(ctx, v)...)
}

func (s Source) load() (*Variables, []problem.Finding) {
	l := loader{source: s}
	v := &Variables{Configuration: l.configuration(), Secrets: l.secrets(s.Secrets, []string{"secrets"})}
	l.unused("configuration", &s.Overrides.Configuration, s.Configuration)
	l.unused("secrets", &s.Overrides.Secrets, s.Secrets)
	if all := weight.Of(v.Secrets); all.Values > mostSecrets || all.Text() > mostOfSecrets {
		l.wrong([]string{"secrets"}, fmt.Sprintf("there are too many secrets, or they are too long: %d values and keys, with %d bytes", all.Values, all.Text()),
			fmt.Sprintf("keep what is no secret in the configuration or in a file: up to %d values and keys may be secrets, with %d KiB", mostSecrets, mostOfSecrets>>10))
		v.Secrets = &value.Map{}
	}
	if s.Secret != nil {
		s.Secret(v.Secrets)
	}
	return v, l.findings
}

// What the secrets may have together: each is looked for in many forms, in all that is shown.
const (
	mostSecrets   = 2000     // values and keys
	mostOfSecrets = 64 << 10 // bytes
)

// measure asks the probes among the configuration, in order, and puts what they
// found in their place.
func (s Source) measure(ctx context.Context, v *Variables) []problem.Finding {
	var all []problem.Finding
	known := &value.Map{}
	for key, entry := range v.Configuration.All() {
		if activity, _ := entry.(*value.Map); activity.Text("type") == "probe" {
			var err error
			if entry, err = s.ask(ctx, activity, &Variables{Configuration: known.Copy(), Secrets: v.Secrets}); err != nil {
				all = append(all, problem.Finding{Path: []string{"configuration", key}, Warning: true,
					What: "the probe of the configuration key " + key + " failed, so ${" + key + "} stays as it is written: " + err.Error(),
					Do:   "correct the probe, or pass --var " + key + "=VALUE"})
				continue
			}
		}
		known.Set(key, entry)
	}
	v.Configuration = known
	return all
}

// ask asks one probe and takes the value out of its provider's answer.
func (s Source) ask(ctx context.Context, activity *value.Map, known *Variables) (any, error) {
	// The toolkit lets a Python function have every group of secrets here, whatever it asks for.
	groups := []any{}
	for name := range known.Secrets.All() {
		groups = append(groups, name)
	}
	provider := activity.Map("provider").Copy()
	provider.Set("secrets", groups)
	activity = activity.Copy()
	activity.Set("provider", provider)
	output, err := s.Ask(ctx, activity, known)
	if err != nil {
		return nil, err
	}
	answer, _ := output.(*value.Map)
	switch provider.Text("type") {
	case "process":
		if code := answer.Value("status"); !value.Equal(code, int64(0)) {
			return nil, fmt.Errorf("exit code %s", value.Text(code))
		}
		return strings.TrimSpace(value.Text(answer.Value("stdout"))), nil
	case "http":
		return answer.Value("body"), nil
	}
	return output, nil
}

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
		m, _ := entry.(*value.Map)
		switch kind := m.Text("type"); {
		case kind == "env":
			var ok bool
			if entry, ok = l.fromEnvironment(m, path); !ok {
				continue
			}
		case kind == "probe" && m.Map("provider") == nil:
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
	name, ok := m.Value("key").(string)
	if !ok {
		l.wrong(path, "an entry of type env needs a `key`", "name the environment variable, as in key: MY_VARIABLE")
		return nil, false
	}
	found, set := l.source.Environment(name)
	if v, ok := l.source.Overrides.Environment.Get(name); ok { // dotenv files go before it
		found, set = value.Text(v), true
	}
	if path[0] == "secrets" {
		if !set {
			l.wrong(path, "secrets make reference to an environment key that does not exist: "+name, "set the environment variable "+name)
		}
		return found, set
	}
	v, ok = m.Get("default")
	if set {
		v = found
	} else if !ok {
		l.wrong(path, "configuration makes reference to an environment key that does not exist: "+name,
			"set the environment variable "+name+", or give the entry a default, or pass --var "+path[1]+"=VALUE")
		return nil, false
	}
	typ := m.Value("env_var_type")
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
	if given := l.source.Overrides.Secrets.Value(path[1]); given != nil && len(path) == 2 {
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
	case "env":
		return l.fromEnvironment(m, path)
	case "vault":
		l.wrong(path, "secrets from Vault are not supported",
			"put the secret into an environment variable, and give this entry the type env and the name of the variable as its key")
		return nil, false
	}
	return l.secrets(m, path), true
}

// unused warns of overrides that nothing takes up.
func (l *loader) unused(section string, given, declared *value.Map) {
	var known []string
	for key := range declared.All() {
		known = append(known, key)
	}
	for key := range given.All() {
		do := "declare " + key + " there, or correct the name"
		if near := problem.Near(key, known); len(near) > 0 {
			do = "did you mean '" + near[0] + "'?"
		}
		if !declared.Has(key) {
			l.warn(nil, "the variable "+key+" is given, and the experiment's "+section+" has no such key, so it is not used", do)
		}
	}
}
