package jsonpath

import (
	"os"
	"os/exec"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// recorded reads what jsonpath2 answered; with RECORD_PYTHON naming an
// interpreter that has it, it is asked again.
func recorded(t *testing.T) (documents *value.Map, cases []any) {
	t.Helper()
	const path = "testdata/paths.json"
	if python := os.Getenv("RECORD_PYTHON"); python != "" {
		if out, err := exec.Command(python, "testdata/record.py", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table, err := value.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return get(table, "documents").(*value.Map), get(table, "cases").([]any)
}

func get(m any, key string) any {
	v, _ := m.(*value.Map).Get(key)
	return v
}

// jsonpath2 finds these values, in this order, and refuses the same paths. Where a
// case has ours_refuses or ours_found, which the rows `rare JSON paths` and
// `jsonpath-functions` of docs/differences.md allow, we refuse a path or find something else.
func TestFindsAsTheToolkitDoes(t *testing.T) {
	documents, cases := recorded(t)
	for _, c := range cases {
		text := get(c, "path").(string)
		q, syntax := parseToolkit(text)
		refused, ours := get(c, "error") == "syntax", get(c, "ours_refuses") == true
		if refused && ours {
			t.Errorf("%s: jsonpath2 refuses it too: this is no difference", text)
		}
		if (refused || ours) != (syntax != nil) {
			t.Errorf("%s: error %v, jsonpath2 refuses it: %v", text, syntax, refused)
			continue
		}
		if syntax != nil {
			continue
		}
		document, _ := documents.Get(get(c, "document").(string))
		found, err := (&Path{*q}).Find(t.Context(), document)
		if ours, differs := get(c, "ours_found").([]any); differs {
			if err != nil || value.Repr(found) != value.Repr(ours) || value.Repr(found) == value.Repr(get(c, "found")) {
				t.Errorf("%s: found %s %v, want %s, and jsonpath2 something else", text, value.Repr(found), err, value.Repr(ours))
			}
			continue
		}
		if failed := get(c, "error") == "search"; failed != (err != nil) {
			t.Errorf("%s: error %v, jsonpath2 fails: %v", text, err, failed)
		}
		want, _ := get(c, "found").([]any)
		if err == nil && value.Repr(found) != value.Repr(want) {
			t.Errorf("%s: found %s, jsonpath2 %s", text, value.Repr(found), value.Repr(want))
		}
	}
}
