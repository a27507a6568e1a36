package tolerance

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/jsonpath"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// jsonPath is a tolerance of type jsonpath: a JSON document in which a path finds
// what is expected, or so many values, or anything at all.
type jsonPath struct{ mapping }

func (t jsonPath) Check() []problem.Finding {
	path, found := t.text("path", "JSON path", "path: $.status")
	if found != nil {
		return found
	}
	if path = strings.TrimSpace(path); path == "" {
		return wrong("hypothesis probe tolerance JSON path cannot be empty", "write a path, as in $.status", "path")
	}
	if found := t.surroundings.tooMany(path, "path"); found != nil {
		return found
	}
	if _, err := jsonpath.Parse(path); err != nil {
		return wrong("hypothesis probe tolerance JSON path "+brief(path)+" is invalid: "+err.Error(), pathAdvice(path), "path")
	}
	return nil
}

// pathAdvice says what to do about a path that cannot be read.
func pathAdvice(path string) string {
	switch {
	case strings.Contains(path, "${"):
		return "write the path itself: it is checked before ${name} is replaced"
	case !strings.HasPrefix(path, "$"):
		return "start with $, which is the whole document, as in $." + path
	}
	return `correct the path; names other than letters, digits and _ are written $["a-b"]`
}

// Within lets an expected value decide before a count, and a count before there
// being anything at all.
func (t jsonPath) Within(ctx context.Context, output any) (bool, error) {
	path, err := t.replaced("path")
	if err != nil {
		return false, err
	}
	found, err := t.find(ctx, path, output)
	if err != nil {
		return false, err
	}
	if expect, ok := t.Get("expect"); ok {
		expect = t.surroundings.substitute(expect)
		if _, isList := expect.([]any); !isList {
			expect = []any{expect}
		}
		return value.Equal(found, expect), nil
	}
	if count := t.Value("count"); count != nil {
		return value.Equal(int64(len(found)), count), nil
	}
	return len(found) > 0, nil
}

// find follows a path in the output, which may be JSON text, until ctx ends: what goes on then
// changes nothing.
func (t jsonPath) find(ctx context.Context, text string, output any) ([]any, error) {
	if len(text) > jsonpath.Longest { // too long to be repeated
		return nil, unmeasured(fmt.Sprintf("the JSON path of the tolerance is longer than %d KiB with its values", jsonpath.Longest>>10), "make it shorter")
	}
	path, err := remembered(&t.surroundings.paths, strings.TrimSpace(text), jsonpath.Parse)
	if err != nil {
		return nil, unmeasured("the JSON path "+brief(text)+" of the tolerance is invalid"+t.why("path", text, err), "correct the path")
	}
	part, err := t.part(output)
	if err != nil {
		return nil, err
	}
	type finding struct {
		found       []any
		unread, err error
	}
	f, err := clock.Until(ctx, false, func() (f finding) {
		document, err := readJSON(part)
		if f.unread = err; err == nil {
			bounded, end := context.WithTimeoutCause(ctx, plainLimit, errSearch)
			defer end()
			f.found, f.err = path.Find(bounded, document)
		}
		return f
	})
	if ended := cmp.Or(err, ctx.Err()); ended != nil {
		return nil, ended
	}
	if f.err == errSearch {
		return nil, unmeasured(fmt.Sprintf("following the JSON path %s took longer than %s", brief(text), plainLimit), "write a simpler path; a filter with .. or * often takes this long")
	} else if f.err != nil {
		return nil, unmeasured("the JSON path "+brief(text)+" of the tolerance cannot be followed"+t.why("path", text, f.err), "correct the path")
	}
	return f.found, f.unread
}

// readJSON parses text where it is JSON; other text is a document of its own.
func readJSON(part any) (any, error) {
	if raw, isBytes := part.([]byte); isBytes {
		part = string(raw)
	}
	if text, ok := part.(string); ok {
		document, err := value.ParseJSON([]byte(text))
		switch {
		case errors.Is(err, strconv.ErrRange):
			return nil, unmeasured("the output cannot be read: "+err.Error(), "let the service answer with a shorter number")
		case errors.Is(err, bytes.ErrTooLarge):
			return nil, unmeasured("the output cannot be read: "+err.Error(), "let the service answer with less")
		case err == nil:
			return document, nil
		}
	}
	return part, nil
}

func (t jsonPath) Wanted(any) string {
	path := t.line("path")
	expect, expects := t.Get("expect")
	count := t.Value("count")
	switch {
	case expects:
		return value.JSON(expect) + " at " + path + t.where()
	case count == nil:
		return "a match for " + path + t.where()
	case value.Equal(count, int64(1)):
		return "1 match for " + path + t.where()
	}
	return value.JSON(count) + " matches for " + path + t.where()
}

// Got says what the path finds.
func (t jsonPath) Got(output any) string {
	found, err := t.find(context.Background(), t.Text("path"), output)
	switch {
	case err != nil:
		return whole(output)
	case len(found) == 0:
		return "no match"
	case t.Has("expect") && len(found) == 1:
		return value.JSON(found[0])
	case t.Has("expect"):
		return value.JSON(found)
	case len(found) == 1:
		return "1 match: " + value.JSON(found[0])
	}
	return value.JSON(int64(len(found))) + " matches: " + value.JSON(found)
}
