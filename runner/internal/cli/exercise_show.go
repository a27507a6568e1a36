package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/exercise"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/verdict"
)

// summary is what the learner sees of a play: the task, what a consumer saw, what was wanted, and
// where to look.
func (c *course) summary(e *exercise.Exercise, seen []*exercise.Seen, solved bool) string {
	b := blockWriter{width: c.console.width()}
	title := fmt.Sprintf("EXERCISE %d OF %d: %s", e.Number, c.all[len(c.all)-1].Number, e.Title)
	b.WriteString("\n" + c.console.outStyle.bold(title) + "\n")
	b.line("task", e.Task)
	b.line("file", c.nearby(filepath.Join(c.root, e.Learner().Edit)))
	last := seen[len(seen)-1]
	word, paint := "NOT SOLVED YET", c.console.outStyle.verdict(verdict.Deviated)
	if solved {
		word, paint = "SOLVED", c.console.outStyle.verdict(verdict.Held)
	}
	if last.Broken != nil {
		c.console.problems(last.Broken)
	}
	b.WriteString("\n" + paint(word) + "\n")
	switch {
	case last.Broken != nil:
		b.line("why", "it could not be played; the messages above say why")
	case e.Kind == "catch":
		c.verdicts(&b, e, seen)
	case solved:
		for _, s := range seen {
			c.consumer(&b, e, s, true)
		}
		c.predicted(&b, e)
	default:
		c.consumer(&b, e, last, false)
	}
	switch {
	case solved:
		b.line("learned", e.Learned)
	case last.Given != "":
		cure := "get it again, from where the project came"
		if slices.Contains(e.Given, last.Given) {
			cure = "{reset} puts back all files of the exercise, and keeps yours"
		}
		b.line("look", last.Given+c.sentenceFor(e, " was changed, and this exercise needs it as it came: "+cure))
	case last.Broken != nil: // the messages name the place
	case e.Changed(c.root):
		b.line("look", e.Place)
	default:
		b.line("look", e.Look)
	}
	next := c.nextExercise(e, solved)
	b.line("next", next)
	step := map[bool]string{true: "validate", false: "improve"}[solved]
	if e.Kind != "repair" { // the experiment is what is written
		step = "discover"
	}
	of := report.Report{Next: next, Task: &report.Task{Title: title, Text: e.Task, Solved: solved, Step: step}}
	page, _ := c.beside(reportFile, of, c.plays...) // the exit code tells whether it is solved
	b.path("report", c.console.mask.Line(page, 0))
	return strings.TrimSuffix(b.String(), "\n")
}

// verdicts shows what an experiment said about each service.
func (c *course) verdicts(b *blockWriter, e *exercise.Exercise, seen []*exercise.Seen) {
	var rows []evidence.Row
	for _, s := range seen {
		answer := padded(s.Play.Name, 12) + evidence.Verdicts[s.Result.Verdict.Word].Shown
		rows = append(rows, evidence.Row{Label: "service", Answer: answer, Wanted: s.Play.Wanted})
	}
	b.table(rows)
	c.predicted(b, e)
	for _, s := range seen {
		if !s.AsWanted() {
			b.line("why", c.console.mask.Screen(s.Play.Name+": "+c.why(s)))
			break
		}
	}
}

// why says why a play is not as wanted.
func (c *course) why(s *exercise.Seen) string {
	if s.Result.Before != nil && slices.ContainsFunc(s.Result.Before.Runs, func(r *verdict.Run) bool { return r.Elsewhere != "" }) {
		return "before the fault, the service did not answer with the contents of its file"
	}
	if s.Result.Measured() {
		return cmp.Or(s.Lacks(), s.Result.Verdict.Reason)
	}
	return evidence.InTime(cmp.Or(s.Failed(), s.Result.Verdict.Reason)) // a rollback may have failed too, but only because of it
}

// consumer shows what a consumer of the service saw.
func (c *course) consumer(b *blockWriter, e *exercise.Exercise, s *exercise.Seen, solved bool) {
	if s.Play.Name != "" {
		b.line("play", s.Play.Name)
	}
	for _, r := range c.console.words().Rows(s.Result) {
		b.line(r.Label, r.Answer) // what the experiment wants may be less than what the exercise wants
	}
	if s.Play.Fault == "replaced" {
		b.line("verdict", evidence.Verdicts[s.Result.Verdict.Word].Shown)
		b.line("undo", "the exchange file is "+map[bool]string{true: "", false: "not "}[s.Restored]+"as it was before")
	}
	for _, header := range s.Headers() {
		b.line("header", c.console.mask.Screen(header))
	}
	if !solved {
		c.predicted(b, e)
		if !s.Result.Measured() || s.Lacks() != "" {
			b.line("why", c.console.mask.Screen(c.why(s)))
		}
		for _, line := range crash(c.said, e.Learner().Edit) {
			b.line("service", c.console.mask.Screen(c.console.fromHere(line)))
		}
		b.line("wanted", s.Play.Wanted)
	}
}

