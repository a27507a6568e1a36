package check

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/python/native"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
)

// mutation is one part of testdata/whole.json replaced by something else.
type mutation struct {
	at, by, toolkit string // what the toolkit says; empty where it accepts
	experiment      any
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
			all = append(all, mutation{strings.Join(path, "."), by, text, replaced(t, experiment, path, by)})
		}
	}
	return all
}

func parsed(t *testing.T, file string) any {
	t.Helper()
	doc, problems := document.Read(file)
	if doc == nil {
		t.Fatal(problems)
	}
	return doc.Value
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
	if m, ok := v.(*value.Map); ok {
		inner, there := m.Get(path[0])
		if !there {
			t.Fatalf("%s is not in the experiment: record again", path[0])
		}
		m = m.Copy()
		if remove {
			m.Delete(path[0])
		} else {
			m.Set(path[0], replaced(t, inner, path[1:], by))
		}
		return m
	}
	i, err := strconv.Atoi(path[0])
	if err != nil {
		t.Fatal(err)
	}
	list := slices.Clone(v.([]any))
	if remove {
		return slices.Delete(list, i, i+1)
	}
	list[i] = replaced(t, list[i], path[1:], by)
	return list
}

// surroundings have the programs, variables and modules that the recording had.
func surroundings() Surroundings {
	environment := map[string]string{"KIT_SET": "9090", "KIT_SECRET": "hush"}
	return Surroundings{
		Environment: func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		Program: func(name string) (found, advice string) {
			if name == "echo" || name == "true" {
				return name, ""
			}
			_, advice = provider.Program(name)
			return "", advice
		},
		Provider:  provider.Check,
		Tolerance: func(written any) Tolerance { return tolerance.Parse(written) },
		Inspect: func(all []worker.Reference) ([][]problem.Finding, error) {
			mistakes := make([][]problem.Finding, len(all))
			for i, r := range all {
				_, known := native.Lookup(r.Module, r.Func)
				switch {
				case r.Module == "json", known: // what is known is asked for only with arguments that fit
				case r.Module == "os", r.Module == "os.path":
					mistakes[i] = []problem.Finding{{Path: []string{"func"}, What: fmt.Sprintf("The python module '%s' does not expose a function called '%s' in %s '%s'",
						r.Module, r.Func, r.Kind, r.Name), Do: "check the name"}}
				default:
					mistakes[i] = []problem.Finding{{Path: []string{"module"}, What: fmt.Sprintf("could not find Python module '%s' in activity '%s'", r.Module, r.Name), Do: "install it"}}
				}
			}
			return mistakes, nil
		},
	}
}

// differences are where we refuse what the toolkit accepts; there is nothing that
// it refuses and we accept. Each has a row in docs/differences.md.
var differences = []struct {
	name, why string
	at, says  *regexp.Regexp
}{
	{"invalid-at-once", "the toolkit aborts the run when it comes to the activity",
		regexp.MustCompile(`provider\.(url|method|timeout|headers|arguments)`), regexp.MustCompile(`URL|method|timeout|header|arguments`)},
	{"invalid-at-once", "the toolkit aborts the run when it comes to the pause", regexp.MustCompile(`pauses\.(before|after)$`), regexp.MustCompile(`pause must be a number`)},
	{"misspelt-strategy", "the toolkit crashes, or never plays the rollbacks", regexp.MustCompile(`^runtime`), regexp.MustCompile(`no (hypothesis|rollbacks) strategy|must be an object`)},
	{"invalid-at-once", "the toolkit crashes when it starts the run", regexp.MustCompile(`^configuration\.asked\.provider`), regexp.MustCompile(`no provider|provider must have a type`)},
	{"dangling-rollback-ref", "the toolkit crashes when it comes to it, and the journal is lost", regexp.MustCompile(`^method|\.ref$`), regexp.MustCompile(`referenced activity`)},
	{"rollbacks-not-a-list", "nobody means no rollbacks by it", regexp.MustCompile(`^rollbacks$`), regexp.MustCompile(`must be a list`)},
	{"proof", "the key is ours", regexp.MustCompile(`\.proof$`), regexp.MustCompile(`proof can only be throughout`)},
}

// wrongType is what we say instead of the toolkit's message, or its crash.
var wrongType = regexp.MustCompile(`must be (an object|a list|text)|tolerance must either be an integer, a string, a boolean`)

// TestMutations: we refuse whatever the toolkit refuses, with its message where it
// has one, and accept what it accepts but for the differences.
func TestMutations(t *testing.T) {
	used := make([]int, len(differences))
	for _, m := range mutations(t) {
		doc, found := document.ParseJSON("e.json", []byte(value.JSON(m.experiment)))
		if doc == nil {
			t.Fatal(found)
		}
		wrong, _ := doc.Problems(Check(doc.Value, surroundings())).Split()
		switch {
		case m.toolkit == "" && len(wrong) > 0:
			if i := differenceOf(m, wrong); i < 0 {
				t.Errorf("%s: the toolkit accepts, we refuse: %v", m, wrong)
			} else {
				used[i]++
			}
		case m.toolkit != "" && len(wrong) == 0:
			t.Errorf("%s: the toolkit refuses, we accept: %s", m, m.toolkit)
		case m.toolkit != "" && !strings.HasPrefix(m.toolkit, "crash: ") && !says(wrong, m.toolkit):
			t.Errorf("%s:\ntoolkit %s\nours    %v", m, m.toolkit, wrong)
		}
		for _, p := range wrong {
			if p.Do == "" || p.At.Line == 0 || p.Code != problem.Invalid {
				t.Errorf("%s: a problem without a place or advice: %v", m, p)
			}
		}
	}
	for i, d := range differences {
		if used[i] == 0 {
			t.Errorf("%s is no difference any more at %s", d.name, d.at)
		}
	}
}

func says(wrong problem.List, message string) bool {
	return slices.ContainsFunc(wrong, func(p *problem.Problem) bool {
		return strings.Contains(strings.ToLower(p.What), strings.ToLower(message)) || wrongType.MatchString(p.What)
	})
}

func differenceOf(m mutation, wrong problem.List) int {
	for i, d := range differences {
		if d.at.MatchString(m.at) && d.says.MatchString(wrong[0].What) {
			return i
		}
	}
	return -1
}
