// Package control is what runs around the levels of an experiment and around its
// activities: Python modules that an experiment, the settings or a file name, and
// a person who is asked before each activity.
package control

import (
	"chaosworkshop.example/runner/internal/value"
)

// Control is one declaration.
type Control struct {
	Name      string
	Module    string // of a Python control; one of any other kind does nothing
	Scope     string // before or after; empty: both
	Manual    bool   // automatic: false; declared for the experiment, it runs at no other level
	Arguments *value.Map
	Declared  *value.Map
}

// Declared reads the controls that a mapping declares under the key controls. A
// ref stands for the control of that name among known.
func Declared(in *value.Map, known []Control) []Control {
	raw, _ := in.Get("controls")
	list, _ := raw.([]any)
	var controls []Control
	for _, item := range list {
		m, ok := item.(*value.Map)
		if !ok {
			continue
		}
		if ref, ok := m.Get("ref"); ok {
			controls = append(controls, named(known, value.Text(ref))...)
			continue
		}
		controls = append(controls, newControl(m))
	}
	return controls
}

// ByName reads the controls of the settings or of a control file: a mapping from
// names to declarations.
func ByName(all *value.Map) []Control {
	var controls []Control
	for name, item := range all.All() {
		if m, ok := item.(*value.Map); ok {
			m = m.Copy()
			m.Set("name", name)
			controls = append(controls, newControl(m))
		}
	}
	return controls
}

func newControl(m *value.Map) Control {
	c := Control{Name: text(m, "name"), Scope: text(m, "scope"), Declared: m}
	if automatic, ok := m.Get("automatic"); ok {
		c.Manual = !value.Truthy(automatic)
	}
	raw, _ := m.Get("provider")
	provider, _ := raw.(*value.Map)
	if text(provider, "type") == "python" {
		c.Module = text(provider, "module")
	}
	arguments, _ := provider.Get("arguments")
	c.Arguments, _ = arguments.(*value.Map)
	return c
}

func named(controls []Control, name string) []Control {
	for _, c := range controls {
		if c.Name == name {
			return []Control{c}
		}
	}
	return nil
}

func text(m *value.Map, key string) string {
	v, _ := m.Get(key)
	s, _ := v.(string)
	return s
}
