// Package control is what runs around the levels of an experiment and around its
// activities: Python modules that an experiment, the settings or a file name, and
// a person who is asked before each activity.
package control

import "chaosworkshop.example/runner/internal/value"

// Control is one declaration of a control.
type Control struct {
	Name      string
	Module    string     // the Python module; a control of any other kind does nothing
	Scope     string     // before or after; empty: both
	Manual    bool       // automatic: false; declared for the experiment, it runs at no other level
	Arguments *value.Map // of its provider, with ${name} as written; nil for none
	Declared  *value.Map // the whole declaration
}

// Declared reads the controls that a mapping declares under the key controls. A
// ref stands for the control of that name among known.
func Declared(in *value.Map, known []Control) []Control {
	var controls []Control
	for _, item := range in.List("controls") {
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

// newControl reads one declaration; what is missing or of the wrong type is empty.
func newControl(m *value.Map) Control {
	provider := m.Map("provider")
	c := Control{Name: m.Text("name"), Scope: m.Text("scope"), Arguments: provider.Map("arguments"), Declared: m}
	if automatic, ok := m.Get("automatic"); ok {
		c.Manual = !value.Truthy(automatic)
	}
	if provider.Text("type") == "python" {
		c.Module = provider.Text("module")
	}
	return c
}

// named is the first control of a name, alone; nil for none.
func named(controls []Control, name string) []Control {
	for _, c := range controls {
		if c.Name == name {
			return []Control{c}
		}
	}
	return nil
}
