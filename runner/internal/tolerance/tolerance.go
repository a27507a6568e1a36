// Package tolerance tells whether the output of a probe lies within its tolerance:
// what the output must be for the system to count as steady.
//
// The tolerance's own type chooses the rule, as in the Chaos Toolkit: true, 200,
// "text", a list, or a mapping of type regex, jsonpath, range or probe. Each kind
// has a file: what can be wrong with it, what it accepts, and its words.
package tolerance

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Tolerance is what the output of a probe must be. It keeps the mapping that it was
// made of, and reads it each time that it is asked; only Give changes it.
type Tolerance interface {
	// Check finds what is wrong with the tolerance as it is written. The activity
	// inside one of type probe is the caller's to check, as any other activity.
	Check() []problem.Finding
	// Warnings finds what is allowed but probably a mistake, for a probe whose
	// provider has this type: a tolerance that is never met, that cannot be
	// measured, or that is always met. Ask it only where Check finds nothing.
	Warnings(provider string) []problem.Finding
	// AlwaysMet tells that every output is within the tolerance, so that it shows
	// nothing about the system.
	AlwaysMet() bool
	// Within tells whether output lies within the tolerance. Its error, a
	// *problem.Problem unless Surroundings.Ask made it, means that the two cannot be
	// compared, so that nothing was measured.
	Within(ctx context.Context, output any) (bool, error)
	// Give writes the output into the arguments of a tolerance of type probe, in place.
	// The toolkit does so before it judges an output of the hypothesis, so that the
	// journal shows what the tolerance's probe was last given. Any other tolerance, and
	// one without a mapping of arguments, stays as it is.
	Give(output any)
	// Wanted says in words what the tolerance asks of this output: `200 or 503`,
	// `between 1 and 5`. Names in it, ${name}, must have been replaced before.
	Wanted(output any) string
	// Got says in words what of the output was compared: `500`, `exit code 3`.
	//
	// Like Wanted it returns one line of any length. What comes from outside is in it, secrets and
	// control characters too: mask it, clean it, cut it, in that order, before anybody sees it.
	Got(output any) string
}

// Surroundings are what tolerances need of a run. Each regular expression and each JSON path is
// compiled once. Several goroutines may use them at the same time; they must not be copied.
type Surroundings struct {
	// Ask performs the activity of a tolerance of type probe and returns its output, nil for an
	// activity that failed: then the answer is no. Without Ask such a tolerance cannot be judged.
	Ask func(ctx context.Context, activity *value.Map) (any, error)
	// Substitute puts values in the place of ${name}; nil leaves all as it is.
	Substitute func(any) any

	patterns, paths sync.Map // what was compiled, by its text
	checked         atomic.Int64
}

// mostChecked bounds all regular expressions and JSON paths of an experiment, in bytes: to read them takes its time.
const mostChecked = 1 << 20

// tooMany counts one more expression that is checked, and says where they are too many.
func (s *Surroundings) tooMany(text, key string) []problem.Finding {
	if s.checked.Add(int64(len(text))) <= mostChecked {
		return nil
	}
	return wrong(fmt.Sprintf("the regular expressions and JSON paths of an experiment may have %d MiB together", mostChecked>>20), "write fewer, or shorter ones", key)
}

func (s *Surroundings) substitute(v any) any {
	if s.Substitute == nil {
		return v
	}
	return s.Substitute(v)
}

// Parse is a tolerance outside a run: it replaces no names, and cannot ask a probe.
func Parse(v any) Tolerance { return new(Surroundings).Parse(v) }

// remembered compiles a text once. A text that cannot be compiled is tried again.
func remembered[T any](known *sync.Map, text string, compile func(string) (T, error)) (T, error) {
	if compiled, ok := known.Load(text); ok {
		return compiled.(T), nil
	}
	compiled, err := compile(text)
	if err == nil {
		known.Store(text, compiled)
	}
	return compiled, err
}

// Parse finds the kind of a tolerance. It is quick, so a tolerance that may change
// during a run can be parsed again for each output. Parse accepts every value;
// Check tells which of them are no tolerance.
func (s *Surroundings) Parse(v any) Tolerance {
	common := usual{s}
	switch v := v.(type) {
	case []any:
		return list{common, v}
	case *value.Map:
		switch m := (mapping{common, v}); v.Text("type") {
		case "regex":
			return regex{m}
		case "jsonpath":
			return jsonPath{m}
		case "range":
			return bounds{m}
		case "probe":
			return probe{m}
		default:
			return unknown{m}
		}
	}
	return scalar{common, v}
}

// usual is what most kinds have in common.
type usual struct{ surroundings *Surroundings }

