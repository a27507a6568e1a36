package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

func (s *session) demoCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "demo TARGET...", Short: "start a target, and run its experiment",
		Example:           "runner demo weak\nrunner demo weak resilient",
		ValidArgsFunction: s.completeTargets,
		RunE:              func(_ *cobra.Command, args []string) error { return s.runDemos(args) },
	}
	s.portFlag(c, "use exactly this `PORT`; 0 is any that is free (default: the target's own, or a free one)", 0, "give a number from 1 to 65535, or 0 for any port that is free")
	c.Flags().BoolVar(&s.options.step, "step", false, "stop before each step: say what it will do, and go on when you press Enter")
	s.options.maxTime = maxTime
	maxTimeFlag(c.Flags(), &s.options.maxTime, "60")
	s.rootFlag(c)
	return c
}

// portFlag is the flag that chooses a port, from least on; give says what else to give.
func (s *session) portFlag(c *cobra.Command, help string, least uint64, give string) {
	c.Flags().Func("port", help, func(text string) error {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port < least {
			return errors.New(give)
		}
		if s.options.port = int(port); port == 0 {
			s.options.port = -1
		}
		return nil
	})
}

// rootFlag is the flag that names the project's folder.
func (s *session) rootFlag(c *cobra.Command) {
	c.Flags().StringVar(&s.options.root, "root", "", "the project's `FOLDER`, which holds the folder targets (default: the nearest one upwards)")
	c.MarkFlagDirname("root")
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
	for ; ; folder = filepath.Dir(folder) {
		if isFolder(filepath.Join(folder, "targets")) {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", usage("there is no folder targets here or further up", "go to the project's folder, or name it with --root")
		}
	}
}

// alone is a command without arguments, in the project's folder; does says what it does.
func (s *session) alone(does string, do func(root string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usage(c.Name()+" takes no arguments", does)
		}
		root, err := s.root()
		if err != nil {
			return err
		}
		return do(root)
	}
}

// runDemos runs one demo after the other, and compares them if there are several.
func (s *session) runDemos(names []string) error {
	root, targets, err := s.toStart(names)
	if err != nil {
		return err
	}
	s.demos = names
	if s.options.step && !isTerminal(s.world.Stdin) {
		return usage(map[bool]string{false: "--step", true: "STEP=1"}[s.made()]+" needs a terminal to ask at", "leave it out, or run in a terminal")
	}
	ctx, undo, release := s.interruptible(true)
	defer release()
	s.noteKilled(root, "")
	d := s.demo(root)
	if s.options.step {
		d.Interval = time.Hour
	}
	var outcomes []*demo.Outcome
	var all []played
	next := ""
	code := exitCode(problem.OK)
	for i, t := range targets {
		if len(outcomes) > 0 {
			s.console.print(s.console.err, "")
		}
		o, err := d.Run(ctx, undo, t)
		if err != nil {
			return s.worse(code, s.notBegun(ctx, err))
		}
		end := s.closing(o, s.next(o.Result, o))
		if changed := slices.ContainsFunc(outcomes, func(o *demo.Outcome) bool { return o.Changed }); !changed { // or that is said
			next = end.next
		}
		if o.Unwritten == nil {
			all = append(all, played{journal: o.Journal, name: o.Target.Name})
		}
		if len(targets) > 1 && o.AsExpected() { // said once, at the end
			end.next = ""
		}
		code = cmp.Or(code, s.concludeDemo(o, end))
		outcomes = append(outcomes, o)
		if (ctx.Err() != nil || s.unattended) && i < len(targets)-1 {
			s.console.note("not played any more: %s", join(names[i+1:]))
			if ctx.Err() != nil {
				code = cmp.Or(code, stoppedBy(ctx))
			}
			break
		}
	}
	if len(outcomes) > 1 {
		page, lost := s.beside(comparedFile, report.Report{Next: next}, all...)
		s.console.result(s.console.comparison(outcomes, next, page))
		if lost != nil {
			code = cmp.Or(code, exitCode(problem.Code(lost)))
		}
	}
	return code
}

// worse is what a demo that did not begin ends with, unless a target before it may still be up.
func (s *session) worse(code exitCode, notBegun error) error {
	if code != exitCode(problem.NotUndone) {
		return notBegun
	}
	if !errors.As(notBegun, new(exitCode)) { // or it is said
		s.console.problems(notBegun)
	}
	return code
}

