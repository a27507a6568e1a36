// Package experiment holds the words of an experiment, as the Chaos Toolkit's
// format has them: experiment, hypothesis, activity, tolerance, provider.
//
// Each word keeps the mapping that it was written as, because the journal shows
// an experiment as it was written.
package experiment

import (
	"fmt"

	"chaosworkshop.example/runner/internal/value"
)

// Experiment asks one question of a system: does its steady state survive the
// method?
type Experiment struct {
	Title         string
	Hypothesis    *Hypothesis // nil where the experiment only explores
	Method        []*Activity
	Rollbacks     []*Activity
	Configuration *value.Map
	Secrets       *value.Map
	Written       *value.Map
}

// Hypothesis is what "steady" means for the system: probes, each with the
// tolerance that its output must lie within.
type Hypothesis struct {
	Title   string
	Probes  []*Activity
	Written *value.Map
}

// New reads the words out of an experiment's mapping. It expects one that
// package check found valid; its error names the first thing that has no
// meaning at all, which only an unchecked experiment can have.
func New(written *value.Map) (*Experiment, error) {
	e := &Experiment{Written: written, Title: text(written, "title")}
	var err error
	if e.Method, err = activities(written, "method"); err != nil {
		return nil, err
	}
	if e.Rollbacks, err = activities(written, "rollbacks"); err != nil {
		return nil, err
	}
	if e.Configuration, err = mapping(written, "configuration"); err != nil {
		return nil, err
	}
	if e.Secrets, err = mapping(written, "secrets"); err != nil {
		return nil, err
	}
	e.Hypothesis, err = hypothesis(written)
	return e, err
}

// hypothesis is nil also for one without probes: there is nothing to ask.
func hypothesis(written *value.Map) (*Hypothesis, error) {
	h, err := mapping(written, "steady-state-hypothesis")
	if h == nil || err != nil {
		return nil, err
	}
	probes, err := activities(h, "probes")
	if len(probes) == 0 || err != nil {
		return nil, err
	}
	title, _ := h.Get("title")
	return &Hypothesis{Title: value.Text(title), Probes: probes, Written: h}, nil
}

func activities(in *value.Map, key string) ([]*Activity, error) {
	raw, ok := in.Get(key)
	if !ok {
		return nil, nil
	}
	list, ok := raw.([]any)
	if !ok {
		return nil, fmt.Errorf("%s must be a list of activities", key)
	}
	all := make([]*Activity, len(list))
	for i, item := range list {
		m, ok := item.(*value.Map)
		if !ok {
			return nil, fmt.Errorf("%s[%d] must be a mapping", key, i)
		}
		all[i] = NewActivity(m)
	}
	return all, nil
}

func mapping(in *value.Map, key string) (*value.Map, error) {
	raw, ok := in.Get(key)
	if !ok {
		return nil, nil
	}
	m, ok := raw.(*value.Map)
	if !ok {
		return nil, fmt.Errorf("%s must be a mapping", key)
	}
	return m, nil
}

// Find returns the activity that a ref names: the last one of that name in the
// method and then the hypothesis, as the toolkit looks it up; nil for none.
func (e *Experiment) Find(name string) *Activity {
	var found *Activity
	all := e.Method
	if e.Hypothesis != nil {
		all = append(all[:len(all):len(all)], e.Hypothesis.Probes...)
	}
	for _, a := range all {
		if a.Name == name && a.Ref == "" {
			found = a
		}
	}
	return found
}
