package check

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

// mutation is one part of testdata/whole.json replaced by something else.
type mutation struct {
	at, by, toolkit string // what the toolkit says; empty where it accepts
	text            []byte
}

// String is the mutation's name, as in method.0.name=null.
func (m mutation) String() string { return m.at + "=" + m.by }

// mutations are those that testdata/record.py wrote down; with RECORD_PYTHON
// naming an interpreter that has the toolkit, it does so again.
func mutations(t *testing.T) []mutation {
	t.Helper()
	const whole, recorded = "testdata/whole.json", "testdata/mutations.json"
	if interpreter := os.Getenv("RECORD_PYTHON"); interpreter != "" {
		if out, err := exec.Command(interpreter, "-W", "ignore", "testdata/record.py", whole, recorded).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	experiment := parsed(t, whole)
	var all []mutation
	for _, row := range parsed(t, recorded).([]any) {
		at, _ := row.(*value.Map).Get("at")
		said, _ := row.(*value.Map).Get("said")
		var path []string
		for _, key := range at.([]any) {
			path = append(path, value.Text(key))
		}
		for _, by := range []string{"nothing", "null", "true", "0", "5", "1.5", `""`, `"x"`, "[]", "{}", "[null]", `["x"]`, `{"x": 1}`} {
			if by == "nothing" && len(path) == 0 {
				continue
			}
			verdict, _ := said.(*value.Map).Get(by)
			text, _ := verdict.(string)
			changed := value.AppendJSON(nil, replaced(t, experiment, path, by), "", " ")
			all = append(all, mutation{strings.Join(path, "."), by, text, changed})
		}
	}
	return all
}

func parsed(t *testing.T, file string) any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := value.ParseJSON(text)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

// replaced is v with what lies at path replaced, or taken out for nothing.
func replaced(t *testing.T, v any, path []string, by string) any {
	t.Helper()
	if len(path) == 0 {
		r, err := value.ParseJSON([]byte(by))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	remove := len(path) == 1 && by == "nothing"
	switch v := v.(type) {
	case *value.Map:
		m := v.Copy()
		if item, ok := v.Get(path[0]); !ok {
			t.Fatalf("%s is not in the experiment: record again", path[0])
		} else if remove {
			m.Delete(path[0])
		} else {
			m.Set(path[0], replaced(t, item, path[1:], by))
		}
		return m
	case []any:
		var i int
		fmt.Sscan(path[0], &i)
		list := slices.Clone(v)
		if remove {
			return slices.Delete(list, i, i+1)
		}
		list[i] = replaced(t, v[i], path[1:], by)
		return list
	}
	t.Fatalf("%v leads nowhere: record again", path)
	return nil
}

// surroundings have the programs, variables and modules that the recording had.
func surroundings() Surroundings {
	environment := map[string]string{"KIT_SET": "9090", "KIT_SECRET": "hush"}
	return Surroundings{
		Environment: func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		Which:       func(program string) bool { return program == "echo" || program == "true" },
		Inspect: func(all []python.Reference) ([][]python.Mistake, error) {
			mistakes := make([][]python.Mistake, len(all))
			for i, r := range all {
				if r.Module != "json" {
					mistakes[i] = []python.Mistake{{What: fmt.Sprintf("could not find Python module '%s' in %s '%s'", r.Module, r.Kind, r.Name)}}
				}
			}
			return mistakes, nil
		},
	}
}

// errorsIn are the problems of a text that stop.
func errorsIn(t *testing.T, text []byte) problem.List {
	t.Helper()
	doc, found := document.ParseJSON("e.json", text)
	if doc != nil {
		found = append(found, Check(doc, surroundings())...)
	}
	wrong, _ := found.Split()
	return wrong
}

func TestMutations(t *testing.T) {
	for _, m := range mutations(t) {
		wrong := errorsIn(t, m.text)
		if (len(wrong) > 0) != (m.toolkit != "") {
			t.Errorf("%-60s toolkit %-40q ours %q", m, m.toolkit, wrong.Error())
		}
	}
}