// notBegun is what to report of a demo that did not come to its experiment.
func (s *session) notBegun(ctx context.Context, err error) error {
	if s.notTakenDown(err) != nil {
		return exitCode(problem.NotUndone)
	}
	var stop *verdict.Stop
	var p *problem.Problem
	if errors.As(err, &p) {
		p.Do = s.sentence(p.Do)
	}
	if ctx.Err() == nil || !errors.As(context.Cause(ctx), &stop) {
		return err
	}
	s.console.note("%s before the experiment began: all started processes were stopped, nothing was changed", stop.Why)
	return exitCode(128 + stop.Signal)
}

// notTakenDown prints an error that says that a target could not be taken down, with what is said besides, and
// returns the exit code for that; nil for another error.
func (s *session) notTakenDown(err error) error {
	all := []error{err}
	if joined, is := err.(interface{ Unwrap() []error }); is {
		all = joined.Unwrap()
	}
	if problem.Code(all[0]) != problem.NotUndone {
		return nil
	}
	for _, err := range slices.Backward(all) { // the worst comes last
		if p := new(problem.Problem); errors.As(err, &p) {
			p.Do = s.sentence(p.Do)
		}
		s.console.problems(err)
	}
	return exitCode(problem.NotUndone)
}

// demo runs demos of the project in the folder root.
func (s *session) demo(root string) demo.Demo {
	return demo.Demo{Root: root, Port: s.options.port, Output: s.console, Owner: &s.processes, Environment: s.world.Environment,
		Learn: func(ctx context.Context, e demo.Experiment) { s.experiments.Learn(ctx, optionsOf(e)) },
		Prepare: func(ctx context.Context, e demo.Experiment) (func(ctx, undo context.Context) (*verdict.Result, error), error) {
			o := optionsOf(e)
			o.MaxTime = seconds(s.options.maxTime)
			s.tellStory(ctx, &o)
			p, err := s.experiments.Prepare(ctx, o)
			return p.Run, err
		}}
}

// toStart is the project's folder, and the targets of these names: all are read before the first is started.
func (s *session) toStart(names []string) (root string, targets []*target.Target, err error) {
	if root, err = s.root(); err != nil {
		return "", nil, err
	}
	if targets, err = s.targets(root, names); err != nil {
		return "", nil, err
	}
	for _, t := range targets {
		if err := s.sourceIsThere(root, t); err != nil {
			return "", nil, err
		}
	}
	return root, targets, nil
}

// targets reads the targets of these names.
func (s *session) targets(root string, names []string) ([]*target.Target, error) {
	folder := filepath.Join(root, "targets")
	if len(names) == 0 {
		known, err := target.List(folder)
		if err != nil {
			return nil, err
		}
		return nil, usage("name at least one target", "choose one of: "+join(known)+" ("+s.command("targets")+" says what they are)")
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
		s.console.problems(found)
		targets = append(targets, t)
	}
	return targets, nil
}

func optionsOf(e demo.Experiment) run.Options {
	return run.Options{Source: e.Source, JournalPath: e.Journal, Environment: e.Environment, Performed: e.Performed,
		Strategy: experiment.Strategy{Frequency: 1}, MaxTime: seconds(maxTime), MaxOutput: maxOutput << 20}
}

// closing is the end of a demo, with the page of its journal: a journal that was not written has none.
func (s *session) closing(o *demo.Outcome, next string) closing {
	end := closing{journal: s.nearby(o.Journal), next: next, over: o.Target.Folder == filepath.Dir(o.Journal)}
	if o.Unwritten != nil {
		end.report = "none, as the journal could not be written where it belongs"
	} else {
		page := strings.NewReplacer("journal", "report", ".json", ".html").Replace(filepath.Base(o.Journal))
		end.report, end.lost = s.beside(page, report.Report{Next: next}, played{journal: o.Journal, name: o.Target.Name})
	}
	return end
}

// concludeDemo prints the end of one demo, and returns its exit code: 0 if it ended as expected.
func (s *session) concludeDemo(o *demo.Outcome, end closing) exitCode {
	code := o.Result.Code()
	switch {
	case o.Target.Expect == "":
	case o.Repaired():
		end.heading, code = ": your change repaired the "+serviceName(o.Target.Name), problem.OK
	case o.Changed && o.AsExpected():
		end.heading, code = ": your change has not repaired the "+serviceName(o.Target.Name)+" yet", problem.OK
	case o.AsExpected():
		end.heading, code = ", as this demo should", problem.OK
	default:
		if o.Result.Measured() {
			end.heading = ", but this demo should end with " + evidence.Verdicts[o.Target.Expect].Shown
		}
		code = cmp.Or(code, problem.Deviated)
	}
	s.console.problems(o.Died)
	concluded := s.conclude(o.Result, end, code, o.Unwritten)
	if s.notTakenDown(o.Left) != nil {
		return exitCode(problem.NotUndone)
	}
	return concluded
}
