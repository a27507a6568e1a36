// Package experiment holds an experiment in the words of the Chaos Toolkit's
// format: experiment, hypothesis, method, rollbacks, activity, tolerance.
//
// An experiment is one value in memory: the mapping that was read. Controls may
// change it while it runs, so it must be read under its lock: see Read and Change.
package experiment

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sync"

	"chaosworkshop.example/runner/internal/value"
)

// Experiment asks one question of a system: does its steady state survive the method?
type Experiment struct {
	// Controlled tells that controls may change the experiment while it runs.
	// Activities are then copied before they are used.
	Controlled bool

	mu      sync.RWMutex
	written *value.Map
	former  map[string][][]any // by list: what stood there before controls put others there
	altered string

	// As the run began:
	first *value.Map            // the top-level keys
	named map[string]*value.Map // what a ref can mean: the last activity of its name
	asked map[*value.Map]asked  // what the run is to show
	order []*value.Map          // its keys, in the experiment's order
}

// asked is an activity of the method or the hypothesis when the run began.
type asked struct {
	list, name string
	basis      *value.Map // nil where no control can change it
}

// The lists of activities.
const (
	Method    = "method"
	Rollbacks = "rollbacks"
	Probes    = "probes" // of the steady-state hypothesis
)

// New takes a mapping for an experiment. It expects one that package check found valid; its error
// names the first thing that has no meaning at all, which only an unchecked experiment can have.
func New(written *value.Map) (*Experiment, error) {
	e := &Experiment{written: written, first: written.Copy(), former: map[string][][]any{}}
	for _, key := range []string{"configuration", "secrets", "steady-state-hypothesis"} {
		if v, ok := written.Get(key); ok && written.Map(key) == nil {
			return nil, fmt.Errorf("%s must be an object, and it is %s", key, value.Kind(v))
		}
	}
	for list, in := range map[string]*value.Map{Method: written, Rollbacks: written, Probes: written.Map("steady-state-hypothesis")} {
		v, ok := in.Get(list)
		items, isList := v.([]any)
		if ok && !isList {
			return nil, fmt.Errorf("%s must be a list of activities, and it is %s", list, value.Kind(v))
		}
		if i := slices.IndexFunc(items, func(item any) bool { _, isMap := item.(*value.Map); return !isMap }); i >= 0 {
			return nil, fmt.Errorf("%s[%d] must be an object, and it is %s", list, i, value.Kind(items[i]))
		}
	}
	return e, nil
}

// Read calls f with the experiment's mapping, under the lock for readers. f must
// neither change nor keep it.
func (e *Experiment) Read(f func(written *value.Map)) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	f(e.written)
}

// Change calls f with the experiment's mapping, under the lock for writers.
func (e *Experiment) Change(f func(written *value.Map)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f(e.written)
}

// Replaced notes, within Change, that another list of activities comes in the place of
// former. A loop that is under way, and the journal, keep the former one, as in the toolkit.
func (e *Experiment) Replaced(list string, former []any) {
	e.former[list] = append(e.former[list], former)
}

// Begin replaces the title, adds the mode in which the run is dry, nil for none, and remembers the
// top-level keys, what refs mean, and what the run is to show, as they are at the start of a run.
func (e *Experiment) Begin(title, dry any) {
	e.Change(func(written *value.Map) {
		if written.Has("title") {
			written.Set("title", title)
		}
		written.Set("dry", dry)
		e.first, e.named, e.asked = written.Copy(), map[string]*value.Map{}, map[*value.Map]asked{}
		isRef := func(item any) bool { return item.(*value.Map).Has("ref") }
		if !e.Controlled && !slices.ContainsFunc(slices.Concat(e.items(Method), e.items(Probes), e.items(Rollbacks)), isRef) {
			return // nobody will ask
		}
		for _, list := range []string{Method, Probes} {
			for _, item := range e.items(list) {
				activity := item.(*value.Map)
				name, ref := activity.AsText("name"), activity.AsText("ref")
				was := asked{list: list, name: name + ref}
				if e.Controlled {
					was.basis = basis(activity.Clone())
				}
				e.asked[activity], e.order = was, append(e.order, activity)
				if ref == "" {
					e.named[name] = activity
				}
			}
		}
	})
}

