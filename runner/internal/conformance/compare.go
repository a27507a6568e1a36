package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// compare says where got is not what a case expects of a program, one line for
// each place; nothing where it is.
func compare(c *Case, p program, got *result) []string {
	if p.toolkit {
		return differences("", map[string]any(c.Toolkit), map[string]any(got.outcome))
	}
	want := c.expected()
	diff := []string{}
	for _, key := range keys {
		if _, ok := want[key]; !ok {
			continue
		}
		a, b := want[key], got.outcome[key]
		if key == "log" {
			a, b = steps(a), steps(b)
		}
		diff = append(diff, differences(key, a, b)...)
	}
	if c.Verdict.Word != "" && got.word != c.Verdict.Word {
		diff = append(diff, fmt.Sprintf("verdict: want %s, got %q", c.Verdict.Word, got.word))
	}
	for _, text := range c.Verdict.Mentions {
		if !strings.Contains(got.stderr+got.stdout, text) {
			diff = append(diff, fmt.Sprintf("output: nothing mentions %q", text))
		}
	}
	return diff
}

// expected is the outcome that our runner owes; keys that it does not hold are
// not compared.
func (c *Case) expected() Outcome {
	want := Outcome{}
	if c.comparable() {
		maps.Copy(want, c.Toolkit)
	} else {
		want["journal"] = none
	}
	maps.Copy(want, c.Ours)
	if more, ok := c.Ours["more_log"].([]any); ok {
		want["log"] = beforeTheEnd(want["log"], more)
	}
	ignored, _ := c.Ours["ignore"].([]any)
	for _, key := range ignored {
		if name, ok := key.(string); ok {
			delete(want, name)
		}
	}
	want["exit"] = plain(c.Verdict.Exit)
	return want
}

// beforeTheEnd puts lines into a log where rollbacks stand; into a log that is a
// set at their places in the order of letters.
func beforeTheEnd(log any, more []any) []any {
	lines, _ := log.([]any)
	text := func(v any) string { s, _ := v.(string); return s }
	if slices.IsSortedFunc(lines, func(a, b any) int { return strings.Compare(text(a), text(b)) }) {
		all := append(slices.Clone(lines), more...)
		slices.SortFunc(all, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		return slices.Compact(all)
	}
	end := slices.IndexFunc(lines, func(v any) bool { return strings.HasPrefix(text(v), "INFO Experiment ended") })
	return slices.Insert(slices.Clone(lines), max(end, 0), more...)
}

// comparable tells whether the toolkit got as far as a run that ours is to get
// to as well, or found a valid experiment valid: what it says of an invalid one
// is its own.
func (c *Case) comparable() bool {
	if c.Toolkit["crash"] != nil || c.Ours["journal"] == none {
		return false
	}
	return c.Toolkit["journal"] == written || c.Command == "validate" && c.Verdict.Exit == 0 && fmt.Sprint(c.Toolkit["exit"]) == "0"
}

// differences compares two trees, and names places as run[0].output.status.
func differences(path string, want, got any) []string {
	switch a := want.(type) {
	case map[string]any:
		b, ok := got.(map[string]any)
		if !ok {
			break
		}
		var diff []string
		for _, key := range union(a, b) {
			diff = append(diff, member(path, key, a, b)...)
		}
		return diff
	case []any:
		b, ok := got.([]any)
		if !ok {
			break
		}
		return elements(path, a, b)
	}
	if string(line(want)) == string(line(got)) {
		return nil
	}
	return []string{fmt.Sprintf("%s: want %s, got %s", path, line(want), line(got))}
}

func member(path, name string, a, b map[string]any) []string {
	key := name
	if path != "" {
		key = path + "." + name
	}
	v, wanted := a[name]
	w, there := b[name]
	switch {
	case !there:
		return []string{fmt.Sprintf("%s: want %s, got nothing", key, line(v))}
	case !wanted:
		return []string{fmt.Sprintf("%s: want nothing, got %s", key, line(w))}
	}
	return differences(key, v, w)
}

// elements compares two lists; where their lengths differ it shows what is
// missing and what is too much, in a log above all.
func elements(path string, want, got []any) []string {
	if len(want) == len(got) {
		var diff []string
		for i := range want {
			diff = append(diff, differences(fmt.Sprintf("%s[%d]", path, i), want[i], got[i])...)
		}
		return diff
	}
	diff := []string{fmt.Sprintf("%s: want %d elements, got %d", path, len(want), len(got))}
	a, b := lines(want), lines(got)
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	for i := start; i < len(a); i++ {
		diff = append(diff, fmt.Sprintf("%s[%d]: want %s", path, i, a[i]))
	}
	for i := start; i < len(b); i++ {
		diff = append(diff, fmt.Sprintf("%s[%d]: got  %s", path, i, b[i]))
	}
	return diff
}

func lines(list []any) []string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = string(line(v))
	}
	return texts
}

func union(a, b map[string]any) []string {
	names := append(sortedKeys(a), sortedKeys(b)...)
	slices.Sort(names)
	return slices.Compact(names)
}
