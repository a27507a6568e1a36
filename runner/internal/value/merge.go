package value

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
		if had && Repr(was) == Repr(now) { // unlike Equal, this tells true from 1, and one order of keys from another
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
	was, now := reprs(base), reprs(changed)
	list := append([]any{}, changed...)
	from, end, shift := 0, len(changed), len(base)-len(changed)
	for from < min(len(base), end) && was[from] == now[from] {
		list[from] = live[from]
		from++
	}
	for end > from && end+shift > from && was[end+shift-1] == now[end-1] {
		end--
		list[end] = live[end+shift]
	}
	used, kept := make([]bool, len(base)), make([]bool, len(changed))
	for i := from; i < end; i++ {
		for j := from; j < end+shift && !kept[i]; j++ {
			if !used[j] && was[j] == now[i] {
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

func reprs(list []any) []string {
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = Repr(item)
	}
	return texts
}
