package experiment

import (
	"fmt"

	"chaosworkshop.example/runner/internal/value"
)

// asked is an activity when the run began.
type asked struct {
	list, name string
	question   *value.Map
}

// question is all of an activity that a proof rests on.
func question(written *value.Map) *value.Map {
	q := &value.Map{}
	for _, key := range []string{"type", "ref", "provider", "tolerance", "proof", "background", "pauses"} {
		if v, ok := written.Get(key); ok {
			q.Set(key, v)
		}
	}
	if own := written.Map("tolerance"); own.Text("type") == Probe { // the run itself writes the value that it judges
		own = own.Clone()
		own.Map("provider").Map("arguments").Delete("value")
		q.Set("tolerance", own)
	}
	return q
}

// rememberQuestions keeps what the run is to show, where controls may change it.
func (e *Experiment) rememberQuestions() {
	if !e.Controlled {
		return
	}
	e.asked = map[*value.Map]asked{}
	for _, list := range []string{Method, Probes} {
		for _, item := range e.items(list) {
			m := item.(*value.Map)
			e.asked[m] = asked{list, m.Str("name") + m.Str("ref"), question(m.Clone())}
		}
	}
}

// compare notes an activity that is not what it was when the run began.
func (e *Experiment) compare(a *Activity) {
	was, known := e.asked[a.Written]
	if !known || e.altered != "" || value.Repr(was.question) == value.Repr(a.Question) {
		return
	}
	e.altered = fmt.Sprintf("a control has changed '%s'", was.name)
}

// noteMissing notes an activity that was in a list when the run began, and that was
// not taken from it.
func (e *Experiment) noteMissing(list string, taken map[*value.Map]bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for written, was := range e.asked {
		if was.list == list && !taken[written] && e.altered == "" {
			e.altered = fmt.Sprintf("a control has taken '%s' out of the experiment", was.name)
		}
	}
}

// Altered says what controls have done to what the run is to show: an activity of
// the method or the hypothesis that was not carried out as it was when the run
// began. Empty: nothing. What they add or move does no harm.
func (e *Experiment) Altered() string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.altered
}
