// Package value holds the values that JSON, YAML and Python share, and treats
// them as Python does: an integer is not a float, a mapping keeps its order,
// True equals 1.
//
// A value is one of nil, bool, int64, *big.Int (an integer beyond int64),
// float64, string, []byte, []any and *Map. Nothing else ever reaches this package.
package value

import "iter"

// Map is a mapping from text to values that remembers the order in which its
// keys came, as a Python dict does. The zero Map is empty and ready for use;
// a nil *Map can be read.
type Map struct {
	keys   []string
	values map[string]any
}

// MapOf makes a Map of alternating keys and values. It panics on a key that is
// not a string: it is meant for literals.
func MapOf(pairs ...any) *Map {
	m := &Map{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1])
	}
	return m
}

// Get returns the value of key and whether the key is there.
func (m *Map) Get(key string) (any, bool) {
	if m == nil {
		return nil, false
	}
	v, ok := m.values[key]
	return v, ok
}

// Text is the text at key, empty where there is none or where it is no text.
func (m *Map) Text(key string) string {
	v, _ := m.Get(key)
	s, _ := v.(string)
	return s
}

// Map is the mapping at key, nil where there is none or where it is no mapping.
func (m *Map) Map(key string) *Map {
	v, _ := m.Get(key)
	inner, _ := v.(*Map)
	return inner
}

// List is the list at key, nil where there is none or where it is no list.
func (m *Map) List(key string) []any {
	v, _ := m.Get(key)
	list, _ := v.([]any)
	return list
}

// Has tells whether key is there, be its value nil or not.
func (m *Map) Has(key string) bool {
	_, ok := m.Get(key)
	return ok
}

// Set gives key a value. A new key goes last, a known one keeps its place.
func (m *Map) Set(key string, v any) {
	if m.values == nil {
		m.values = make(map[string]any)
	}
	if _, known := m.values[key]; !known {
		m.keys = append(m.keys, key)
	}
	m.values[key] = v
}

// Delete takes key out, if it is there.
func (m *Map) Delete(key string) {
	if !m.Has(key) {
		return
	}
	delete(m.values, key)
	for i, k := range m.keys {
		if k == key {
			m.keys = append(m.keys[:i:i], m.keys[i+1:]...)
			return
		}
	}
}

// Len counts the keys.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return len(m.keys)
}

// All walks keys and values in order.
func (m *Map) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		if m == nil {
			return
		}
		for _, k := range m.keys {
			if !yield(k, m.values[k]) {
				return
			}
		}
	}
}

// Copy returns a mapping of its own with the same keys and values; what lies
// deeper is shared.
func (m *Map) Copy() *Map {
	c := &Map{}
	for k, v := range m.All() {
		c.Set(k, v)
	}
	return c
}
