package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/journal"
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

// fromLeft reads what a killed runner has left.
func (r *Run) fromLeft(left *journal.Left) {
	r.Written = left.Document()
	r.Result = resultOf(r.Written, false)
	r.Missing = append(r.Missing, "The runner ended before the run did: this is what it had seen until then. It is not known whether the fault was undone.")
	if left.Lost > 0 {
		r.Missing = append(r.Missing, fmt.Sprintf("Lines that are not whole were left out: %d.", left.Lost))
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
