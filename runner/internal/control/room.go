package control

import (
	"fmt"
	"sync"

	"chaosworkshop.example/runner/internal/value"
)

// mostAdded is how many values and keys all controls of a run may add to it. (Their configuration and
// secrets have the room of one answer of Python's.)
const mostAdded = 2_000_000

// room is what controls have added to a run so far.
type room struct {
	mu     sync.Mutex
	values int64
	warned bool
}

// weight is how many values and keys something has, and about how many bytes these take.
type weight struct{ values, bytes int64 }

func weigh(v any) (w weight) {
	const one = 64 // bytes of a value, beside its text; as for outputs
	add := func(more weight) { w.values, w.bytes = w.values+more.values, w.bytes+more.bytes }
	w = weight{1, one}
	switch v := v.(type) {
	case string:
		w.bytes += int64(len(v))
	case []byte:
		w.bytes += int64(len(v))
	case []any:
		for _, item := range v {
			add(weigh(item))
		}
	case *value.Map:
		for key, item := range v.All() {
			add(weight{1, one + int64(len(key))})
			add(weigh(item))
		}
	}
	return w
}

// weights are those of what a function can add to. The output of an activity has its bytes counted
// among all outputs.
func (c *call) weights(experiment, context, state any) map[string]weight {
	all := map[string]weight{"experiment": weigh(experiment), "context": weigh(context), "state": weigh(state)}
	if m, isMap := state.(*value.Map); isMap && c.level == "activity" {
		w := all["state"]
		w.bytes -= weigh(m.Value("output")).bytes
		all["state"] = w
	}
	return all
}

// admit takes out of what a function has changed the parts for which there is no room.
func (c *Controls) admit(call call, was map[string]weight, changed *value.Map) {
	var now map[string]weight
	c.Experiment.Read(func(*value.Map) { // what has not changed may be shared with it
		now = call.weights(changed.Value("experiment"), changed.Value("context"), changed.Value("state"))
	})
	for _, part := range []string{"experiment", "context", "state"} {
		if !changed.Has(part) || part == "context" && changed.Has("experiment") { // it is in there
			continue
		}
		if c.hasRoom(weight{now[part].values - was[part].values, now[part].bytes - was[part].bytes}) {
			continue
		}
		if changed.Delete(part); part == "experiment" {
			changed.Delete("context")
		}
		c.room.mu.Lock()
		first := !c.room.warned
		c.room.warned = true
		c.room.mu.Unlock()
		said := fmt.Sprintf("what the control '%s' has changed in the %s is left out", call.Control, part)
		if !first {
			c.Log.Debug(said)
			continue
		}
		c.Log.Warn(said + ": all controls of a run together may add 2,000,000 values, and no more bytes than the outputs leave. Later parts that are too large are left out, too")
	}
}

func (c *Controls) hasRoom(more weight) bool {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	if more.values > 0 && c.room.values+more.values > mostAdded || c.Reserve != nil && !c.Reserve(more.bytes) {
		return false
	}
	c.room.values += more.values
	return true
}
