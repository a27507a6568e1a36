package verdict

import (
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// A warning counts in each check of the hypothesis: the source may be changed during the run.
func TestWarning(t *testing.T) {
	for _, state := range []func(r *Result) *State{
		func(r *Result) *State { return r.Before },
		func(r *Result) *State { return r.After },
	} {
		r := held()
		served(r, "a", "a")
		if got := r.Warning(); got != "" {
			t.Errorf("without a warning: %q", got)
		}
		state(r).Runs[0].Output = value.MapOf("headers", value.MapOf("Server", "a", "Warning", `199 service "stop me"`))
		if got := r.Warning(); got != "stop me" {
			t.Errorf("got %q", got)
		}
		if word := r.Judge().Word; word != Held {
			t.Errorf("the verdict is %s", word)
		}
	}
}

func TestWarningOf(t *testing.T) {
	for header, want := range map[string]string{
		`199 service "stop it"`: "stop it", `110 - "Response is stale"`: "", "": "", "199": "",
	} {
		r := held()
		served(r, "a", "a")
		r.Before.Runs[0].Output = value.MapOf("headers", value.MapOf("Warning", header))
		if got := r.Warning(); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
}
