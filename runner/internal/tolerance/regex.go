package tolerance

import (
	"chaosworkshop.example/runner/internal/tolerance/pattern"
	"chaosworkshop.example/runner/internal/value"
)

func checkRegex(t *value.Map) []Finding {
	written, ok := t.Get("pattern")
	if !ok {
		return finding("hypothesis regex probe tolerance must have a `pattern` key", "add pattern: and a regular expression")
	}
	source, ok := written.(string)
	if !ok {
		return finding("hypothesis probe tolerance pattern "+value.Text(written)+" has an invalid type",
			"write the regular expression as text, in quotes", "pattern")
	}
	if _, err := pattern.Compile(source); err != nil {
		return finding("hypothesis probe tolerance pattern "+source+" seems invalid: "+err.Error(),
			"correct the regular expression, which is read as Python reads it", "pattern")
	}
	return nil
}

// inRegex searches the output, which must be text, for the pattern.
func (j Judge) inRegex(t *value.Map, output any) (bool, error) {
	part, err := aim(t, output)
	if err != nil {
		return false, err
	}
	written, _ := t.Get("pattern")
	source, ok := j.substitute(written).(string)
	if !ok {
		return false, unmeasured("the pattern of the tolerance is "+sortOf(j.substitute(written)), "make it text")
	}
	rx, err := pattern.Compile(source)
	if err != nil {
		return false, unmeasured("the pattern "+source+" of the tolerance seems invalid: "+err.Error(), "correct it")
	}
	text, ok := part.(string)
	if !ok {
		return false, unmeasured("the tolerance searches text, and the output is "+sortOf(part), regexAdvice(t, part))
	}
	met, err := rx.Search(text)
	if err != nil {
		return false, unmeasured(err.Error(), "write a simpler pattern: one repetition within another is what takes time")
	}
	return met, nil
}

func regexAdvice(t *value.Map, part any) string {
	_, mapping := part.(*value.Map)
	switch {
	case mapping && !t.Has("target"):
		return "name the part to search, as in target: stdout, stderr or body"
	case mapping:
		return "let the target name a part that is text; a JSON body is none, for which there is the type jsonpath"
	}
	return "use a tolerance of another type, such as range for a number"
}
