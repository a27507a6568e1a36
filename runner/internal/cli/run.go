package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/check"
	"chaosworkshop.example/runner/internal/control"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/settings"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
	"chaosworkshop.example/runner/internal/verdict"
)

// runOptions are the flags of run, under the toolkit's names; validate has some of them.
type runOptions struct {
	run.Options
	interactive              bool
	report                   string
	maxTime, maxOutput       float64
	controlFiles             []string
	variables, variableFiles []string
}

func (s *session) runCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "run EXPERIMENT", Short: "run an experiment on a system that is already running",
		Example: "runner --change-dir chapter5 run experiment.json\nrunner run --var port=9090 --rollback-strategy always experiment.yaml\n" +
			"runner run --interactive https://example.com/experiment.json",
		ValidArgsFunction: completeFiles,
		RunE:              s.run,
	}
	f, o := c.Flags(), &s.options.run
	f.SortFlags = false
	o.Strategy.Frequency = 1
	f.StringVar(&o.JournalPath, "journal-path", "./journal.json", "write the journal into `FILE` (default: ./journal.json)")
	f.StringVar(&o.report, "report", "", "make a report of the run, and write it into `FILE`: a page, or, as its name ends, markdown (.md), junit (.xml) or json (.json) (default: none)")
	word(c, f, &o.Strategy.Rollbacks, "rollback-strategy", "`WHEN` to play rollbacks: "+join(experiment.RollbackStrategies)+" (default: as the experiment or the settings say)", experiment.RollbackStrategies)
	word(c, f, &o.Strategy.Hypothesis, "hypothesis-strategy", "`WHEN` to check the hypothesis: "+join(hypothesisStrategies)+" (default: as the experiment or the settings say)", hypothesisStrategies, "continously")
	number(f, &o.Strategy.Frequency, "hypothesis-frequency", "check every `SECONDS` during the method (default: 1)",
		"a number of seconds above 0, as in 0.5", func(n float64) bool { return n > 0 })
	f.BoolVar(&o.Strategy.FailFast, "fail-fast", false, "end the method when a check during it deviates")
	number(f, &o.Strategy.FailRatio, "fail-fast-ratio", "with --fail-fast: only when `PERCENT` of the checks deviated (default: 0)",
		"a number from 0 to 100", func(n float64) bool { return n >= 0 && n <= 100 })
	word(c, f, &o.Strategy.Dry, "dry", "only pretend to do `WHAT`: "+join(experiment.DryModes)+" (default: nothing)", experiment.DryModes)
	maxTimeFlag(f, &o.maxTime, "no limit")
	o.maxOutput = maxOutput
	number(f, &o.maxOutput, "max-output", "keep `MIB` of outputs, of all activities together: long ones after that are left out of memory and journal (default: 256)",
		"a number of MiB from 1 to 4096", func(n float64) bool { return n >= 1 && n <= 4096 })
	f.BoolVar(&o.NoValidation, "no-validation", false, "run without validating first")
	f.StringArrayVar(&o.controlFiles, "control-file", nil, "call more controls, from a JSON or YAML `FILE`, for all parts of the experiment; may be repeated")
	f.BoolVar(&o.interactive, "interactive", false, "ask before each activity: run, skip or quit")
	experimentFlags(f, o)
	return c
}

// hypothesisStrategies are those that a flag may give; skip is for the experiment's
// own runtime block. The toolkit's old spelling "continously" is accepted too.
var hypothesisStrategies = experiment.HypothesisStrategies[:5]

// experimentFlags are the flags that say how an experiment is read.
func experimentFlags(f *pflag.FlagSet, o *runOptions) {
	f.StringArrayVar(&o.variables, "var", nil, "set a configuration value: `KEY[:TYPE]=VALUE`; may be repeated")
	f.StringArrayVar(&o.variableFiles, "var-file", nil, "set configuration and secrets from a JSON or YAML `FILE`, or environment variables from any other file; may be repeated")
	f.BoolVar(&o.NoVerifyTLS, "no-verify-tls", false, "fetch the experiment without checking the server's certificate")
	f.StringVar(&o.Python, "python", "", "the Python `INTERPRETER` for functions that are not built in (default: that of the active virtual environment, or python3)")
}

