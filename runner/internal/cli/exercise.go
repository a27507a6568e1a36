package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/exercise"
	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// exerciseCommands are the commands of the exercises.
func (s *session) exerciseCommands() []*cobra.Command {
	command := func(use, short string, do func(c *course) error) *cobra.Command {
		c := &cobra.Command{
			Use: use, Short: short, Example: "runner " + use,
			RunE: s.alone("choose an exercise with --exercise, as in --exercise 3", func(root string) (err error) {
				c := &course{session: s, root: root}
				if c.all, err = exercise.Load(root, s.language()); err != nil {
					return err
				}
				if c.progress, err = exercise.LoadProgress(root); err != nil {
					return err
				}
				return do(c)
			}),
		}
		s.exerciseFlag(c, "the `NUMBER` of the exercise (default: the first that is not solved)")
		s.languageFlag(c)
		s.rootFlag(c)
		return c
	}
	current := func(do func(c *course, ctx, undo context.Context, e *exercise.Exercise) error) func(*course) error {
		return func(c *course) error {
			e, err := c.current()
			if err != nil {
				return err
			}
			ctx, undo, release := c.interruptible(false)
			defer release()
			return do(c, ctx, undo, e)
		}
	}
	solution := command("solution", "compare your solution with ours, when yours holds", (*course).solution)
	solution.Flags().BoolVar(&s.options.force, "force", false, "show ours before yours holds")
	play, watch := command("exercise", "play the current exercise", current((*course).playFrom)), command("watch", "play it each time you save your file", (*course).watch)
	for _, c := range []*cobra.Command{play, watch} {
		maxTimeFlag(c.Flags(), &s.options.maxTime, "60")
	}
	return []*cobra.Command{
		play, watch,
		command("hint", "help with the current exercise, a step more each time", current((*course).hint)),
		solution,
		command("exercises", "list the exercises, and your progress", (*course).list),
	}
}

// exerciseFlag is the flag that chooses an exercise.
func (s *session) exerciseFlag(c *cobra.Command, help string) {
	c.Flags().Func("exercise", help, func(text string) error {
		number, err := strconv.ParseUint(text, 10, 8)
		if err != nil || number == 0 {
			return errors.New("give the number of an exercise, as in --exercise 3 (with make: EXERCISE=3)")
		}
		s.options.exercise = int(number)
		return nil
	})
}

// course is the exercises of a project, and what the learner has solved of them.
type course struct {
	*session
	root     string
	all      []*exercise.Exercise
	progress *exercise.Progress
	said     []string // what the service said in the last play
	plays    []played // of the exercise that was played last
	watching bool     // the current exercise is played each time the learner saves the file
}

// current is the exercise that was chosen, or the first that is not solved; the last one where
// all are.
func (c *course) current() (*exercise.Exercise, error) {
	if c.options.exercise == 0 {
		if e := c.progress.Current(c.all); e != nil {
			return e, nil
		}
		return c.all[len(c.all)-1], nil
	}
	var numbers []string
	for _, e := range c.all {
		if e.Number == c.options.exercise {
			return e, nil
		}
		numbers = append(numbers, strconv.Itoa(e.Number))
	}
	return nil, usage(fmt.Sprintf("there is no exercise %d here", c.options.exercise), "choose one of "+join(numbers))
}

// playFrom plays an exercise after the solved ones before it. One of them that is not solved any
// more comes first, unless the learner has chosen the exercise.
func (c *course) playFrom(ctx, undo context.Context, e *exercise.Exercise) error {
	c.noteKilled(c.root, "")
	for _, solved := range c.all {
		if solved.Number >= e.Number || !c.progress.Solved[solved.Key()] {
			continue
		}
		seen, err := c.play(ctx, undo, solved)
		if err != nil {
			return err
		}
		switch {
		case isSolved(seen):
			c.console.result(c.console.mask.Screen(fmt.Sprintf("exercise %d is still solved: %s", solved.Number, solved.Title)))
		case c.options.exercise == 0:
			c.console.result(fmt.Sprintf("exercise %d was solved, and is not any more", solved.Number))
			return c.conclude(solved, seen)
		default:
			if err := c.progress.Change(func() { c.progress.Solved[solved.Key()] = false }); err != nil {
				return err
			}
			c.console.result(c.sentenceFor(solved, fmt.Sprintf("exercise %d is not solved any more; {exercise} plays it", solved.Number)))
		}
	}
	return c.playAlone(ctx, undo, e)
}

// playAlone plays an exercise, without those before it.
func (c *course) playAlone(ctx, undo context.Context, e *exercise.Exercise) error {
	if err := c.progress.Change(func() {}); err != nil { // before it is played for nothing
		return err
	}
	if err := c.predict(ctx, e); err != nil {
		return err
	}
	seen, err := c.play(ctx, undo, e)
	if err != nil {
		return err
	}
	return c.conclude(e, seen)
}

