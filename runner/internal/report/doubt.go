package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/verdict"
)

// notes says what the journal does not tell.
func (r *Run) notes() {
	note := func(missing bool, text string) {
		if missing {
			r.Missing = append(r.Missing, text)
		}
	}
	r.Doubtful = r.doubtful()
	status := "a status that is unknown"
	if r.Deviated {
		status = "deviated"
	} else if slices.Contains([]string{"completed", "failed", "aborted", "interrupted"}, r.Status) {
		status = r.Status
	}
	note(r.Doubtful, "The verdict does not fit the answers in the journal: somebody or something has changed it.")
	note(r.Verdict.Word == "" && r.Status != "", fmt.Sprintf("The journal has no verdict: it says only %s. Whether the fault was proven is judged here, from the answers.", status))
	note(r.Verdict.Word == "" && r.Status == "", "The journal does not tell how the run ended.")
	note(r.Start.IsZero(), "The journal does not tell when the run began.")
	note(r.Hypothesis && r.Before == nil && r.After == nil && len(r.During) == 0, "The journal has no answer of the hypothesis.")
	note(r.Hypothesis && r.Before == nil && r.Verdict.Word != "" && r.After != nil, "The journal has no answer from before the fault.")
	note(slices.ContainsFunc(r.events(), func(e event) bool { return e.run.Start.IsZero() }), "The journal does not tell when some of the activities began.")
	again := func(run *verdict.Run) bool { return run.Proves && run.Activity.AsText("proof") == "throughout" }
	note(r.Measured() && len(r.Proof) == 0 && slices.ContainsFunc(r.Run, again), "The journal does not tell whether the fault was on until the end.")
	note(r.Title == "", "The journal does not tell the title of the experiment.")
}

// word is the verdict in words, and a sentence for it.
func (r *Run) word() (shown, sentence string) {
	v, known := evidence.Verdicts[r.Verdict.Word]
	switch {
	case r.Doubtful:
		return "DOUBTFUL", "the journal says " + v.Shown + ", and its answers do not show that"
	case known:
		return v.Shown, v.Sentence
	case r.Recorded:
		return "RECORDED", "what a client of " + r.Name + " was answered"
	}
	return "NOT JUDGED", "this journal has no verdict"
}

// doubtful tells whether the answers in the journal have another verdict than the journal. Only
// those that need a proof are doubted: what a journal tells of the others is not all that they need.
func (r *Run) doubtful() bool {
	again := *r.Result
	if again.Before == nil && again.After == nil {
		again.Strategy = "during-method-only"
	} else if again.Before == nil {
		again.Strategy = "after-method-only"
	}
	if r.Verdict.Word == verdict.Explored && r.Before == nil && r.After == nil && len(r.During) == 0 {
		again.Strategy = "skip"
	}
	if r.Verdict.Word == verdict.Deviated && strings.HasPrefix(r.Verdict.Reason, "a control ") {
		return false // the journal does not tell otherwise what a control decided
	}
	forged := slices.ContainsFunc(r.events(), func(e event) bool { return e.run.Decided != "" })
	return slices.Contains(judged, r.Verdict.Word) && (forged || again.Judge().Word != r.Verdict.Word)
}

// repaired is a JSON text as every reader takes it: without NaN and Infinity, which Python writes,
// and, where it ends in the middle, with all open lists and mappings closed after the last of
// their members that is whole.
func repaired(text []byte) (whole []byte, cut bool) {
	var out bytes.Buffer
	out.Grow(len(text))
	depth, safe := 0, 0 // how many brackets are open, and where the last whole member ends
	var closing []byte  // the brackets that close them
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
			closing = append(closing, c+2) // in ASCII, } and ] stand two behind
		case '}', ']':
			depth--
			closing = closing[:max(0, len(closing)-1)]
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
	slices.Reverse(closing)
	return append(out.Bytes(), closing...), true
}

func notANumber(text []byte) string {
	for _, word := range []string{"NaN", "-Infinity", "Infinity"} {
		if bytes.HasPrefix(text, []byte(word)) {
			return word
		}
	}
	return ""
}

// ResultOfLeft is what a killed runner saw, as far as it has left it.
func ResultOfLeft(left *journal.Left) *verdict.Result {
	r := &Run{}
	r.fromLeft(left)
	return r.Result
}

// fromLeft reads what a killed runner has left.
func (r *Run) fromLeft(left *journal.Left) {
	r.Written = left.Document()
	r.Result = resultOf(r.Written, false)
	if left.Unkept {
		r.Result.Begun++
		r.Missing = append(r.Missing, "Not all that it saw could be kept, as on a disk that is full.")
	}
	r.Missing = append(r.Missing, "The runner ended before the run did: this is what it had seen until then. It is not known whether the fault was undone.")
	if left.Lost > 0 {
		r.Missing = append(r.Missing, fmt.Sprintf("Lines that are not whole were left out: %d.", left.Lost))
	}
	for _, e := range r.events() {
		if r.Start.IsZero() || e.run.Start.Before(r.Start) {
			r.Start = e.run.Start
		}
		if e.run.End.After(r.End) {
			r.End = e.run.End
		}
	}
}
