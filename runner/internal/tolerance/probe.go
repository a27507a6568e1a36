package tolerance

import (
	"context"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// probe is a tolerance of type probe: an activity of its own, which gets the output
// as its argument value and answers what Python calls true.
type probe struct{ mapping }

func (t probe) Give(output any) {
	if arguments := t.Map.Map("provider").Map("arguments"); arguments != nil {
		arguments.Set("value", output)
	}
}

// AlwaysMet: a process and an HTTP call answer with a mapping that is not empty,
// which Python calls true.
func (t probe) AlwaysMet() bool {
	_, answersMapping := partsOf[t.provider()]
	return answersMapping
}

func (t probe) provider() string { return t.Map.Map("provider").Text("type") }

func (t probe) Warnings(string) []problem.Finding {
	if !t.AlwaysMet() {
		return nil
	}
	return warning("the tolerance is always met: any answer of a "+t.provider()+" probe counts as true",
		"use a python function that returns true or false, or a tolerance of another type", "provider", "type")
}

// Within asks a copy of the activity about the output.
func (t probe) Within(ctx context.Context, output any) (bool, error) {
	provider := t.Map.Map("provider")
	arguments := provider.Map("arguments")
	given := provider.Value("arguments")
	switch {
	case provider == nil:
		return false, unmeasured("the tolerance is a probe without a provider", "give it a provider, as any probe has")
	case given != nil && arguments == nil:
		return false, unmeasured("the arguments of the tolerance's probe are "+value.Kind(given)+", so they have no place for the value to judge",
			"write the arguments as an object")
	case t.surroundings.Ask == nil:
		return false, unmeasured("a tolerance of type probe cannot be asked here", "use a tolerance of another type")
	}
	activity, provider, arguments := t.Copy(), provider.Copy(), arguments.Copy()
	arguments.Set("value", output)
	provider.Set("arguments", arguments)
	activity.Set("provider", provider)
	answer, err := t.surroundings.Ask(ctx, activity)
	return err == nil && value.Truthy(answer), err
}

func (t probe) Wanted(any) string { return `a true answer from the probe "` + t.line("name") + `"` }
