package tolerance

import (
	"strings"
	"unicode"

	"chaosworkshop.example/runner/internal/value"
)

// Got says in words what of the output was compared with the tolerance, on one
// line and cut where it is long: `500`, `exit code 3`, `"out of order"`.
func Got(tolerance, output any) string {
	switch t := tolerance.(type) {
	case int64, []any:
		if v, ok := status(output); ok {
			return statusWords(v, output)
		}
	case *value.Map:
		return gotInMapping(t, output)
	}
	return outputWords(output)
}

func gotInMapping(t *value.Map, output any) string {
	part, err := aim(t, output)
	if err != nil {
		return outputWords(output)
	}
	if kind(t) == jsonpathKind {
		return found(t, output)
	}
	return outputWords(part)
}

// outputWords names the mappings that http and process answer with by their
// status: all of it would fill the screen.
func outputWords(output any) string {
	v, ok := status(output)
	if !ok {
		return show(output)
	}
	if isProcess(output) {
		return "the whole output of a process with " + statusWords(v, output)
	}
	return "the whole HTTP answer with status " + show(v)
}

func isProcess(output any) bool {
	m, _ := output.(*value.Map)
	return m.Has("stdout") && m.Has("stderr")
}

func statusWords(v, output any) string {
	if !isProcess(output) {
		return show(v)
	}
	if n, ok := v.(int64); ok && n < 0 {
		return "killed by signal " + show(-n)
	}
	return "exit code " + show(v)
}

// show is a value on one line, as JSON has it.
func show(v any) string {
	if s, ok := v.(string); ok {
		return `"` + brief(clean(s)) + `"`
	}
	return brief(clean(string(value.AppendJSON(nil, v, "", ""))))
}

// brief cuts text that would fill more than a line.
func brief(s string) string {
	const most = 72
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return strings.TrimRight(string(runes[:most]), " ") + "…"
}

// clean keeps what came from outside from steering the terminal: line breaks
// and tabs become spaces, and what cannot be printed a mark.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return '�'
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