// nextExercise is what to do after a play.
func (c *course) nextExercise(e *exercise.Exercise, solved bool) string {
	if !solved {
		return c.again(" helps")
	}
	compare := c.sentenceFor(e, "\n{solution} compares yours with ours")
	next := c.progress.Current(c.all)
	if next == nil {
		return "all exercises are solved" + compare
	}
	chosen := c.options.exercise
	defer func() { c.options.exercise = chosen }()
	if c.watching && chosen == 0 {
		return fmt.Sprintf("exercise %d: %s%s", next.Number, next.Title, compare)
	}
	c.options.exercise = 0
	return fmt.Sprintf("%s plays exercise %d: %s%s", c.command("exercise"), next.Number, next.Title, compare)
}

// again is how an exercise is played again, and how to get a hint, of which what is said.
func (c *course) again(what string) string {
	switch {
	case !c.watching:
		return c.sentence("change the file, then {exercise}; {hint}" + what)
	case isTerminal(c.world.Stdin):
		return "change the file and save it; h" + what + ", q stops (press Enter after the letter)"
	}
	return c.sentence("change the file and save it; {hint}" + what)
}

// sentenceFor is a sentence whose commands name the exercise, whichever is the current one.
func (c *course) sentenceFor(e *exercise.Exercise, text string) string {
	chosen := c.options.exercise
	defer func() { c.options.exercise = chosen }()
	c.options.exercise = e.Number
	return c.sentence(text)
}

// list shows all exercises, with what is solved.
func (c *course) list() error {
	current := c.progress.Current(c.all)
	b := blockWriter{width: c.console.width()}
	for _, e := range c.all {
		state := ""
		switch {
		case c.progress.Solved[e.Key()]:
			state = "solved"
		case e == current:
			state = "current"
		}
		b.label = ""
		b.line(fmt.Sprintf("%d  ", e.Number), fmt.Sprintf("%s %s %s", padded(state, 8), padded(e.Kind, 10), e.Title))
	}
	b.label = ""
	b.line("next", c.sentence(map[bool]string{true: "all exercises are solved", false: "{exercise} plays the current one; {hint} helps"}[current == nil]))
	c.console.result(strings.TrimSuffix(b.String(), "\n"))
	return nil
}

// hint plays an exercise, and gives the next step of the hint that fits its state.
func (c *course) hint(ctx, undo context.Context, e *exercise.Exercise) error {
	if err := c.progress.Change(func() {}); err != nil { // before it is played for nothing
		return err
	}
	seen, err := c.play(ctx, undo, e)
	if err != nil {
		return err
	}
	failing := seen[len(seen)-1]
	for _, s := range seen {
		if !s.AsWanted() {
			failing = s
			break
		}
	}
	if failing.AsWanted() {
		said := fmt.Sprintf("exercise %d is solved, so there is no hint to give", e.Number)
		if !c.progress.Solved[e.Key()] {
			said += "; {exercise} notes that it is solved"
		}
		c.console.prose(c.sentenceFor(e, said))
		return nil
	}
	c.console.problems(failing.Broken)
	message := "" // it tells one mistake from another of the same state, wherever it stands
	if failing.Broken != nil {
		message = regexp.MustCompile(`\d+`).ReplaceAllString(failing.Broken.Error(), "")
	}
	h := e.Hint(failing, !e.Changed(c.root))
	steps := e.Said(h)
	err = c.progress.Change(func() {
		last := &c.progress.Hint
		if last.Exercise != e.Key() || last.State != h.State || last.Message != message {
			last.Exercise, last.State, last.Message, last.Step = e.Key(), h.State, message, 0
		}
		last.Step = min(last.Step+1, len(steps))
	})
	c.console.result(c.shownHint(e, steps, max(c.progress.Hint.Step, 1)))
	return err
}

// shownHint is one step of a hint. The last one is code, and is not wrapped.
func (c *course) shownHint(e *exercise.Exercise, steps []string, step int) string {
	title := fmt.Sprintf("HINT %d OF %d for exercise %d: %s", step, len(steps), e.Number, e.Title)
	text := c.console.outStyle.bold(title) + "\n"
	if said := strings.TrimSpace(steps[step-1]); step == len(steps) {
		text += "  " + strings.ReplaceAll(said, "\n", "\n  ") + "\n"
	} else {
		text += "  " + strings.Join(wrap(said, c.console.width()-2), "\n  ") + "\n"
	}
	if step < len(steps) {
		return text + strings.Join(wrap("next: "+c.again(" again says more"), c.console.width()), "\n")
	}
	return text + c.console.behind("", c.sentenceFor(e, "this was the last step; {solution} shows ours when yours is solved"))
}

// solution compares the learner's file with ours.
func (c *course) solution() error {
	e, err := c.current()
	if err != nil {
		return err
	}
	if c.options.exercise == 0 && !c.options.force { // the last that is solved: the current one is not
		for _, other := range c.all {
			if c.progress.Solved[other.Key()] {
				e = other
			}
		}
	}
	if !c.progress.Solved[e.Key()] && !c.options.force {
		return problem.New(problem.Deviated, fmt.Sprintf("exercise %d is not solved yet, so its solution is not shown", e.Number),
			c.command("exercise")+" plays it; "+c.command("solution", "force")+" shows it all the same")
	}
	files := e.Learner()
	return c.diff(c.root, files.Edit, files.Solution, "", c.sentenceFor(e, "put your file back: {reset}"))
}
