package control

import (
	"fmt"
	"sync"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/weight"
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

// weights are those of what a function can add to. The output of an activity has its bytes counted
// among all outputs.
func (c *call) weights(experiment, context, state any) map[string]weight.Weight {
	all := map[string]weight.Weight{"experiment": weight.Of(experiment), "context": weight.Of(context), "state": weight.Of(state)}
	if m, isMap := state.(*value.Map); isMap && c.level == "activity" {
		w := all["state"]
		w.Bytes -= weight.Of(m.Value("output")).Bytes
		all["state"] = w
	}
	return all
}

// admit takes out of what a function has changed the parts for which there is no room.
func (c *Controls) admit(call call, was map[string]weight.Weight, changed *value.Map) {
	var now map[string]weight.Weight
	c.Experiment.Read(func(*value.Map) { // what has not changed may be shared with it
		now = call.weights(changed.Value("experiment"), changed.Value("context"), changed.Value("state"))
	})
	for _, part := range []string{"experiment", "context", "state"} {
		if !changed.Has(part) || part == "context" && changed.Has("experiment") { // it is in there
			continue
		}
		if c.hasRoom(now[part].Minus(was[part])) {
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

func (c *Controls) hasRoom(more weight.Weight) bool {
	c.room.mu.Lock()
	defer c.room.mu.Unlock()
	if more.Values > 0 && c.room.values+more.Values > mostAdded || c.Reserve != nil && !c.Reserve(more.Bytes) {
		return false
	}
	c.room.values += more.Values
	return true
}