func (usual) Check() []problem.Finding          { return nil }
func (usual) Warnings(string) []problem.Finding { return nil }
func (usual) AlwaysMet() bool                   { return false }
func (usual) Give(any)                          {}

// mapping is a tolerance with a type. The key target may name the part of the
// output that it looks at.
type mapping struct {
	usual
	*value.Map
}

// text is the text at a key that the mapping must have, or what is wrong with it;
// called is the toolkit's name for it.
func (m mapping) text(key, called, example string) (string, []problem.Finding) {
	written, ok := m.Get(key)
	if !ok {
		return "", wrong("hypothesis "+m.Text("type")+" probe tolerance must have a `"+key+"` key", "add it, as in "+example)
	}
	text, ok := written.(string)
	if !ok {
		return "", wrong("hypothesis probe tolerance "+called+" "+value.Text(written)+" has an invalid type", "write text there, as in "+example, key)
	}
	return text, nil
}

// line is the text of what stands at a key, on one line.
func (m mapping) line(key string) string {
	return strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(value.Text(m.Value(key)))
}

// replaced is the text at a key, with values in the place of names.
func (m mapping) replaced(key string) (string, error) {
	written := m.surroundings.substitute(m.Value(key))
	text, ok := written.(string)
	if !ok {
		return "", unmeasured("the "+key+" of the tolerance is "+value.Kind(written), "make it text")
	}
	return text, nil
}

// why is what is wrong with the text at a key. Of a text with values in it nothing is
// said: it could be a part of a secret.
func (m mapping) why(key, replaced string, err error) string {
	if m.Text(key) != replaced {
		return ""
	}
	return ": " + err.Error()
}

// target is the part of the output that is named, and whether one is.
func (m mapping) target() (any, bool) {
	target := m.Value("target")
	return target, value.Truthy(target)
}

// part is what the tolerance looks at. An output without the part that target names
// is taken as a whole.
func (m mapping) part(output any) (any, error) {
	target, ok := m.target()
	if !ok {
		return output, nil
	}
	parts, ok := output.(*value.Map)
	if !ok {
		return nil, unmeasured("the tolerance looks at "+value.Repr(target)+" of the output, and the output is "+value.Kind(output)+" without parts",
			"remove the target from the tolerance")
	}
	switch target := target.(type) {
	case string:
		if part, ok := parts.Get(target); ok {
			return part, nil
		}
	case []any, *value.Map:
		return nil, unmeasured("the target of the tolerance is "+value.Kind(target), "name one part of the output, such as stdout or body")
	}
	return output, nil
}

// where is the target in words.
func (m mapping) where() string {
	if _, ok := m.target(); !ok {
		return ""
	}
	return " in " + m.line("target")
}

// Got shows the part.
func (m mapping) Got(output any) string {
	part, err := m.part(output)
	if err != nil {
		part = output
	}
	return whole(part)
}

// targetless warns of a tolerance that needs a target and has none.
func (m mapping) targetless(provider string) []problem.Finding {
	parts, ok := partsOf[provider]
	if _, aimed := m.target(); !ok || aimed {
		return nil
	}
	return warning("the tolerance cannot be measured: the output of the "+provider+" probe is an object with "+outputs[provider], "name the part to look at, as in target: "+parts)
}

// partsOf are the parts of an output that can be a target, by the provider's type;
// outputs are all its parts, for messages.
var partsOf = map[string]string{"process": "stdout or stderr", "http": "body"}
var outputs = map[string]string{"process": "status, stdout and stderr", "http": "status, headers and body"}

// unknown is a mapping of no type that is known. The toolkit never finds it met.
type unknown struct{ mapping }

func (t unknown) Check() []problem.Finding {
	written := value.Text(t.Value("type"))
	return wrong("hypothesis probe tolerance type '"+written+"' is unsupported", problem.DidYouMean(written, []string{"regex", "jsonpath", "range", "probe"}), "type")
}

func (unknown) Within(context.Context, any) (bool, error) { return false, nil }

func (t unknown) Wanted(any) string { return value.JSON(t.Map) }

// wrong is a finding that makes the experiment invalid, warning one that does not.
func wrong(what, do string, path ...string) []problem.Finding {
	return []problem.Finding{{Path: path, What: what, Do: do}}
}

func warning(what, do string, path ...string) []problem.Finding {
	return []problem.Finding{{Path: path, What: what, Do: do, Warning: true}}
}

// unmeasured is the error of an output that cannot be compared with its tolerance.
func unmeasured(what, do string) error { return problem.New(problem.NoVerdict, what, do) }

// brief is a pattern or a path for a message, of which the end must be read, too.
func brief(text string) string {
	if letters := []rune(text); len(letters) > 500 {
		return string(letters[:100]) + "…"
	}
	return text
}
