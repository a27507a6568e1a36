package target

import (
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Whether a key has to be there.
const (
	must = true
	may  = false
)

// reader takes the values out of a document and notes all that is wrong.
type reader struct{ found problem.List }

func (r *reader) wrong(at problem.Position, what, do string) {
	r.found = append(r.found, &problem.Problem{At: at, What: what, Do: do, Code: problem.Invalid})
}

func (r *reader) kind(n *document.Node, what, wanted string) {
	do := "write " + wanted
	if _, nested := n.Value.(*value.Map); wanted == "text" && !nested && n.Items == nil && n.Value != nil {
		do = "put quotes around it"
	}
	r.wrong(n.At, fmt.Sprintf("%s must be %s, and it is %s", what, wanted, kind(n.Value)), do)
}

func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "empty"
	case bool:
		return "true or false"
	case string:
		return fmt.Sprintf("the text %q", v)
	case []any:
		return "a list"
	case *value.Map:
		return "a mapping"
	default:
		return "the number " + value.Text(v)
	}
}

func (r *reader) missing(in *document.Node, key string) {
	r.wrong(in.At, fmt.Sprintf("the key %q is missing", key), "add it; targets/weak.yaml shows how")
}

func (r *reader) keys(n *document.Node, of string, known []string) {
	for _, f := range n.Fields {
		if !slices.Contains(known, f.Key) {
			what := fmt.Sprintf("the key %q is not known", f.Key)
			if of != "" {
				what += " in " + of
			}
			r.wrong(f.At, what, meant(f.Key, known))
		}
	}
}

// meant is what to do about a word that is none of the known ones.
func meant(word string, known []string) string {
	if near := problem.Near(word, known); len(near) > 0 {
		return fmt.Sprintf("did you mean %s?", strings.Join(near, " or "))
	}
	return "take one of " + strings.Join(known, ", ")
}

func (r *reader) text(in *document.Node, key string, required bool) string {
	n := in.Get(key)
	if n == nil {
		if required {
			r.missing(in, key)
		}
		return ""
	}
	s := r.string(n, key, runNames())
	if s == "" && n.Value == "" {
		r.wrong(n.At, key+" is empty", "write something, or leave the key out if it may be")
	}
	return s
}

// string is a text whose names are all known.
func (r *reader) string(n *document.Node, what string, names []string) string {
	s, ok := n.Value.(string)
	if !ok {
		r.kind(n, what, "text")
		return ""
	}
	for _, name := range unknown(s, names) {
		do := "take one of " + strings.Join(names, ", ") + ", or write $${" + name + "} for the text itself"
		if near := problem.Near(name, names); len(near) > 0 {
			do = fmt.Sprintf("did you mean ${%s}?", near[0])
		}
		r.wrong(n.At, fmt.Sprintf("${%s} in %s is not known", name, what), do)
	}
	return s
}

func (r *reader) line(in *document.Node, key string, required bool) string {
	s := r.text(in, key, required)
	if strings.Contains(strings.TrimSpace(s), "\n") {
		r.wrong(in.Get(key).At, key+" has several lines", "say it in one")
	}
	return strings.TrimSpace(s)
}

func (r *reader) command(in *document.Node, key string, required bool, names []string) []string {
	n := in.Get(key)
	if n == nil {
		if required {
			r.missing(in, key)
		}
		return nil
	}
	if _, ok := n.Value.([]any); !ok || len(n.Items) == 0 {
		r.kind(n, key, `a list of a program and its arguments, as in ["python3", "server.py"]`)
		return nil
	}
	var args []string
	for i, item := range n.Items {
		args = append(args, r.string(item, fmt.Sprintf("%s[%d]", key, i), names))
	}
	if n.Items[0].Value == "" {
		r.wrong(n.Items[0].At, key+" names no program", "write the program first, then its arguments")
	}
	return args
}

// number is a whole number from low to high; 0 where the key is not there.
func (r *reader) number(in *document.Node, key string, low, high int64) int {
	n := in.Get(key)
	if n == nil {
		return 0
	}
	i, ok := n.Value.(int64)
	if !ok || i < low || i > high {
		r.kind(n, key, fmt.Sprintf("a whole number from %d to %d", low, high))
	}
	return int(i)
}

func (r *reader) word(in *document.Node, key string, known []string) string {
	word := r.text(in, key, must)
	if word != "" && !slices.Contains(known, word) {
		r.wrong(in.Get(key).At, fmt.Sprintf("%s cannot be %q", key, word), meant(word, known))
	}
	return word
}
