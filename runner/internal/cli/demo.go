package cli

import (
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/run"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

func demoFlags(s *session, f *pflag.FlagSet) {
	rootFlags(s, f)
	f.IntVar(&s.options.port, "port", 0, "the target's `PORT`: this one or none (default: the target's own, or one that is free)")
}

func rootFlags(s *session, f *pflag.FlagSet) {
	f.StringVar(&s.options.root, "root", "", "the project's `FOLDER`, which holds the folder targets (default: the nearest upwards)")
}

// root is the project's folder, as a whole path.
func (s *session) root() (string, error) {
	if s.options.root != "" {
		return filepath.Abs(s.options.root)
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if info, err := os.Stat(filepath.Join(folder, "targets")); err == nil && info.IsDir() {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", usage("there is no folder targets here or further up", "go to the project's folder, or name it with --root")
		}
		folder = parent
	}
}

func demoCommand(s *session, args []string) error {
	root, err := s.root()
	if err != nil {
		return err
	}
	targets, err := s.targets(root, args)
	if err != nil {
		return err
	}
	ctx, undo, release := s.interruptible()
	defer release()
	d := s.demo(root)
	var outcomes []*demo.Outcome
	for _, t := range targets {
		o, err := d.Run(ctx, undo, t)
		if err != nil {
			return s.unplayed(ctx, err)
		}
		s.conclude(o)
		outcomes = append(outcomes, o)
		if ctx.Err() != nil {
			break
		}
	}
	if len(outcomes) > 1 {
		s.console.result(s.console.comparison(outcomes))
	}
	return exitOfDemo(outcomes)
}

func (s *session) targets(root string, names []string) ([]*target.Target, error) {
	folder := filepath.Join(root, "targets")
	if len(names) == 0 {
		known, err := target.List(folder)
		if err != nil {
			return nil, err
		}
		return nil, usage("demo takes at least one target", "choose of: "+join(known))
	}
	var targets []*target.Target
	for _, name := range names {
		path, err := target.Find(folder, name)
		if err != nil {
			return nil, err
		}
		t, found := target.Load(path)
		if t == nil {
			return nil, found
		}
		if len(found) > 0 {
			s.console.problems(found)
		}
		targets = append(targets, t)
	}
	return targets, nil
}

func (s *session) demo(root string) demo.Demo {
	return demo.Demo{
		Root: root, Port: s.options.port, Output: s.console, Owner: s.owner(), Environment: s.world.Environment,
		Prepare: func(ctx context.Context, e demo.Experiment) (func(ctx, undo context.Context) (*verdict.Result, error), error) {
			p, err := s.runner().Prepare(ctx, run.Options{Source: e.Source, JournalPath: e.Journal, Environment: e.Environment,
				Strategy: experiment.Strategy{Frequency: 1}, Performed: e.Performed})
			if err != nil {
				return nil, err
			}
			return p.Run, nil
		},
	}
}

// unplayed is the end of a demo that came to no experiment.
func (s *session) unplayed(ctx context.Context, err error) error {
	var stop *verdict.Stop
	if ctx.Err() == nil || !errors.As(context.Cause(ctx), &stop) {
		return err
	}
	s.console.note("%s before the experiment began: all started processes were stopped, nothing was changed", stop.Why)
	return exitCode(128 + stop.Signal)
}

// conclude ends one demo with its verdict block.
func (s *session) conclude(o *demo.Outcome) {
	end := closing{journal: s.nearby(o.Journal), unwritten: o.Unwritten}
	switch {
	case o.Target.Expect == "":
	case o.AsExpected():
		end.heading, end.next = ", as expected", o.Target.Next
	default:
		end.heading = fmt.Sprintf(" (this demo expects %s)", shownWord(o.Target.Expect))
	}
	s.console.result(s.console.block(o.Result, end))
	for _, err := range []error{o.Died, o.Unwritten} {
		if err != nil {
			s.console.problems(err)
		}
	}
}

func shownWord(word string) string { return wordsOf(word).shown }

// nearby is a path as the user would write it, from the folder in which they stand.
func (s *session) nearby(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if short, err := filepath.Rel(s.here, whole); err == nil && len(short) < len(whole) {
		return short
	}
	return whole
}

// exitOfDemo is 0 where all is as expected, and tells the first thing that is not.
func exitOfDemo(outcomes []*demo.Outcome) error {
	for _, o := range outcomes {
		err := exitOf(o.Result, o.Unwritten)
		var code exitCode
		switch word := o.Result.Verdict.Word; {
		case o.AsExpected() && o.Target.Expect != "":
			if o.Unwritten != nil {
				return exitCode(problem.Code(o.Unwritten))
			}
		case err == nil && o.Target.Expect != "", word == verdict.Deviated:
			return exitCode(problem.Deviated)
		case errors.As(err, &code):
			return code
		}
	}
	return nil
}

// Say tells what the demo does.
func (c *console) Say(text string) { c.print(c.err, c.errStyle.bold(c.mask.Screen(text))) }

// Line shows what a target says, beside the log and told apart from it.
func (c *console) Line(target, line string) { c.note("%-10s| %s", target, line) }