// conclude notes and shows what came of an exercise. Its error is the exit code: 1 for an
// exercise that is not solved.
func (c *course) conclude(e *exercise.Exercise, seen []*exercise.Seen) error {
	solved := isSolved(seen)
	err := c.progress.Change(func() {
		c.progress.Solved[e.Key()] = solved
		if c.progress.Predicted[e.Name] != "" && !e.Changed(c.root) {
			c.progress.Saw[e.Name] = c.saw(e, seen[0])
		}
	})
	c.console.result(c.summary(e, seen, solved))
	switch {
	case err != nil:
		return err
	case solved:
		return exitCode(problem.OK)
	}
	return exitCode(problem.Deviated)
}

// isSolved tells whether each play of an exercise was as wanted.
func isSolved(seen []*exercise.Seen) bool {
	return !slices.ContainsFunc(seen, func(s *exercise.Seen) bool { return !s.AsWanted() })
}

// play plays an exercise, until something is not as wanted; to the end where the learner's
// experiment meets several services.
func (c *course) play(ctx, undo context.Context, e *exercise.Exercise) (all []*exercise.Seen, err error) {
	if err := e.Complete(c.root); err != nil {
		return nil, err
	}
	switch _, err := original.Read(filepath.Join(c.root, filepath.FromSlash(e.Learner().Edit))); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, problem.New(problem.Invalid, e.Learner().Edit+" is not there", c.sentenceFor(e, "{reset} brings it back"))
	case err != nil:
		return nil, problem.Wrap(problem.Invalid, err, "your file cannot be read", c.sentenceFor(e, "{reset} puts the file back as it came"))
	}
	doing := fmt.Sprintf("playing exercise %d (the first time: up to a minute)", e.Number)
	clock.Tell(ctx, func(sofar time.Duration) { c.console.Waiting(doing, sofar) }, func() { all, err = c.playAll(ctx, undo, e) })
	return all, err
}

func (c *course) playAll(ctx, undo context.Context, e *exercise.Exercise) (all []*exercise.Seen, err error) {
	c.plays = nil
	given := e.GivenChanged(c.root)
	for _, play := range e.Plays {
		seen := &exercise.Seen{Play: play, Given: given}
		if err := c.playOne(ctx, undo, e, seen); err != nil {
			return nil, err
		}
		all = append(all, seen)
		if seen.Broken != nil || !seen.AsWanted() && e.Kind != "catch" {
			break
		}
	}
	return all, nil
}

// saw is what came of a play, in the words of a prediction; empty where nothing did.
func (c *course) saw(e *exercise.Exercise, s *exercise.Seen) string {
	switch r := s.Result; {
	case r == nil:
		return ""
	case e.Kind == "catch":
		return evidence.Verdicts[r.Verdict.Word].Shown
	case r.After == nil || len(r.After.Runs) == 0:
		return ""
	default:
		return strings.Join(strings.Fields(c.console.words().Answer(r.After.Runs[0])), " ")
	}
}

// predicted shows what the learner has predicted, below what came. It was about the file as it came:
// once that is changed, what came of it is told too.
func (c *course) predicted(b *blockWriter, e *exercise.Exercise) {
	said, saw := c.progress.Predicted[e.Name], c.progress.Saw[e.Name]
	if saw != "" && e.Kind != "experiment" && e.Changed(c.root) {
		said += "; at the start it was: " + c.console.mask.Screen(saw)
	}
	if said != "" {
		b.line("you said", said)
	}
}

// predict asks once what the learner expects.
func (c *course) predict(ctx context.Context, e *exercise.Exercise) error {
	if _, asked := c.progress.Predicted[e.Name]; asked || !isTerminal(c.world.Stdin) || len(e.Predict.Choices) == 0 {
		return nil
	}
	var question strings.Builder
	question.WriteString("\n" + strings.Join(wrap(fmt.Sprintf("Exercise %d: %s", e.Number, e.Predict.Question), c.console.width()), "\n") + "\n")
	for i, choice := range e.Predict.Choices {
		question.WriteString(fmt.Sprintf("  %d  %s\n", i+1, choice))
	}
	for ask := question.String(); ; ask = "" {
		answered := c.console.ask(ask + "Your prediction (a number; Enter alone gives none): ")
		text, err := c.line(ctx)
		if err != nil {
			answered("\n")
			return nil // the play itself notices a signal
		}
		answered("")
		text = strings.TrimSpace(text)
		number, err := strconv.Atoi(text)
		if text == "" || err == nil && number >= 1 && number <= len(e.Predict.Choices) {
			if text != "" {
				text = e.Predict.Choices[number-1]
			}
			return c.progress.Change(func() { c.progress.Predicted[e.Name] = text })
		}
		c.console.note("please type a number from 1 to %d, or press Enter to give none", len(e.Predict.Choices))
	}
}
