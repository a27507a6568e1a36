// Package value holds the values that JSON, YAML and Python share, and treats them as
// Python does: an integer is not a float, a mapping keeps its order, True equals 1.
//
// A value is one of nil, bool, int64, *big.Int (an integer beyond int64),
// float64, string, []byte, []any and *Map. Nothing else ever reaches this package.
package value

import (
	"iter"
	"slices"
)

// Map is a mapping from text to values that remembers the order in which its keys came, as a
// Python dict does. The zero Map is empty and ready for use; a nil *Map can be read.
//
// Most mappings of an experiment have a few keys, so the entries lie in one
// slice that is searched from its start; only a larger one gets an index.
type Map struct {
	entries []entry
	index   map[string]int // where each key is; nil up to searched entries
}

type entry struct {
	key   string
	value any
}

// searched is how many entries are searched without an index.
const searched = 16

// MapOf makes a Map of alternating keys and values. It panics on a key that is
// not a string: it is meant for literals.
func MapOf(pairs ...any) *Map {
	m := &Map{entries: make([]entry, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1])
	}
	return m
}

// find is where key is, below zero where it is not.
func (m *Map) find(key string) int {
	if m == nil {
		return -1
	}
	if m.index != nil {
		if i, ok := m.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range m.entries { // slices.IndexFunc would take nearly twice as long
		if m.entries[i].key == key {
			return i
		}
	}
	return -1
}

// Get returns the value of key and whether the key is there.
func (m *Map) Get(key string) (any, bool) {
	if i := m.find(key); i >= 0 {
		return m.entries[i].value, true
	}
	return nil, false
}

// Value is the value at key, nil where there is none.
func (m *Map) Value(key string) any { return as[any](m.Get(key)) }

// Text is the text at key, empty where there is none or where it is no text.
func (m *Map) Text(key string) string { return as[string](m.Get(key)) }

// AsText is the value at key as Python's str writes it, be it text or not; empty where
// there is none or where it is null.
func (m *Map) AsText(key string) string {
	if v := m.Value(key); v != nil {
		return Text(v)
	}
	return ""
}

// Map is the mapping at key, nil where there is none or where it is no mapping.
func (m *Map) Map(key string) *Map { return as[*Map](m.Get(key)) }

// List is the list at key, nil where there is none or where it is no list.
func (m *Map) List(key string) []any { return as[[]any](m.Get(key)) }

func as[T any](v any, _ bool) T {
	t, _ := v.(T)
	return t
}

// Has tells whether key is there, be its value nil or not.
func (m *Map) Has(key string) bool { return m.find(key) >= 0 }

// Set gives key a value. A new key goes last, a known one keeps its place.
func (m *Map) Set(key string, v any) {
	if i := m.find(key); i >= 0 {
		m.entries[i].value = v
		return
	}
	m.entries = append(m.entries, entry{key, v})
	m.added()
}

// added takes the last entry into the index.
func (m *Map) added() {
	if m.index == nil {
		m.number()
	} else {
		m.index[m.entries[len(m.entries)-1].key] = len(m.entries) - 1
	}
}

// number makes the index anew, or takes it away from a small mapping.
func (m *Map) number() {
	m.index = nil
	if len(m.entries) <= searched {
		return
	}
	m.index = make(map[string]int, len(m.entries))
	for i := range m.entries {
		m.index[m.entries[i].key] = i
	}
}

// Delete takes key out, if it is there.
func (m *Map) Delete(key string) {
	if i := m.find(key); i >= 0 {
		m.entries = slices.Concat(m.entries[:i], m.entries[i+1:]) // a walk that is under way keeps its entries
		m.number()
	}
}

// Len counts the keys.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return len(m.entries)
}

// All walks keys and values in order.
func (m *Map) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		if m == nil {
			return
		}
		entries := m.entries // what a loop does to the mapping does not shorten the walk
		for i := range entries {
			if !yield(entries[i].key, entries[i].value) {
				return
			}
		}
	}
}

// Copy returns a mapping of its own with the same keys and values; what lies deeper is shared.
func (m *Map) Copy() *Map {
	c := &Map{}
	if m != nil {
		c.entries = slices.Clone(m.entries)
		c.number()
	}
	return c
}

// Clone is a copy of the mapping that shares nothing with it that can be changed; nil of nil.
func (m *Map) Clone() *Map {
	if m == nil {
		return nil
	}
	c := m.Copy()
	for i := range c.entries {
		c.entries[i].value = clone(c.entries[i].value)
	}
	return c
}

func clone(v any) any {
	switch v := v.(type) {
	case *Map:
		return v.Clone()
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = clone(item)
		}
		return list
	}
	return v
}

// Merge does to the mapping, in place, what was done to base so that it became changed.
// Mappings that are in both stay the same pointers, so that their holders see the
// change; what others have changed since base stays.
func (m *Map) Merge(base, changed *Map) {
	for key := range base.All() {
		if !changed.Has(key) {
			m.Delete(key)
		}
	}
	for key, now := range changed.All() {
		was, had := base.Get(key)
		if had && Repr(was) == Repr(now) { // unlike Equal, this tells true from 1, and one order of keys from another
			continue
		}
		m.Set(key, merged(m.Value(key), was, now))
	}
}

// merged is what becomes of live when base became changed. A list that became
// longer or shorter is replaced.
func merged(live, base, changed any) any {
	if mine, was, now := as[*Map](live, true), as[*Map](base, true), as[*Map](changed, true); mine != nil && was != nil && now != nil {
		mine.Merge(was, now)
		return mine
	}
	mine, was, now := as[[]any](live, true), as[[]any](base, true), as[[]any](changed, true)
	if len(mine) > 0 && len(mine) == len(was) && len(was) == len(now) {
		list := make([]any, len(now))
		for i := range now {
			list[i] = merged(mine[i], was[i], now[i])
		}
		return list
	}
	if Repr(base) == Repr(changed) {
		return live
	}
	return changed
}
