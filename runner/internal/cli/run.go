package cli

import (
	"chaosworkshop.example/runner/internal/value"
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/control"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/settings"
)

// runOptions are the flags of run, under the toolkit's names.
type runOptions struct {
	journalPath  string
	rollbacks    string
	hypothesis   string
	frequency    float64
	failFast     bool
	failRatio    float64
	dry          string
	noValidation bool
	noVerifyTLS  bool
	interactive  bool
	python       string
	controlFiles []string
	controls     []control.Control
	variableOptions
	settings settings.Settings
}

func runFlags(s *session, f *pflag.FlagSet) {
	o := &s.options.run
	f.StringVar(&o.journalPath, "journal-path", "./journal.json", "where the journal goes: `FILE`")
	f.StringVar(&o.rollbacks, "rollback-strategy", "", "when rollbacks are played, `WHEN`: "+join(experiment.RollbackStrategies))
	f.StringVar(&o.hypothesis, "hypothesis-strategy", "", "when the hypothesis is checked, `WHEN`: "+join(given))
	f.Float64Var(&o.frequency, "hypothesis-frequency", 1, "`SECONDS` between two checks during the method")
	f.BoolVar(&o.failFast, "fail-fast", false, "end the method when the hypothesis deviates during it")
	f.Float64Var(&o.failRatio, "fail-fast-ratio", 0, "only when this `PERCENT` of the checks deviated")
	f.StringVar(&o.dry, "dry", "", "only pretend `WHAT`: "+join(experiment.DryModes))
	f.BoolVar(&o.noValidation, "no-validation", false, "run without validating first")
	f.BoolVar(&o.noVerifyTLS, "no-verify-tls", false, "fetch the experiment without checking the server's certificate")
	pythonFlag(o, f)
	f.StringArrayVar(&o.controlFiles, "control-file", nil, "controls for every level, by name, from a JSON or YAML `FILE`; may be repeated")
	f.BoolVar(&o.interactive, "interactive", false, "ask before each activity: step, skip or quit")
	variableFlags(&o.variableOptions, f)
}

// given are the strategies that a flag may give; skip is for the experiment's
// own runtime block, and the old spelling is not advertised.
var given = []string{"default", "before-method-only", "after-method-only", "during-method-only", "continuously"}

// read checks the values of the flags.
func (o *runOptions) read() error {
	for _, choice := range []struct {
		flag, value string
		known       []string
	}{
		{"--rollback-strategy", o.rollbacks, experiment.RollbackStrategies},
		{"--hypothesis-strategy", o.hypothesis, append(slices.Clone(given), "continously")},
		{"--dry", o.dry, experiment.DryModes},
	} {
		if choice.value != "" && !slices.Contains(choice.known, choice.value) {
			return usage(fmt.Sprintf("%s does not know %q", choice.flag, choice.value), "choose one of: "+join(choice.known))
		}
	}
	if o.frequency <= 0 {
		return usage("--hypothesis-frequency must be above 0", "give seconds, as in 0.5")
	}
	if err := o.readControls(); err != nil {
		return err
	}
	return o.variableOptions.read()
}

// runOptions are the flags as package run takes them.
func (s *session) runOptions(source string, o runOptions) run.Options {
	all := run.Options{
		Source: source, JournalPath: o.journalPath, NoValidation: o.noValidation, NoVerifyTLS: o.noVerifyTLS, Python: o.python,
		Controls: append(control.ByName(o.settings.Controls()), o.controls...), Overrides: o.overrides, Settings: o.settings, Environment: s.world.Environment,
		Strategy: experiment.Strategy{Hypothesis: o.hypothesis, Rollbacks: o.rollbacks, Frequency: o.frequency, FailFast: o.failFast, FailRatio: o.failRatio, Dry: o.dry},
	}
	return all
}

func runCommand(s *session, args []string) error {
	if err := one(args, "run", "an experiment"); err != nil {
		return err
	}
	o := s.options.run
	if err := o.read(); err != nil {
		return err
	}
	if err := s.readSettings(&o); err != nil {
		return err
	}
	if err := s.checkInteractive(o); err != nil {
		return err
	}
	ctx, undo, release := s.interruptible()
	defer release()
	log := s.console.log(s.options.verbose)
	for _, left := range journal.Leftovers(o.journalPath) {
		log.Warn("Another run has not written its journal yet, or was killed: what it saw is in " + left)
	}
	if same(args[0], o.journalPath) {
		return usage("the journal would take the place of the experiment "+args[0], "name another file with --journal-path")
	}
	options := s.runOptions(args[0], o)
	if o.interactive {
		options.Ask = func(asking context.Context, activity *value.Map) error {
			if ctx.Err() != nil { // a signal has stopped the run
				return nil
			}
			return s.askUser(asking, activity)
		}
	}
	prepared, err := s.runner().Prepare(ctx, options)
	if err != nil {
		return err
	}
	result, err := prepared.Run(ctx, undo)
	if result == nil {
		return err
	}
	s.console.result(s.console.block(result, closing{journal: s.nearbyJournal(o.journalPath), unwritten: err}))
	if err != nil {
		s.console.problems(err)
	}
	return exitOf(result, err)
}

func one(args []string, command, what string) error {
	if len(args) == 1 {
		return nil
	}
	return usage(fmt.Sprintf("%s takes %s, and got %d arguments", command, what, len(args)), fmt.Sprintf("see 'runner %s --help'", command))
}

func pythonFlag(o *runOptions, f *pflag.FlagSet) {
	f.StringVar(&o.python, "python", "", "the Python `INTERPRETER` for functions that are not done natively (default: the active virtual environment's, else python3)")
}

// readControls reads the files of --control-file.
func (o *runOptions) readControls() error {
	for _, path := range o.controlFiles {
		doc, found := document.Read(path)
		if doc == nil {
			return problem.Wrap(problem.Usage, found, "the file of --control-file cannot be read", "check its name and its form")
		}
		if doc.Map() == nil {
			return usage(path+" holds no controls", "write a mapping of names and controls")
		}
		o.controls = append(o.controls, control.ByName(doc.Map())...)
	}
	return nil
}

// nearbyJournal is the journal's path as it was given, unless --change-dir makes
// that wrong for where the user stands.
func (s *session) nearbyJournal(path string) string {
	if s.options.changeDir == "" {
		return path
	}
	return s.nearby(path)
}

// same tells whether two paths name one file.
func same(a, b string) bool {
	first, err := os.Stat(a)
	second, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(first, second)
}
