package value

import (
	"bytes"
	"math/big"
	"slices"
)

// Clone is a copy of the mapping that shares nothing with it that can be changed;
// nil of nil.
func (m *Map) Clone() *Map {
	if m == nil {
		return nil
	}
	c := &Map{}
	for key, item := range m.All() {
		c.Set(key, clone(item))
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
// Mappings that are in both stay the same ones, so that whoever holds one of them
// sees the change; what others have done to it since base stays.
func (m *Map) Merge(base, changed *Map) {
	for key := range base.All() {
		if !changed.Has(key) {
			m.Delete(key)
		}
	}
	for key, now := range changed.All() {
		if was, had := base.Get(key); !had || !same(was, now) {
			mine, _ := m.Get(key)
			m.Set(key, merged(mine, was, now))
		}
	}
}

// merged is what becomes of live when base became changed. A list that became
// longer or shorter is replaced.
func merged(live, base, changed any) any {
	if same(base, changed) {
		return live
	}
	switch now := changed.(type) {
	case *Map:
		mine, isMap := live.(*Map)
		was, wasMap := base.(*Map)
		if isMap && wasMap {
			mine.Merge(was, now)
			return mine
		}
	case []any:
		mine, isList := live.([]any)
		was, wasList := base.([]any)
		if isList && wasList && len(mine) == len(was) && len(was) == len(now) {
			list := make([]any, len(now))
			for i := range now {
				list[i] = merged(mine[i], was[i], now[i])
			}
			return list
		}
	}
	return changed
}

// same tells whether two values are written alike: unlike Equal it tells true
// from 1 and 1 from 1.0, and one order of keys from another.
func same(a, b any) bool {
	switch a := a.(type) {
	case *Map:
		b, ok := b.(*Map)
		if !ok || a.Len() != b.Len() {
			return false
		}
		keys := make([]string, 0, b.Len())
		for key := range b.All() {
			keys = append(keys, key)
		}
		i := 0
		for key, v := range a.All() {
			w, _ := b.Get(key)
			if key != keys[i] || !same(v, w) {
				return false
			}
			i++
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case *big.Int:
		b, ok := b.(*big.Int)
		return ok && a.Cmp(b) == 0
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || a != a && b != b)
	}
	switch b.(type) {
	case *Map, []any, []byte:
		return false
	}
	return a == b
}