// completeFiles completes the names of experiments.
var completeFiles = cobra.FixedCompletions([]string{"json", "yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)

// validateCommand checks an experiment, and runs nothing of it.
func (s *session) validateCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "validate FILE", Short: "find all that is wrong with an experiment or a target",
		Example:           "runner validate chapter5/experiment.json\nrunner validate targets/weak.yaml",
		ValidArgsFunction: completeFiles,
		RunE: func(c *cobra.Command, args []string) error {
			ctx, _, release := s.interruptible(false)
			defer release()
			s.listener.setHarmless(true)
			options, err := s.readOptions(c, args)
			if err != nil {
				return err
			}
			if isTarget(options.Source) {
				return s.validateTarget(ctx, options)
			}
			if err := s.experiments.Validate(ctx, options); err != nil {
				return err
			}
			s.log.Info("experiment syntax and semantic look valid")
			return nil
		},
	}
	experimentFlags(c.Flags(), &s.options.run)
	return c
}

// readOptions reads the files that flags name. --var comes after the files of variables,
// so it replaces their values.
func (s *session) readOptions(c *cobra.Command, args []string) (run.Options, error) {
	o := s.options.run
	what := "the file of an experiment"
	if c.Name() == "validate" {
		what += " or of a target"
	}
	if err := one(c, args, what); err != nil {
		return o.Options, err
	}
	o.Source, o.Environment = args[0], s.world.Environment
	o.MaxTime, o.MaxOutput = seconds(o.maxTime), int64(o.maxOutput*(1<<20))
	s.experiment, s.runs = args[0], c.Name() == "run"
	for _, path := range o.variableFiles {
		if err := s.readVarFile(path, &o.Overrides); err != nil {
			return o.Options, err
		}
	}
	for _, v := range o.variables {
		if err := o.Overrides.AddVar(v); err != nil {
			return o.Options, err
		}
	}
	path := cmp.Or(s.options.settings, settings.DefaultPath(s.world.Environment))
	var err error
	if o.Settings, err = settings.Read(path, s.options.settings == ""); err != nil {
		return o.Options, unreadable("the settings file", err)
	}
	o.Controls = control.ByName(o.Settings.Written.Map("controls"))
	for _, path := range o.controlFiles {
		doc, found := document.Read(path)
		if doc == nil {
			return o.Options, unreadable("the file of --control-file", found)
		}
		if doc.Map() == nil {
			return o.Options, usage(path+" holds no controls", "write names and controls, as in the controls of the settings")
		}
		controls := control.ByName(doc.Map())
		if !slices.ContainsFunc(controls, func(c control.Control) bool { return c.Module != "" }) {
			s.console.problems(doc.Problems([]problem.Finding{{What: "there is no control with a Python module in this file", Do: "write names and controls, as in the controls of the settings", Warning: true}}))
		}
		o.Controls = append(o.Controls, controls...)
	}
	wrong, warnings := o.Settings.Document.Problems(check.Settings(o.Settings.Written)).Split()
	if len(wrong) > 0 {
		return o.Options, wrong
	}
	s.console.problems(warnings)
	return o.Options, nil
}

// readVarFile reads one file of --var-file. A dotenv file sets environment variables,
// also for the processes of the experiment.
func (s *session) readVarFile(path string, o *variables.Overrides) error {
	var err error
	if document.Parsers[filepath.Ext(path)] != nil {
		doc, found := document.Read(path)
		if doc == nil {
			return unreadable("the file of --var-file", found)
		}
		err = o.AddDocument(doc.Value)
		for key := range doc.Map().All() {
			if known := []string{"configuration", "secrets"}; !slices.Contains(known, key) {
				do := "move it below configuration or secrets"
				if near := problem.Near(key, known); len(near) > 0 {
					do = "did you mean '" + near[0] + "'?"
				}
				s.console.problems(doc.Problems([]problem.Finding{{Path: []string{key}, AtKey: true, Warning: true, What: "the key '" + key + "' is not used", Do: do}}))
			}
		}
	} else {
		text, found := document.Text(path)
		if found != nil {
			return unreadable("the file of --var-file", found)
		}
		err = o.AddDotenv(string(text))
	}
	if err != nil {
		return problem.Wrap(problem.Usage, err, path, "")
	}
	for name, text := range o.Environment.All() {
		if err := os.Setenv(name, text.(string)); err != nil {
			return problem.Wrap(problem.Usage, err, "the variable "+name+" cannot be set", "correct its name")
		}
	}
	return nil
}

