package schema

import (
	"fmt"

	"chaosworkshop.example/runner/internal/value"
)

// mutation is a document with one place of it changed.
type mutation struct {
	name  string // as in method[0].name = null
	value any
}

// spoilers are values of every type, empty and not.
func spoilers() []any {
	return []any{nil, true, false, int64(5), int64(0), 1.5, "", " ", "x", []any{}, []any{nil}, []any{""},
		&value.Map{}, value.MapOf("x", int64(1)), value.MapOf("type", "x")}
}

// mutations puts each of the spoilers in each place of a document, and takes
// each key away.
func mutations(v any) []mutation {
	var all []mutation
	mutate(v, "", func(name string, changed any) { all = append(all, mutation{name, changed}) })
	return all
}

// mutate changes v and all within it; changed gets what becomes of v each time.
func mutate(v any, name string, changed func(name string, v any)) {
	for _, spoiler := range spoilers() {
		changed(name+" = "+value.JSON(spoiler), spoiler)
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			mutate(item, fmt.Sprintf("%s[%d]", name, i), func(name string, item any) {
				list := append([]any{}, v...)
				list[i] = item
				changed(name, list)
			})
		}
	case *value.Map:
		for key, item := range v.All() {
			m := v.Copy()
			m.Delete(key)
			changed(name+"."+key+" taken away", m)
			mutate(item, name+"."+key, func(name string, item any) {
				m := v.Copy()
				m.Set(key, item)
				changed(name, m)
			})
		}
	}
}
