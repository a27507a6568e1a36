package variables

import (
	"context"
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

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

func (s Source) ask(ctx context.Context, activity *value.Map, known *Variables) (any, error) {
	if s.Ask == nil {
		return nil, fmt.Errorf("probes cannot be asked here")
	}
	output, err := s.Ask(ctx, withSecrets(activity, known.Secrets), known)
	if err != nil {
		return nil, err
	}
	answer, _ := output.(*value.Map)
	switch activity.Map("provider").Text("type") {
	case "process":
		return standardOutput(answer)
	case "http":
		body, _ := answer.Get("body")
		return body, nil
	}
	return output, nil
}

// standardOutput of a process that went well, without the white space around it.
func standardOutput(answer *value.Map) (any, error) {
	code, _ := answer.Get("status")
	if !value.Equal(code, int64(0)) {
		return nil, fmt.Errorf("exit code %s", value.Text(code))
	}
	out, _ := answer.Get("stdout")
	return strings.TrimSpace(value.Text(out)), nil
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
