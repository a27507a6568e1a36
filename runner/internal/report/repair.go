package report

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// repaired is a JSON text as every reader takes it: without NaN and Infinity, which Python writes,
// and, where it ends in the middle, with all open lists and mappings closed after the last of
// their members that is whole.
func repaired(text []byte) (whole []byte, cut bool) {
	var out bytes.Buffer
	depth, safe := 0, 0 // how many brackets are open, and where the last whole member ends
	inText := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if inText {
			out.WriteByte(c)
			if c == '\\' && i+1 < len(text) {
				i++
				out.WriteByte(text[i])
			}
			inText = c != '"'
			continue
		}
		if word := notANumber(text[i:]); word != "" {
			out.WriteString("null")
			i += len(word) - 1
			continue
		}
		switch c {
		case '"':
			inText = true
		case ',':
			safe = out.Len()
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		out.WriteByte(c)
		if strings.IndexByte("{}[]", c) >= 0 {
			safe = out.Len()
		}
	}
	if depth <= 0 && !inText {
		return out.Bytes(), false
	}
	out.Truncate(safe)
	return append(out.Bytes(), due(out.Bytes())...), true
}

// due are the brackets that close what a text has left open, which ends outside of its texts.
func due(text []byte) (closing []byte) {
	inText := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			closing = append(closing, c+2) // in ASCII, } and ] stand two behind
		case c == '}' || c == ']':
			closing = closing[:max(0, len(closing)-1)]
		}
	}
	slices.Reverse(closing)
	return closing
}

func notANumber(text []byte) string {
	for _, word := range []string{"NaN", "-Infinity", "Infinity"} {
		if bytes.HasPrefix(text, []byte(word)) {
			return word
		}
	}
	return ""
}

// parse reads a text of JSON.
func parse(text []byte) (any, error) {
	v, end, err := value.ReadJSON(text, maxValues, nil)
	if err == nil && len(bytes.TrimSpace(text[end:])) > 0 {
		err = errors.New("there is more after the end of the JSON")
	}
	return v, err
}

// isRecord tells whether a line is of a run that has not written its journal: see package journal.
func isRecord(line []byte) bool {
	v, err := parse(line)
	m, _ := v.(*value.Map)
	return err == nil && m.Has("part") && m.Has("run")
}

// fromRecords reads what a killed runner has left.
func (r *Run) fromRecords(lines [][]byte) {
	parts := map[string][]any{}
	lost := 0
	for _, line := range lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		v, err := parse(line)
		m, _ := v.(*value.Map)
		if err != nil || m.Map("run") == nil {
			lost++
			continue
		}
		parts[m.AsText("part")] = append(parts[m.AsText("part")], m.Map("run"))
	}
	pass := func(part string) any {
		if len(parts[part]) == 0 {
			return nil
		}
		return value.MapOf("probes", parts[part])
	}
	states := value.MapOf("before", pass("before"), "after", pass("after"))
	if during := pass("during"); during != nil {
		states.Set("during", []any{during})
	}
	r.Result = resultOf(value.MapOf("steady_states", states, "run", parts["method"], "rollbacks", parts["rollback"], "verdict", value.MapOf("proof", parts["proof"])), true)
	r.Missing = append(r.Missing, "The runner ended before the run did: this is what it had seen until then. It is not known whether the fault was undone.")
	if lost > 0 {
		r.Missing = append(r.Missing, fmt.Sprintf("Lines that are not whole were left out: %d.", lost))
	}
	r.spanned()
}

// spanned takes the time of the run from its activities.
func (r *Run) spanned() {
	for _, e := range r.events() {
		if r.Start.IsZero() || e.run.Start.Before(r.Start) {
			r.Start = e.run.Start
		}
		if e.run.End.After(r.End) {
			r.End = e.run.End
		}
	}
}
