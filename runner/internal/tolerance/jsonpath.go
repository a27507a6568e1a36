package tolerance

import (
	"strings"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/jsonpath"
	"chaosworkshop.example/runner/internal/value"
)

func checkJSONPath(t *value.Map) []Finding {
	written, ok := t.Get("path")
	if !ok {
		return finding("hypothesis jsonpath probe tolerance must have a `path` key", "add path: and a JSON path, as in $.status")
	}
	path, ok := written.(string)
	if !ok {
		return finding("hypothesis probe tolerance JSON path "+value.Text(written)+" has an invalid type",
			"write the path as text, as in $.status", "path")
	}
	if path = strings.TrimSpace(path); path == "" {
		return finding("hypothesis probe tolerance JSON path cannot be empty", "write a path, as in $.status", "path")
	}
	if _, err := jsonpath.Parse(path); err != nil {
		return finding("hypothesis probe tolerance JSON path "+path+" is invalid: "+err.Error(), pathAdvice(path), "path")
	}
	return nil
}

func pathAdvice(path string) string {
	switch {
	case strings.Contains(path, "${"):
		return "write the path itself: it is checked before ${name} is replaced"
	case !strings.HasPrefix(path, "$"):
		return "start with $, which is the whole document, as in $." + path
	}
	return `correct the path; names other than letters, digits and _ are written $["a-b"]`
}

// inJSONPath asks what the path finds. An expected value decides before a count
// does, and a count before there being anything at all.
func (j Judge) inJSONPath(t *value.Map, output any) (bool, error) {
	written, _ := t.Get("path")
	path := j.substitute(written)
	found, err := findJSON(t, path, output)
	if err != nil {
		return false, err
	}
	if expect, ok := t.Get("expect"); ok {
		expect = j.substitute(expect)
		if _, list := expect.([]any); !list {
			expect = []any{expect}
		}
		return value.Equal(found, expect), nil
	}
	if count, _ := t.Get("count"); count != nil {
		return value.Equal(int64(len(found)), count), nil
	}
	return len(found) > 0, nil
}

// findJSON follows the path in the output, which may be JSON text.
func findJSON(t *value.Map, path, output any) ([]any, error) {
	text, ok := path.(string)
	if !ok {
		return nil, unmeasured("the path of the tolerance is "+sortOf(path), "make it text, as in $.status")
	}
	query, err := jsonpath.Parse(strings.TrimSpace(text))
	if err != nil {
		return nil, unmeasured("the JSON path "+text+" of the tolerance is invalid: "+err.Error(), "correct the path")
	}
	part, err := aim(t, output)
	if err != nil {
		return nil, err
	}
	document, err := readJSON(part)
	if err != nil {
		return nil, err
	}
	found, err := query.Find(document)
	if err != nil {
		return nil, unmeasured(err.Error(), "correct the JSON path "+text)
	}
	return found, nil
}

// readJSON parses text where it is JSON; other text is a document of its own.
func readJSON(part any) (any, error) {
	text, ok := part.(string)
	if raw, bytes := part.([]byte); bytes {
		if text, ok = string(raw), utf8.Valid(raw); !ok {
			return nil, unmeasured("the output is bytes that are no UTF-8 text", "let the probe return text")
		}
	}
	if !ok {
		return part, nil
	}
	if document, err := value.ParseJSON([]byte(text)); err == nil {
		return document, nil
	}
	return text, nil
}

// found says in words what the path finds in the output.
func found(t *value.Map, output any) string {
	path, _ := t.Get("path")
	values, err := findJSON(t, path, output)
	switch {
	case err != nil:
		return outputWords(output)
	case len(values) == 0:
		return "no match"
	case t.Has("expect") && len(values) == 1:
		return show(values[0])
	case t.Has("expect"):
		return show(values)
	case len(values) == 1:
		return "1 match: " + show(values[0])
	}
	return show(int64(len(values))) + " matches: " + show(values)
}
