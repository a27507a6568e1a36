package tolerance

import (
	"context"
	"errors"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// inProbe asks the tolerance's own activity, which gets the output as its
// argument value. What Python calls true is within.
func (j Judge) inProbe(ctx context.Context, t *value.Map, output any) (bool, error) {
	activity, err := handOver(t, output)
	if err != nil {
		return false, err
	}
	if j.Ask == nil {
		return false, unmeasured("a tolerance of type probe cannot be asked here", "use a tolerance of another type")
	}
	answer, err := j.Ask(ctx, activity)
	var failed *experiment.Failed
	switch {
	case errors.As(err, &failed):
		return false, nil
	case err != nil:
		return false, err
	}
	return value.Truthy(answer), nil
}

// handOver copies the activity, down to where the output goes in.
func handOver(t *value.Map, output any) (*value.Map, error) {
	written, _ := t.Get("provider")
	provider, ok := written.(*value.Map)
	if !ok {
		return nil, unmeasured("the tolerance is a probe without a provider", "give it a provider, as any probe has")
	}
	given, _ := provider.Get("arguments")
	arguments, ok := given.(*value.Map)
	if !ok && given != nil {
		return nil, unmeasured("the arguments of the tolerance's probe are "+sortOf(given)+", so they have no place for the value to judge",
			"write the arguments as a mapping")
	}
	arguments = arguments.Copy()
	arguments.Set("value", output)
	activity, provider := t.Copy(), provider.Copy()
	provider.Set("arguments", arguments)
	activity.Set("provider", provider)
	return activity, nil
}
