package cli

import (
	"cmp"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/verdict"
)

// verdictWords is what the console makes of a verdict: the word as it is shown,
// the sentence behind it, and what to do next.
type verdictWords struct{ shown, sentence, next string }

func wordsOf(word string) verdictWords {
	return map[string]verdictWords{
		verdict.Held:        {"HELD", "the steady state survived the fault", "try a stronger fault, or write your own experiment"},
		verdict.Explored:    {"EXPLORED", "the method ran; there was no hypothesis to check", "add a steady-state-hypothesis, so that there is something to check"},
		verdict.Deviated:    {"DEVIATED", "the steady state did not survive: a weakness is found", "find out why, improve the system, and run the experiment again"},
		verdict.NoVerdict:   {"NO VERDICT", "this run cannot say if the system is weak", "remove the cause and run the experiment again"},
		verdict.NotUndone:   {"NOT UNDONE", "the fault may still be on", "undo the fault by hand, then check the system"},
		verdict.Interrupted: {"INTERRUPTED", "the run was stopped before its end", "run the experiment again"},
	}[word]
}

// exitOf is the exit code of a run: its verdict's, unless the journal is lost.
func exitOf(r *verdict.Result, unwritten error) error {
	code := r.Code()
	if code == problem.OK && unwritten != nil {
		code = problem.Code(unwritten)
	}
	if code == problem.OK {
		return nil
	}
	return exitCode(code)
}

// closing is what stands in a verdict block besides the verdict.
type closing struct {
	heading   string // beside the word, as in "as this demo expects"
	journal   string
	unwritten error
	next      string // instead of the verdict's own advice
}

// block is the end of every run: the word, one sentence, the reason, where the
// journal is, what to do next.
func (c *console) block(r *verdict.Result, end closing) string {
	words := wordsOf(r.Verdict.Word)
	paint := c.outStyle.bold
	if r.Code() != problem.OK {
		paint = c.outStyle.reverse
	}
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			b.WriteString("  " + label + strings.Repeat(" ", max(1, 9-len(label))) + indented(c.mask.Screen(text), 11) + "\n")
		}
	}
	alarm := ""
	if r.Verdict.Word == verdict.NotUndone {
		alarm = strings.Repeat("!", 72) + "\n"
	}
	b.WriteString("\n" + alarm)
	b.WriteString(paint(words.shown) + end.heading + ": " + words.sentence + "\n")
	line("why", r.Verdict.Reason)
	line("undo", undone(r))
	if end.unwritten == nil {
		line("journal", end.journal)
	}
	line("next", cmp.Or(end.next, nextStep(r, words)))
	return b.String() + alarm
}

// nextStep is the verdict's advice, but where the system was not steady to begin
// with: that is what to see to.
func nextStep(r *verdict.Result, words verdictWords) string {
	if before := r.Before; r.Verdict.Word == verdict.NoVerdict && before != nil && !before.IsMet() {
		return "start the system, wait until it is steady, and run it again"
	}
	return words.next
}

// indented keeps the further lines of a text from looking like lines of ours.
func indented(text string, by int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", by))
}

// undone says after an interruption whether the fault is still on.
func undone(r *verdict.Result) string {
	switch {
	case r.Verdict.Word != verdict.Interrupted:
		return ""
	case len(r.Rollbacks) > 0:
		return "all rollbacks were played"
	case len(r.Run) > 0:
		return "no rollbacks were played: what the method did is still there"
	}
	return "nothing was done, so there is nothing to undo"
}
