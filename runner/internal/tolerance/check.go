package tolerance

import (
	"math/big"

	"chaosworkshop.example/runner/internal/value"
)

// Finding is one thing that is wrong with a tolerance as it is written. Path
// leads from the tolerance to the place: keys, and list items by their number.
type Finding struct {
	Path []string
	What string // in the toolkit's words where it has some
	Do   string
}

// Check finds what is wrong with a tolerance. The activity inside one of type
// probe (see Probe) is the caller's to check, as any other activity.
func Check(tolerance any) []Finding {
	switch t := tolerance.(type) {
	case bool, int64, *big.Int, string, []any:
		return nil
	case *value.Map:
		return checkMapping(t)
	}
	return finding("hypothesis probe tolerance must either be an integer, a string, a boolean, a list or a mapping, and it is "+sortOf(tolerance),
		"write for example 200, [200, 503], or a mapping with the type regex, jsonpath, range or probe")
}

func checkMapping(t *value.Map) []Finding {
	switch kind(t) {
	case probeKind:
		return nil
	case regexKind:
		return checkRegex(t)
	case jsonpathKind:
		return checkJSONPath(t)
	case rangeKind:
		return checkRange(t)
	}
	written, _ := t.Get("type")
	return finding("hypothesis probe tolerance type '"+value.Text(written)+"' is unsupported",
		"use regex, jsonpath, range or probe", "type")
}

func checkRange(t *value.Map) []Finding {
	written, ok := t.Get("range")
	if !ok {
		return finding("hypothesis range probe tolerance must have a `range` key", "add range: [lowest, highest]")
	}
	bounds, ok := written.([]any)
	switch {
	case !ok:
		return finding("hypothesis range must be a sequence", "write range: [lowest, highest]", "range")
	case len(bounds) != 2:
		return finding("hypothesis range sequence must be made of two values", "write range: [lowest, highest]", "range")
	}
	var all []Finding
	for i, name := range []string{"lower", "upper"} {
		if _, _, ok := number(bounds[i]); !ok {
			all = append(all, finding("hypothesis range "+name+" boundary must be a number",
				"write a number; ${name} is not replaced here", "range", string(rune('0'+i)))...)
		}
	}
	return all
}

func finding(what, do string, path ...string) []Finding {
	return []Finding{{Path: path, What: what, Do: do}}
}
