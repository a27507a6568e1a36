package cli

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// recoverCommand undoes what a run has left whose runner was killed.
func (s *session) recoverCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "recover JOURNAL", Short: "undo what a killed run has left",
		Example: "runner recover journal.json\nrunner recover --var-file secrets.yaml journal.json",
		RunE:    s.recoverRun,
	}
	o := &s.options.run
	c.Flags().StringArrayVar(&o.controlFiles, "control-file", nil, "call these controls, from a JSON or YAML `FILE`; may be repeated (default: those of the run)")
	c.Flags().StringVar(&s.options.experiment, "experiment", "", "the `FILE` of the run's experiment, if it had secrets and came from elsewhere (default: the one of the run)")
	experimentFlags(c.Flags(), o)
	maxTimeFlag(c.Flags(), &o.maxTime, "as in the run")
	return c
}

func (s *session) recoverRun(c *cobra.Command, args []string) error {
	ctx, undo, release := s.interruptible(false) // the run says that its rollbacks go on
	defer release()
	s.listener.setHarmless(true)
	if err := one(c, args, "the journal of a run that was killed"); err != nil {
		return err
	}
	if root, err := s.root(); err == nil && s.made() { // make recover names no journal, and knows one alone
		s.noteKilled(root, whole(args[0]))
	}
	left, path, err := s.toRecover(whole(args[0]))
	if left == nil {
		return err
	}
	if folder := left.Begun.Text("temporary"); filepath.IsAbs(folder) { // not always ours
		s.endLeftIn("", folder)
	}
	options, err := s.optionsAgain(c, left)
	if err != nil {
		return err
	}
	options.JournalPath = path
	s.listener.setHarmless(false)
	result, err := s.experiments.Recover(ctx, undo, left, report.ResultOfLeft(left), options)
	if result == nil {
		return err
	}
	code := problem.OK // what was to be done is done
	if result.Verdict.Word != verdict.Interrupted {
		code = result.Code()
	}
	end := closing{journal: s.nearby(path), next: s.next(result, nil)}
	if again := s.demoAgain(path); again != "" && result.Left == "" {
		end.next, end.over = again, endedWithDemo(left, filepath.Dir(path))
	}
	if !end.over && strings.HasPrefix(evidence.Undone(result), "no rollbacks") {
		code = cmp.Or(code, problem.NotUndone)
	}
	return s.conclude(result, end, code, err)
}

// What the name of a demo's folder begins with, and what stands behind the demo's name.
var folderOfRun, anotherOne = regexp.MustCompile(`^\d+-\d+-`), regexp.MustCompile(`^(-\d+)?$`)

// demoAgain says how to play what has its journal at path once more; empty for no demo or exercise. Its
// service was ended with it.
func (s *session) demoAgain(path string) string {
	folder := filepath.Dir(path)
	runs := filepath.Dir(folder)
	root := filepath.Dir(filepath.Dir(runs))
	if runs != filepath.Join(root, ".workshop", "runs") {
		return ""
	}
	again := "play it again"
	names, _ := target.List(filepath.Join(root, "targets")) // without its target nothing is named
	played := folderOfRun.ReplaceAllString(filepath.Base(folder), "")
	for _, name := range names {
		if number, is := strings.CutPrefix(played, name); is && anotherOne.MatchString(number) {
			again = "run the demo again: {demo " + name + "}"
		}
	}
	return s.sentence(again)
}

// given are the flags that name files, and the interpreter: a run that is to be undone needs them again.
func (s *session) given() *value.Map {
	o := s.options.run
	python := o.Python
	if filepath.Base(python) != python { // else it is looked up
		python = whole(python)
	}
	files := func(paths []string) []any {
		all := []any{}
		for _, path := range paths {
			all = append(all, whole(path))
		}
		return all
	}
	return value.MapOf("settings", whole(s.options.settings), "var-file", files(o.variableFiles), "control-file", files(o.controlFiles), "python", python)
}

// optionsAgain goes to the folder of the run, and reads its options again. What is given now counts more.
func (s *session) optionsAgain(c *cobra.Command, left *journal.Left) (run.Options, error) {
	now, then, o := s.given(), left.Begun.Map("given"), &s.options.run
	files := func(key string) (paths []string) {
		list := now.List(key)
		if len(list) == 0 {
			list = then.List(key)
		}
		for _, path := range list {
			paths = append(paths, value.Text(path))
		}
		return paths
	}
	o.variableFiles, o.controlFiles = files("var-file"), files("control-file")
	s.options.settings = cmp.Or(now.Text("settings"), then.Text("settings"))
	o.Python = cmp.Or(now.Text("python"), then.Text("python"))
	folder, source := left.Begun.Text("folder"), left.Begun.Text("source")
	if s.options.experiment != "" {
		s.options.experiment = whole(s.options.experiment) // before the folder changes
	}
	if err := os.Chdir(folder); err != nil {
		return run.Options{}, problem.Wrap(problem.NoVerdict, err, "the folder in which the run was begun cannot be entered", "bring it back, then recover again")
	}
	if s.options.experiment != "" {
		source = s.options.experiment
	} else if short, err := filepath.Rel(folder, source); err == nil && filepath.IsLocal(short) {
		source = short
	}
	options, err := s.readOptions(c, []string{source})
	options.Elsewhere = s.options.experiment != ""
	return options, err
}

// nextOfKilled says what to do where a journal is what a killed run has left; empty if nothing is to be undone.
func (s *session) nextOfKilled(file string) string {
	for _, l := range journal.Leftovers(journal.Of(file)) {
		switch again := s.demoAgain(whole(l.Path)); {
		case !l.Has(file):
		case l.Alive():
			return "wait for the end of the run"
		case again != "":
			return again
		case l.Damaged():
			return "look at the system, undo the fault by hand, then remove " + s.nearby(l.File)
		case l.HasBegun() && !l.Wanted():
			return "undo what the run did: " + s.undoes(l.File, false)
		}
	}
	return ""
}
