package verdict

import (
	"cmp"
	"fmt"
	"time"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/weight"
)

// Instant is a time as Python's isoformat writes it, in UTC to the microsecond.
func Instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

// Value is the run as the journal has it, its keys in the toolkit's order.
func (r *Run) Value() *value.Map {
	m := value.MapOf("activity", r.Activity, "output", r.Output, "start", Instant(r.Start))
	if r.Status != "" {
		m.Set("status", r.Status)
	}
	if r.Failed() { // the end of a Python traceback
		m.Set("exception", []any{"chaoslib.exceptions.ActivityFailed: " + r.Reason + "\n"})
	}
	if !r.End.IsZero() {
		m.Set("end", Instant(r.End))
		m.Set("duration", r.End.Sub(r.Start).Seconds())
	}
	if r.journalled != nil {
		m = r.journalled.Copy()
	}
	if r.ToleranceMet != nil { // which comes after the controls of the activity
		m.Set("tolerance_met", *r.ToleranceMet)
	}
	return m
}

// KeepAs lets the journal have m for the run, in which it was read.
func (r *Run) KeepAs(m *value.Map) { r.journalled = m }

// Values are the runs as the journal has them.
func (runs Runs) Values() []any {
	list := make([]any, len(runs))
	for i, r := range runs {
		list[i] = r.Value()
		if r.other != nil {
			list[i] = *r.other
		}
	}
	return list
}

// Value is the pass as the journal has it; nil for none.
func (s *State) Value() any {
	switch {
	case s == nil:
		return nil
	case s.journalled != nil:
		return s.journalled
	}
	var met any
	if s.Met != nil {
		met = *s.Met
	}
	return value.MapOf("steady_state_met", met, "probes", s.Runs.Values())
}

// Shorten leaves the long parts of the output out and says why.
func (r *Run) Shorten(why string) {
	r.Output, r.measured = withoutLong(r.Output, why), nil
	if r.journalled != nil {
		r.journalled = r.journalled.Copy()
		r.journalled.Set("output", r.Output)
	}
}

// longPart is the size in bytes from which on a part of an output is left out where there is no room for it.
const longPart = 4 << 10

// withoutLong is an output without its long parts: what http and process answer keeps its status.
func withoutLong(output any, why string) any {
	n := weight.Of(output).Bytes
	parts, isMap := output.(*value.Map)
	switch {
	case n <= longPart:
		return output
	case !isMap || !parts.Has("status"):
		return fmt.Sprintf("(left out: %d bytes; %s)", n, why)
	}
	kept := &value.Map{}
	for key, part := range parts.All() {
		if key != "status" {
			part = withoutLong(part, why)
		}
		kept.Set(key, part)
	}
	return kept
}

// Adopt takes over what controls have changed in the run as the journal has it.
func (r *Run) Adopt(changed any) {
	m, ok := changed.(*value.Map)
	if !ok || value.Repr(m) == value.Repr(r.Value()) {
		return
	}
	r.journalled = m
	activity := m.Map("activity")
	for key, v := range activity.All() {
		if own, _ := r.Activity.Get(key); value.Repr(own) == value.Repr(v) {
			activity.Set(key, own) // still a part of the experiment, as in the toolkit
		}
	}
	r.Name = cmp.Or(activity.Text("name"), r.Name)
	if output, _ := m.Get("output"); !value.Equal(output, r.Output) {
		if !r.changed {
			r.measured, r.changed = r.Output, true
		}
		r.Output = output
	}
	if word := m.AsText("status"); word != r.Status {
		r.Status, r.Reason = word, "a control says so"
		r.Decided = fmt.Sprintf("a control set the status of '%s' to '%s'", r.Name, word)
	}
	if met, ok := m.Get("tolerance_met"); r.ToleranceMet != nil && met != *r.ToleranceMet || r.ToleranceMet == nil && ok && met != true {
		r.Decided = fmt.Sprintf("a control set tolerance_met of '%s' to %s", r.Name, value.Text(met))
	}
}