// Journalled is the experiment as the journal shows it: with what controls have changed within a
// part, without what they have done to the top-level keys. It is to be used under Read.
func (e *Experiment) Journalled() *value.Map {
	shown := &value.Map{}
	for key, v := range e.first.All() {
		if former := e.former[key]; len(former) > 0 {
			v = former[0]
		} else if now := e.written.List(key); now != nil {
			v = now
		}
		shown.Set(key, v)
	}
	return shown
}

// HasHypothesis tells whether there is a hypothesis to check: one with probes.
func (e *Experiment) HasHypothesis() bool { return e.Len(Probes) > 0 }

// Len counts the activities of a list, as it is at this moment.
func (e *Experiment) Len(list string) (n int) {
	e.Read(func(*value.Map) { n = len(e.items(list)) })
	return n
}

func (e *Experiment) items(list string) []any {
	if list == Probes {
		return e.written.Map("steady-state-hypothesis").List("probes")
	}
	return e.written.List(list)
}

// Activities walks over a list, with the index of each activity. Each step takes what
// stands at its place then: controls may change the list meanwhile. At its end it notes
// what was in the list when the run began, and is not any more.
func (e *Experiment) Activities(list string) iter.Seq2[int, *Activity] {
	return func(yield func(int, *Activity) bool) {
		taken, replaced := map[*value.Map]bool{}, 0
		e.Read(func(*value.Map) { replaced = len(e.former[list]) })
		for i := 0; ; i++ {
			a := e.at(list, i, replaced)
			if a == nil {
				break
			}
			if e.Controlled {
				taken[a.Written] = true
			}
			if !yield(i, a) {
				e.Read(func(*value.Map) {
					for _, item := range e.walked(list, replaced) {
						written, _ := item.(*value.Map)
						taken[written] = true
					}
				})
				break
			}
		}
		if !e.Controlled { // nothing can have been taken out
			return
		}
		e.Change(func(*value.Map) {
			for _, written := range e.order {
				if was := e.asked[written]; was.list == list && !taken[written] {
					e.altered = cmp.Or(e.altered, fmt.Sprintf("a control has taken '%s' out of the experiment", was.name))
				}
			}
		})
	}
}

// at is the activity at an index of the list that stood there after so many were
// replaced; nil where the list is shorter.
func (e *Experiment) at(list string, index, replaced int) *Activity {
	e.mu.Lock()
	defer e.mu.Unlock()
	items := e.walked(list, replaced)
	if index >= len(items) {
		return nil
	}
	m, _ := items[index].(*value.Map)
	return e.activity(m)
}

func (e *Experiment) walked(list string, replaced int) []any {
	if former := e.former[list]; replaced < len(former) {
		return former[replaced]
	}
	return e.items(list)
}

// Refresh is an activity of this experiment as it is now.
func (e *Experiment) Refresh(a *Activity) *Activity {
	if !e.Controlled {
		return a
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.activity(a.Written)
}

// activity reads a mapping of the experiment; where controls may change it, a copy of it.
func (e *Experiment) activity(written *value.Map) *Activity {
	if !e.Controlled {
		return NewActivity(written)
	}
	clone := written.Clone()
	a := NewActivity(clone)
	a.Written, a.Basis = written, basis(clone)
	if was, known := e.asked[written]; known && value.Repr(was.basis) != value.Repr(a.Basis) {
		e.altered = cmp.Or(e.altered, fmt.Sprintf("a control has changed '%s'", was.name))
	}
	return a
}

// basis is all of an activity that a proof rests on.
func basis(written *value.Map) *value.Map {
	q := &value.Map{}
	for _, key := range []string{"type", "ref", "provider", "tolerance", "proof", "serves", "background", "pauses"} {
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

// Find is the activity that a ref names, since the run began: the last one of that
// name in the method and then the hypothesis, as the toolkit looks it up; nil for
// none. The second result tells whether it is a probe of the hypothesis.
func (e *Experiment) Find(name string) (found *Activity, ofHypothesis bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	written := e.named[name]
	if written == nil {
		return nil, false
	}
	return e.activity(written), e.asked[written].list == Probes
}

// Altered says what controls have done to what the run is to show: an activity of
// the method or the hypothesis that was not carried out as it was when the run
// began. Empty: nothing. What they add or move does no harm.
func (e *Experiment) Altered() (how string) {
	e.Read(func(*value.Map) { how = e.altered })
	return how
}
