package value

// Kind says in plain words what sort of value v is, for messages: "text", "a
// list", "a number".
func Kind(v any) string {
	switch v.(type) {
	case nil:
		return "empty (null)"
	case bool:
		return "true or false"
	case string:
		return "text"
	case []byte:
		return "bytes"
	case []any:
		return "a list"
	case *Map:
		return "a mapping"
	}
	return "a number"
}
