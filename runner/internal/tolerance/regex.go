package tolerance

import (
	"context"
	"errors"
	"fmt"

	"github.com/dlclark/regexp2/v2"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// regex is a tolerance of type regex: text in which a regular expression matches
// somewhere.
type regex struct{ mapping }

func (t regex) Check() []problem.Finding {
	pattern, found := t.text("pattern", "pattern", "pattern: ^ok$")
	if found != nil {
		return found
	}
	if _, err := compile(pattern); err != nil {
		return wrong("hypothesis probe tolerance pattern "+pattern+" seems invalid: "+err.Error(),
			"correct the regular expression, which is read as Python reads it", "pattern")
	}
	return nil
}

func (t regex) Warnings(provider string) []problem.Finding { return t.targetless(provider) }

func (t regex) Within(_ context.Context, j *Judge, output any) (bool, error) {
	part, err := t.part(output)
	if err != nil {
		return false, err
	}
	written, _ := t.Get("pattern")
	written = j.substitute(written)
	pattern, ok := written.(string)
	if !ok {
		return false, unmeasured("the pattern of the tolerance is "+value.Kind(written), "make it text")
	}
	rx, err := remembered(&j.patterns, pattern, compile)
	if err != nil {
		return false, unmeasured("the pattern "+pattern+" of the tolerance seems invalid: "+err.Error(), "correct it")
	}
	text, ok := part.(string)
	if !ok {
		return false, unmeasured("the tolerance searches text, and the output is "+value.Kind(part), t.advice(part))
	}
	met, err := rx.MatchString(text)
	if err != nil {
		took := fmt.Sprintf("longer than %s", searchLimit)
		if errors.Is(err, regexp2.ErrBacktrackingStackLimit) {
			took = "too much memory"
		}
		return false, unmeasured("searching for the pattern "+pattern+" took "+took, "write a simpler pattern: one repetition within another is what takes time")
	}
	return met, nil
}

func (t regex) advice(part any) string {
	_, isMapping := part.(*value.Map)
	switch {
	case isMapping && !t.Has("target"):
		return "name the part to search, as in target: stdout, stderr or body"
	case isMapping:
		return "let the target name a part that is text; for a JSON body there is the type jsonpath"
	}
	return "use a tolerance of another type, such as range for a number"
}

func (t regex) Wanted(any) string {
	pattern, _ := t.Get("pattern")
	return `a match for "` + oneLine(value.Text(pattern)) + `"` + t.where()
}
