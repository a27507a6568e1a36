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
		was, had := base.Get(key)
		if had && same(was, now) {
			continue
		}
		mine, _ := m.Get(key)
		m.Set(key, merged(mine, was, now))
	}
}

// merged is what becomes of live when base became changed.
func merged(live, base, changed any) any {
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
		if isList && wasList && len(mine) == len(was) {
			return mergedList(mine, was, now)
		}
	}
	return changed
}

// mergedList keeps the items that stayed: those at both ends, those between them
// that stand at another place now, and those that were changed where they stand.
func mergedList(live, base, changed []any) []any {
	list := append([]any{}, changed...)
	from, end, shift := 0, len(changed), len(base)-len(changed)
	for from < min(len(base), end) && same(base[from], changed[from]) {
		list[from] = live[from]
		from++
	}
	for end > from && end+shift > from && same(base[end+shift-1], changed[end-1]) {
		end--
		list[end] = live[end+shift]
	}
	used, kept := make([]bool, len(base)), make([]bool, len(changed))
	for i := from; i < end; i++ {
		for j := from; j < end+shift && !kept[i]; j++ {
			if !used[j] && same(base[j], changed[i]) {
				used[j], kept[i], list[i] = true, true, live[j]
			}
		}
	}
	for i := from; i < min(end, end+shift); i++ {
		if !used[i] && !kept[i] {
			list[i] = merged(live[i], base[i], changed[i])
		}
	}
	return list
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
