package variables

import (
	"context"

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
	l.unused()
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
