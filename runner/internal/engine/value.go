package engine

import (
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// Value is the run as the journal has it, its keys in the toolkit's order.
func (r *Run) Value() *value.Map {
	m := value.MapOf("activity", r.Activity, "output", r.Output, "start", Instant(r.Start))
	if r.Status != "" {
		m.Set("status", string(r.Status))
	}
	if r.Exception != nil {
		lines := make([]any, len(r.Exception))
		for i, line := range r.Exception {
			lines[i] = line
		}
		m.Set("exception", lines)
	}
	if !r.End.IsZero() {
		m.Set("end", Instant(r.End))
		m.Set("duration", r.Duration().Seconds())
	}
	if r.ToleranceMet != nil {
		m.Set("tolerance_met", *r.ToleranceMet)
	}
	for key, v := range r.added.All() {
		m.Set(key, v)
	}
	return m
}

// Value is the pass as the journal has it; nil for none.
func (s *State) Value() any {
	if s == nil {
		return nil
	}
	var met any
	if s.Met != nil {
		met = *s.Met
	}
	return value.MapOf("steady_state_met", met, "probes", valuesOf(s.Runs))
}

func valuesOf(runs []*Run) []any {
	list := make([]any, len(runs))
	for i, r := range runs {
		list[i] = r.Value()
	}
	return list
}

// Instant is a time as Python's isoformat writes it, in UTC to the microsecond.
func Instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

// adopt takes over what controls have changed in the run as the journal has it.
func (r *Run) adopt(changed any) {
	m, ok := changed.(*value.Map)
	if !ok {
		return
	}
	before := r.Value()
	for key, v := range m.All() {
		old, known := before.Get(key)
		if known && value.Equal(old, v) {
			continue
		}
		switch key {
		case "output":
			r.Output = v
		case "status":
			r.Status = RunStatus(value.Text(v))
			r.reason = "a control says so"
		default:
			if r.added == nil {
				r.added = &value.Map{}
			}
			r.added.Set(key, v)
		}
	}
}

// adopt takes over what controls have changed in a pass over the hypothesis.
func (s *State) adopt(changed any) {
	m, _ := changed.(*value.Map)
	if met, ok := m.Get("steady_state_met"); ok {
		if b, isBool := met.(bool); isBool {
			s.Met = &b
		}
	}
	probes, _ := m.Get("probes")
	list, _ := probes.([]any)
	for i, v := range list[:min(len(list), len(s.Runs))] {
		s.Runs[i].adopt(v)
	}
}
