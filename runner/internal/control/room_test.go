package control

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
)

// TestRoom: what controls add has a limit, of values and of bytes. What is too much is left out, and
// what is small has room after that. Outputs of activities have their bytes counted elsewhere.
func TestRoom(t *testing.T) {
	many, large := make([]any, mostAdded*3/4), strings.Repeat("x", 1000)
	for name, c := range map[string]struct {
		part  string
		adds  []any // call by call
		taken []bool
	}{
		"values in the state":      {"state", []any{many, many, int64(1)}, []bool{true, false, true}},
		"values in the context":    {"context", []any{many, many, int64(1)}, []bool{true, false, true}},
		"values in the experiment": {"experiment", []any{many, append(many[:10:10], many...), int64(1)}, []bool{true, true, true}},
		"bytes in the state":       {"state", []any{large, large, "x"}, []bool{true, false, true}},
		"bytes in the context":     {"context", []any{large, large, "x"}, []bool{true, false, true}},
	} {
		f, log := &fake{}, &bytes.Buffer{}
		set, left := aSet(f, declaration("a")), int64(1500)
		set.Log = slog.New(slog.NewTextHandler(log, nil))
		if strings.HasPrefix(name, "bytes") {
			set.Reserve = func(bytes int64) bool {
				had := bytes <= left
				if had {
					left -= bytes
				}
				return had
			}
		}
		for i, added := range c.adds {
			activity, output := value.MapOf("name", "x"), value.MapOf("output", strings.Repeat("y", 5000))
			f.answer = func(call worker.ControlCall) (worker.ControlResult, error) {
				written, _ := map[string]any{"state": call.State, "context": call.Context, "experiment": call.Experiment}[c.part].(*value.Map)
				changed := written.Copy()
				changed.Set("note", added)
				return worker.ControlResult{Changed: value.MapOf(c.part, changed)}, nil
			}
			adopted := false
			set.After(t.Context(), "activity", activity, func() any { return output }, func(any) { adopted = true })
			taken := map[string]bool{"state": adopted, "context": activity.Has("note"), "experiment": false}
			set.Experiment.Read(func(written *value.Map) { taken["experiment"] = value.Equal(written.Value("note"), added) })
			if taken[c.part] != c.taken[i] {
				t.Errorf("%s: call %d was taken over: %t", name, i+1, taken[c.part])
			}
		}
		if refuses := c.taken[1] == false; strings.Contains(log.String(), "what the control 'a' has changed in the "+c.part+" is left out: all controls") != refuses {
			t.Errorf("%s: the log says %q", name, log)
		}
	}
}
