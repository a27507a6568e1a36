package conformance

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// The states of a journal after a run.
const (
	written = "written"
	none    = "none"
	broken  = "broken" // there, but not JSON
)

// addJournal reads the journal and puts what counts of it into o. It returns
// the word of our verdict, "" where the journal has none.
func (o Outcome) addJournal(path string, n *normaliser, during bool) (word string) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		o["journal"] = none
		return ""
	}
	var journal map[string]any
	if err != nil || decode(quoteNaN(data), &journal) != nil {
		o["journal"] = broken
		return ""
	}
	o["journal"] = written
	o["status"] = journal["status"]
	o["deviated"] = journal["deviated"]
	o["steady_states"] = reduceStates(journal["steady_states"], n, during)
	o["run"] = reduceEntries(journal["run"], n)
	o["rollbacks"] = reduceEntries(journal["rollbacks"], n)
	verdict, _ := journal["verdict"].(map[string]any)
	word, _ = verdict["word"].(string)
	return word
}

var bareNaN = regexp.MustCompile(`(?m)^(\s*(?:"(?:[^"\\]|\\.)*": )?)(-?Infinity|NaN)(,?)$`)

// quoteNaN makes JSON of what Python writes for floats that JSON does not have.
func quoteNaN(journal []byte) []byte { return bareNaN.ReplaceAll(journal, []byte(`$1"$2"$3`)) }

func reduceStates(v any, n *normaliser, during bool) any {
	states, ok := v.(map[string]any)
	if !ok {
		return v
	}
	reduced := map[string]any{
		"before": reduceState(states["before"], n),
		"after":  reduceState(states["after"], n),
	}
	if during {
		reduced["during"] = reduceDuring(states["during"], n)
	}
	return reduced
}

func reduceState(v any, n *normaliser) any {
	state, ok := v.(map[string]any)
	if !ok {
		return v
	}
	return map[string]any{
		"met":    state["steady_state_met"],
		"probes": reduceEntries(state["probes"], n),
	}
}

// reduceDuring folds equal neighbours, for how often is a matter of speed.
func reduceDuring(v any, n *normaliser) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	folded := []any{}
	for _, item := range list {
		state := reduceState(item, n)
		if len(folded) == 0 || !reflect.DeepEqual(folded[len(folded)-1], state) {
			folded = append(folded, state)
		}
	}
	return folded
}

func reduceEntries(v any, n *normaliser) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	entries := make([]any, len(list))
	for i, item := range list {
		entries[i] = reduceEntry(item, n)
	}
	return entries
}

// inOrder sorts entries that ran side by side.
func inOrder(v any) any {
	if list, ok := v.([]any); ok {
		slices.SortFunc(list, func(a, b any) int { return bytes.Compare(line(a), line(b)) })
	}
	return v
}

func reduceEntry(v any, n *normaliser) any {
	run, ok := v.(map[string]any)
	if !ok {
		return v
	}
	activity, _ := run["activity"].(map[string]any)
	entry := map[string]any{"type": activity["type"], "name": n.tree(activity["name"])}
	for _, key := range []string{"status", "tolerance_met"} {
		if v, ok := run[key]; ok {
			entry[key] = v
		}
	}
	if v, ok := run["output"]; ok {
		entry["output"] = n.tree(withoutDate(v))
	}
	if v, ok := run["exception"]; ok {
		entry["exception"] = n.text(lastLine(v))
	}
	return entry
}

// withoutDate drops the one header of an http output that changes by itself.
func withoutDate(output any) any {
	mapping, _ := output.(map[string]any)
	if headers, ok := mapping["headers"].(map[string]any); ok {
		delete(headers, "Date")
	}
	return output
}

// lastLine is the exception itself, at the end of a traceback.
func lastLine(exception any) string {
	lines, _ := exception.([]any)
	var all strings.Builder
	for _, v := range lines {
		text, _ := v.(string)
		all.WriteString(text)
	}
	text := strings.TrimSpace(all.String())
	return text[strings.LastIndex(text, "\n")+1:]
}
