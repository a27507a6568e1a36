package tolerance

import (
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// Doubts finds what is allowed and hardly means what it seems to, in the
// tolerance of a probe whose provider has this type: one that is never met, that
// cannot be measured, or that is met whatever happens. Each is worth a warning.
func Doubts(tolerance any, provider string) []Finding {
	process, http := provider == "process", provider == "http"
	if activity, ok := Probe(tolerance); ok {
		return doubtProbe(activity)
	}
	if t, ok := tolerance.(*value.Map); ok && kind(t) == rangeKind && reversed(t) {
		return finding("the range is never met: its lower bound is above the upper one", "write range: [lowest, highest]", "range")
	}
	if !process && !http {
		return nil
	}
	parts := "stdout or stderr"
	if http {
		parts = "body"
	}
	switch t := tolerance.(type) {
	case bool, string:
		if text, _ := t.(string); strings.Contains(text, "$") {
			return nil // ${name} may turn into anything
		}
		return finding("the tolerance is never met: it is compared with the whole output of the "+provider+" probe, which is a mapping",
			"give the status that is wanted, as in 0 or 200, or use the type regex with the target "+parts)
	case []any:
		if http && wholeHundred(t) {
			return finding("the tolerance means the status "+oneOf(t)+", and none between them", "list every status that is wanted, or use the type range with the target status")
		}
	case *value.Map:
		if target, _ := t.Get("target"); !value.Truthy(target) && (kind(t) == regexKind || kind(t) == rangeKind) {
			return finding("the tolerance cannot be measured: the output of the "+provider+" probe is a mapping", "name the part to look at, as in target: "+parts)
		}
	}
	return nil
}

// doubtProbe: the output of these two providers is a mapping that is not empty,
// which Python takes for a yes.
func doubtProbe(activity *value.Map) []Finding {
	written, _ := activity.Get("provider")
	provider, _ := written.(*value.Map)
	switch name := kind(provider); name {
	case "process", "http":
		return finding("the tolerance is always met: whatever a "+name+" probe answers counts as a yes",
			"use a python function that returns true or false, or a tolerance of another type", "provider", "type")
	}
	return nil
}

func reversed(t *value.Map) bool {
	written, _ := t.Get("range")
	bounds, _ := written.([]any)
	if len(bounds) != 2 {
		return false
	}
	ordered, err := numberAtMost(bounds[0], bounds[1])
	return err == nil && !ordered
}

// wholeHundred tells of two statuses such as 200 and 299, which look like bounds.
func wholeHundred(list []any) bool {
	if len(list) != 2 {
		return false
	}
	low, ok := list[0].(int64)
	high, ok2 := list[1].(int64)
	return ok && ok2 && low%100 == 0 && high == low+99
}
