package variables

import (
	"context"
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Source is everything that values come from.
type Source struct {
	Configuration *value.Map // as the experiment has it
	Secrets       *value.Map // as the experiment has them
	Overrides     Overrides
	// Environment looks one variable up, as os.LookupEnv does.
	Environment func(name string) (string, bool)
	// Secret is told the secrets as soon as they are known, before any probe is
	// asked; nil: nobody wants to know.
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
	for _, f := range all {
		if !f.Warning {
			return v, all
		}
	}
	return v, append(all, s.measure(ctx, v)...)
}

func (s Source) load() (*Variables, []problem.Finding) {
	l := loader{source: s}
	v := &Variables{Configuration: l.configuration(), Secrets: l.secrets(s.Secrets, []string{"secrets"})}
	l.unused("configuration", &s.Overrides.Configuration, s.Configuration)
	l.unused("secrets", &s.Overrides.Secrets, s.Secrets)
	if s.Secret != nil {
		s.Secret(v.Secrets)
	}
	return v, l.findings
}

// lookup asks what the dotenv files set before the real environment.
func (s Source) lookup(name string) (string, bool) {
	if v, ok := s.Overrides.Environment.Get(name); ok {
		return value.Text(v), true
	}
	if s.Environment == nil {
		return "", false
	}
	return s.Environment(name)
}

// measure asks the probes among the configuration, in order, and puts what they
// found in their place.
func (s Source) measure(ctx context.Context, v *Variables) []problem.Finding {
	var all []problem.Finding
	known := &value.Map{}
	for key, entry := range v.Configuration.All() {
		activity, ok := entry.(*value.Map)
		if !ok || activity.Text("type") != probeType {
			known.Set(key, entry)
			continue
		}
		found, err := s.ask(ctx, activity, &Variables{Configuration: known.Copy(), Secrets: v.Secrets})
		if err != nil {
			all = append(all, problem.Finding{Path: []string{"configuration", key}, Warning: true,
				What: "the probe of the configuration key " + key + " failed, so ${" + key + "} stays as it is written: " + err.Error(),
				Do:   "correct the probe, or pass --var " + key + "=VALUE"})
			continue
		}
		known.Set(key, found)
	}
	v.Configuration = known
	return all
}

// ask asks one probe and takes the value out of its provider's answer.
func (s Source) ask(ctx context.Context, activity *value.Map, known *Variables) (any, error) {
	output, err := s.Ask(ctx, withSecrets(activity, known.Secrets), known)
	if err != nil {
		return nil, err
	}
	answer, _ := output.(*value.Map)
	switch activity.Map("provider").Text("type") {
	case "process":
		if code, _ := answer.Get("status"); !value.Equal(code, int64(0)) {
			return nil, fmt.Errorf("exit code %s", value.Text(code))
		}
		out, _ := answer.Get("stdout")
		return strings.TrimSpace(value.Text(out)), nil
	case "http":
		body, _ := answer.Get("body")
		return body, nil
	}
	return output, nil
}

// withSecrets lets a Python function have every group of secrets: the toolkit
// does so for these probes, whatever they ask for.
func withSecrets(activity, secrets *value.Map) *value.Map {
	from := activity.Map("provider").Copy()
	groups := []any{}
	for name := range secrets.All() {
		groups = append(groups, name)
	}
	from.Set("secrets", groups)
	activity = activity.Copy()
	activity.Set("provider", from)
	return activity
}
