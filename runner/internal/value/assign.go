package value

// Assign makes to what from is, in place: the mappings that both have at the same
// place stay the same ones, so that whoever holds one of them sees the change.
func Assign(to, from *Map) {
	for key := range to.Copy().All() {
		if !from.Has(key) {
			to.Delete(key)
		}
	}
	for key, v := range from.All() {
		mine, _ := to.Get(key)
		to.Set(key, assigned(mine, v))
	}
}

// assigned is v, in the shape of mine where the two have one.
func assigned(mine, v any) any {
	switch v := v.(type) {
	case *Map:
		if m, ok := mine.(*Map); ok && m != nil {
			Assign(m, v)
			return m
		}
	case []any:
		if list, ok := mine.([]any); ok {
			for i := range min(len(list), len(v)) {
				v[i] = assigned(list[i], v[i])
			}
		}
	}
	return v
}
