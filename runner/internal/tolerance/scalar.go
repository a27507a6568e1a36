package tolerance

import (
	"context"
	"math/big"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// scalar is a single value that the output must equal. A whole number is compared
// with the status of an output that has one.
type scalar struct {
	usual
	v any
}

func (t scalar) Check() []problem.Finding {
	switch t.v.(type) {
	case bool, int64, *big.Int, string:
		return nil
	}
	return wrong("hypothesis probe tolerance must either be an integer, a string, a boolean, a list or a mapping, and it is "+value.Kind(t.v),
		"write for example 200, [200, 503], or a mapping with the type regex, jsonpath, range or probe")
}

func (t scalar) Warnings(provider string) []problem.Finding {
	text, isText := t.v.(string)
	_, isBool := t.v.(bool)
	parts, ok := partsOf[provider]
	if !ok || !isText && !isBool || strings.Contains(text, "$") { // ${name} may turn into anything
		return nil
	}
	return warning("the tolerance is never met: it is compared with the whole output of the "+provider+" probe, which is a mapping",
		"give the status that is wanted, as in 0 or 200, or use the type regex with the target "+parts)
}

// Within replaces the names in a text first, which can make any tolerance of it.
func (t scalar) Within(ctx context.Context, j *Judge, output any) (bool, error) {
	switch v := t.v.(type) {
	case string:
		if j.Substitute == nil {
			return value.Equal(output, v), nil
		}
		replaced := j.Substitute(v)
		if text, ok := replaced.(string); ok {
			return value.Equal(output, text), nil
		}
		return Parse(replaced).Within(ctx, j, output)
	case bool:
		return value.Equal(output, v), nil
	case int64, *big.Int:
		if code, ok := status(output); ok {
			output = code
		}
		return value.Equal(output, v), nil
	}
	return false, nil // the toolkit never finds a float or null met
}

func (t scalar) Wanted(any) string { return show(t.v) }

func (t scalar) Got(output any) string {
	switch t.v.(type) {
	case int64, *big.Int:
		return statusOrWhole(output)
	}
	return whole(output)
}

// status finds the exit code of a process or the status of an HTTP answer.
func status(output any) (any, bool) {
	m, _ := output.(*value.Map)
	return m.Get("status")
}

func statusOrWhole(output any) string {
	if code, ok := status(output); ok {
		return statusWords(code, output)
	}
	return show(output)
}

// whole names the mappings that http and process answer with by their status, and
// shows any other output.
func whole(output any) string {
	code, ok := status(output)
	switch {
	case !ok:
		return show(output)
	case isProcess(output):
		return "the whole output of a process with " + statusWords(code, output)
	}
	return "the whole HTTP answer with status " + show(code)
}

func isProcess(output any) bool {
	m, _ := output.(*value.Map)
	return m.Has("stdout") && m.Has("stderr")
}

func statusWords(code, output any) string {
	if !isProcess(output) {
		return show(code)
	}
	if n, ok := code.(int64); ok && n < 0 {
		return "killed by signal " + show(-n)
	}
	return "exit code " + show(code)
}