// Adopt takes over what controls have changed in a pass over the hypothesis.
func (s *State) Adopt(changed any) {
	m, ok := changed.(*value.Map)
	if !ok || value.Repr(m) == value.Repr(s.Value()) {
		s.Decided = s.Decided || !ok
		return
	}
	runs, taken := s.Runs.adopt(m.List("probes"))
	s.Runs, s.Decided = runs, s.Decided || len(taken) > 0
	s.journalled = m
	met, _ := m.Get("steady_state_met")
	if word, isBool := met.(bool); isBool != (s.Met != nil) || isBool && word != *s.Met {
		s.Decided, s.Met = true, nil
		if truthy := value.Truthy(met); met != nil {
			s.Met = &truthy
		}
	}
}

// AdoptRun takes over what controls have changed in the list of the method's runs.
func (r *Result) AdoptRun(changed any) {
	var taken Runs
	if r.Run, taken = r.Run.adopt(changed); len(taken) > 0 {
		r.Decided = fmt.Sprintf("a control took the run of '%s' out of the journal", taken[0].Name)
	}
}

// AdoptRollbacks takes over what controls have changed in the list of rollbacks. One
// that they have taken out counts all the same: it may not have worked.
func (r *Result) AdoptRollbacks(changed any) {
	var taken Runs
	r.Rollbacks, taken = r.Rollbacks.adopt(changed)
	r.taken = append(r.taken, taken...)
}

// adopt takes over what controls have changed in a list of runs, which they may lengthen and
// shorten: it returns the runs that the list has now, and those that it has no more.
func (runs Runs) adopt(state any) (now, taken Runs) {
	changed, isList := state.([]any)
	if !isList {
		return runs, nil
	}
	known := make(map[string]*Run, len(runs))
	for _, r := range runs {
		known[key(r.Value())] = r
	}
	now = make(Runs, 0, len(changed))
	for i, item := range changed {
		m, isMap := item.(*value.Map)
		r := known[key(m)]
		if r == nil && isMap && len(changed) == len(runs) {
			r = runs[i]
		}
		if r == nil {
			activity := m.Map("activity")
			r = &Run{Activity: activity, Name: activity.Text("name"), Action: activity.Text("type") == "action", Decided: "a control has added a run"}
		}
		if !isMap {
			r.other = &item
		}
		delete(known, key(r.Value()))
		r.Adopt(item)
		now = append(now, r)
	}
	for _, r := range runs {
		if known[key(r.Value())] == r {
			taken = append(taken, r)
		}
	}
	return now, taken
}

// key tells one run from another: no two start at the same moment with the same name.
func key(m *value.Map) string { return m.Map("activity").Text("name") + " " + m.Text("start") }

// EachChanged calls judge for each run whose output a control has changed since it
// was judged, with the part of the run as the journal calls it.
func (r *Result) EachChanged(judge func(run *Run, part string)) {
	for i, runs := range []Runs{r.probes(), r.Run, r.Rollbacks} {
		for _, run := range runs {
			if run.changed {
				judge(run, []string{"before", "method", "rollback"}[i])
			}
		}
	}
}

// Adopt takes over what controls have changed in the journal of the whole run.
func (r *Result) Adopt(before, after *value.Map) {
	if value.Equal(before, after) {
		return
	}
	r.AdoptRun(after.List("run"))
	r.AdoptRollbacks(after.List("rollbacks"))
	states := after.Map("steady_states")
	for name, s := range map[string]*State{"before": r.Before, "after": r.After} {
		if now, _ := states.Get(name); s != nil {
			s.Adopt(now)
		} else if now != nil {
			r.Decided = "a control has added a pass over the hypothesis"
		}
	}
	during := states.List("during")
	for i, s := range r.During {
		if i < len(during) {
			s.Adopt(during[i])
		} else {
			s.Decided = true
		}
	}
	if len(during) > len(r.During) {
		r.Decided = "a control has added a pass over the hypothesis"
	}
	if word := after.AsText("status"); word != r.Status {
		if word == "interrupted" && r.Stop == nil {
			r.Stop = &Stop{Why: "a control set the status of the run to 'interrupted'"}
		}
		r.Status, r.statusSet = word, word != "completed" && word != "deviated"
		r.Decided = fmt.Sprintf("a control set the status of the run to '%s'", word)
	}
	deviated, _ := after.Get("deviated")
	if is := value.Truthy(deviated); is != r.Deviated {
		r.Deviated = is
		r.Decided = map[bool]string{true: "a control says that the steady state deviated", false: "a control says that the steady state did not deviate"}[is]
	}
}