// unreadable is the problem of a file that a flag names, or of the default settings.
func unreadable(what string, found error) error {
	return usage(what+" cannot be read: "+found.Error(), "")
}

// run runs an experiment.
func (s *session) run(c *cobra.Command, args []string) error {
	ctx, undo, release := s.interruptible(true)
	defer release()
	s.listener.setHarmless(true)
	options, err := s.readOptions(c, args)
	if err != nil {
		return err
	}
	if isTarget(options.Source) {
		return s.isTarget(options.Source)
	}
	if info, err := os.Stat(options.JournalPath); s.options.run.report != "" && err == nil && !info.Mode().IsRegular() {
		return usage("--report reads the journal, and "+options.JournalPath+" is no ordinary file", "name a file with --journal-path, or leave --report out")
	}
	if s.options.run.interactive {
		if !isTerminal(s.world.Stdin) {
			return usage("--interactive needs a terminal to ask at", "leave it out, or run in a terminal")
		}
		options.Ask = func(asking context.Context, activity *value.Map) error {
			if ctx.Err() != nil { // a signal has stopped the run
				return nil
			}
			return s.askUser(asking, activity)
		}
	}
	options.Given = s.given()
	if err := s.leftAtPath(options.JournalPath); err != nil {
		return err
	}
	prepared, err := s.experiments.Prepare(ctx, options)
	if err != nil {
		return err
	}
	journalPath, page := whole(options.JournalPath), whole(s.options.run.report) // a Python function may change the working folder
	s.listener.setHarmless(false)
	result, err := prepared.Run(ctx, undo)
	if result == nil {
		return err
	}
	end, code := closing{journal: s.asGiven(options.JournalPath), next: s.next(result, nil)}, result.Code()
	if options.JournalPath == "/dev/stdout" {
		end.journal = "above"
	}
	if page != "" && err == nil {
		if end.lost = s.writeReport(page, report.Report{Next: end.next}, played{journal: journalPath}); end.lost != nil {
			s.console.problems(end.lost)
		} else {
			end.report = s.asGiven(s.options.run.report)
		}
	}
	concluded := s.conclude(result, end, code, err)
	var stop *verdict.Stop
	if errors.As(context.Cause(ctx), &stop) && result.Stop == nil { // while the journal and the end were written
		s.console.note("%s when the run was over", stop.Why)
		concluded = cmp.Or(concluded, stoppedBy(ctx))
	}
	return concluded
}

// asGiven is a path as the user gave it, unless that is wrong for where they stand, or they gave none.
func (s *session) asGiven(path string) string {
	if s.options.changeDir != "" || !s.runs {
		return s.nearby(path)
	}
	return path
}

// maxTime is how many seconds one activity of a demo or an exercise may take in all: what never
// ends must not hold a class up. maxOutput is how many MiB of outputs a run keeps.
const maxTime, maxOutput = 60, 256

// maxTimeFlag is the flag that bounds each activity.
func maxTimeFlag(f *pflag.FlagSet, seconds *float64, without string) {
	number(f, seconds, "max-time", "let an activity fail that takes longer than `SECONDS` in all (default: "+without+")",
		"a number of seconds above 0 and below 1000000000, as in 60", func(n float64) bool { return n > 0 && n < 1e9 })
}

// seconds is a time in seconds; one that is too short to be told from none is the shortest.
func seconds(n float64) time.Duration {
	if d := time.Duration(n * float64(time.Second)); d != 0 || n == 0 {
		return d
	}
	return 1
}
