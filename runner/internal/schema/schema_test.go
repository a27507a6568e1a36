package schema

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"chaosworkshop.example/runner/internal/value"
)

const draft = "https://json-schema.org/draft/2020-12/schema"

// compile reads one of our schemas and holds it to the meta-schema on the way.
func compile(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	text, ok := Of(kind)
	if !ok {
		t.Fatalf("there is no schema of %q", kind)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	meta, err := compiler.Compile(draft)
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(document); err != nil {
		t.Fatalf("%s is no JSON Schema: %v", kind, err)
	}
	if err := compiler.AddResource("mem:///"+kind, document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("mem:///" + kind)
	if err != nil {
		t.Fatal(err)
	}
	if compiled.DraftVersion != 2020 {
		t.Fatalf("%s is read as draft %d", kind, compiled.DraftVersion)
	}
	return compiled
}

// plain is a value as the validator wants it.
func plain(v any) any {
	switch v := v.(type) {
	case int64, *big.Int, float64:
		return json.Number(value.Text(v))
	case []byte:
		return string(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plain(item)
		}
		return list
	case *value.Map:
		m := map[string]any{}
		for key, item := range v.All() {
			m[key] = plain(item)
		}
		return m
	}
	return v
}

// TestReadable holds the schemas to what editors need: every property says what
// it is, and a $ref stands beside no word that its goal has too, because VS Code
// lets the goal's word win there.
func TestReadable(t *testing.T) {
	for _, kind := range Kinds() {
		compile(t, kind)
		root := read(t, kind)
		walk(root, nil, func(path []string, m *value.Map) {
			goal, err := follow(root, m)
			if err != nil {
				t.Errorf("%s %v: %v", kind, path, err)
			}
			for word := range m.All() {
				if goal.Has(word) {
					t.Errorf("%s %v: %s stands here and where $ref leads", kind, path, word)
				}
			}
		})
		for key, described := range properties(t, kind) {
			if !described {
				t.Errorf("%s: the key %s is described nowhere", kind, key)
			}
		}
	}
	if _, ok := Of("journal"); ok || !slices.Equal(Kinds(), []string{"experiment", "target", "report"}) {
		t.Errorf("there are schemas of %v", Kinds())
	}
}

func read(t *testing.T, kind string) *value.Map {
	t.Helper()
	text, _ := Of(kind)
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.(*value.Map)
}

// properties are the keys that a schema knows, and whether one of the places of
// each says what it is.
func properties(t *testing.T, kind string) map[string]bool {
	t.Helper()
	root := read(t, kind)
	all := map[string]bool{}
	walk(root, nil, func(path []string, m *value.Map) {
		if len(path) > 1 && path[len(path)-2] == "properties" && !slices.Contains(path, "if") {
			goal, _ := follow(root, m)
			key := path[len(path)-1]
			all[key] = all[key] || m.Has("description") || goal.Has("description")
		}
	})
	return all
}

// walk visits every mapping of a schema that is a schema itself.
func walk(v any, path []string, visit func(path []string, m *value.Map)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			walk(item, path, visit)
		}
	case *value.Map:
		visit(path, v)
		for key, item := range v.All() {
			if key != "examples" && key != "default" && key != "enum" && key != "const" {
				walk(item, append(slices.Clone(path), key), visit)
			}
		}
	}
}

// follow is the mapping that a $ref leads to, nil where there is none.
func follow(root, m *value.Map) (*value.Map, error) {
	ref, _ := m.Get("$ref")
	text, ok := ref.(string)
	if !ok {
		return nil, nil
	}
	definitions, _ := root.Get("$defs")
	goal, ok := definitions.(*value.Map).Get(strings.TrimPrefix(text, "#/$defs/"))
	if !ok {
		return nil, fmt.Errorf("%s leads nowhere", text)
	}
	return goal.(*value.Map), nil
}
