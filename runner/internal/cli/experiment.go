package cli

import (
	"context"
	"log/slog"
	"os"
	"runtime"

	"chaosworkshop.example/runner/internal/check"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// trial is one experiment, about to be run.
type trial struct {
	source      string // the experiment's file
	journalPath string
	options     runOptions
	environment func(name string) (string, bool)
	log         *slog.Logger
	ctx, undo   context.Context // see interruptible
}

// perform loads, checks and runs the experiment and writes its journal. The
// result is there as soon as the experiment ran, be the journal written or not.
func (s *session) experiment(t trial) (*engine.Result, error) {
	doc, err := s.load(t)
	if err != nil {
		return nil, err
	}
	e, err := experiment.New(doc.Map())
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "the experiment cannot be run as it is", "leave --no-validation out to see all that is wrong")
	}
	j, err := journal.Open(t.journalPath)
	if err != nil {
		return nil, err
	}
	en, err := s.engine(t, e, j)
	if err != nil {
		j.Discard()
		return nil, err
	}
	result := en.Run(t.ctx, t.undo)
	return result, j.Write(result, journal.Setting{Experiment: e.Written, Dry: t.options.dry, Platform: runtime.GOOS + "-" + runtime.GOARCH})
}

// load reads the experiment and, unless told otherwise, checks it.
func (s *session) load(t trial) (*document.Node, error) {
	doc, found := t.read()
	if doc != nil && !t.options.noValidation {
		t.log.Info("Validating the experiment's syntax")
		found = append(found, check.Check(doc, t.surroundings())...)
		found.Sort()
	}
	errors, warnings := found.Split()
	if doc != nil && len(errors) == 0 && !isMapping(doc) {
		return nil, problem.New(problem.Invalid, t.source+" holds no experiment", "an experiment is a mapping")
	}
	if len(errors) > 0 {
		return nil, found
	}
	if len(warnings) > 0 {
		s.console.problems(warnings)
	}
	if !t.options.noValidation {
		t.log.Info("Experiment looks valid")
	}
	return doc, nil
}

func (t trial) read() (*document.Node, problem.List) {
	if !document.IsURL(t.source) {
		return document.Read(t.source)
	}
	return document.Fetch(t.ctx, t.source, document.Fetching{SkipTLSCheck: t.options.noVerifyTLS, Authorization: func(host string) string {
		if token, _ := t.environment("CHAOSTOOLKIT_LOADER_AUTH_BEARER_TOKEN"); token != "" {
			return "bearer " + token
		}
		return t.options.settings.Authorization(host)
	}})
}

func isMapping(doc *document.Node) bool { return doc.Map() != nil }

func (t trial) surroundings() check.Surroundings {
	return check.Surroundings{Environment: t.environment, Overrides: t.options.overrides,
		Which: func(program string) bool { _, ok := provider.Which(program); return ok }}
}

// engine binds the parts: this is the one place that knows them all.
func (s *session) engine(t trial, e *experiment.Experiment, j *journal.Journal) (*engine.Engine, error) {
	v := &variables.Variables{}
	providers := provider.New(v, t.log, s.owner())
	providers.Stdin = s.processInput()
	source := variables.Source{Configuration: e.Configuration, Secrets: e.Secrets, Overrides: t.options.overrides, Environment: t.environment,
		Ask: func(ctx context.Context, activity *value.Map, known *variables.Variables) (any, error) {
			alone := provider.New(known, t.log, s.owner())
			return alone.Perform(ctx, experiment.NewActivity(activity))
		}}
	resolved, findings := source.Resolve(t.ctx)
	if err := s.report(findings, t.log); err != nil {
		return nil, err
	}
	*v = *resolved
	mask := v.Mask()
	j.Mask = mask.Value
	s.console.hide(mask.Text)
	ask := func(ctx context.Context, activity *value.Map) (any, error) {
		return providers.Perform(ctx, experiment.NewActivity(activity))
	}
	return &engine.Engine{
		Experiment: e,
		Strategy:   t.options.strategy(e),
		Performer:  providers,
		Judge:      judge{tolerance.Judge{Ask: ask, Substitute: v.Substitute}},
		Variables:  v,
		Recorder:   j,
		Log:        t.log,
	}, nil
}

// judge gives package tolerance's judge the words that the engine asks for.
type judge struct{ tolerance.Judge }

func (judge) Words(t, output any) (wanted, got string) {
	return tolerance.Wanted(t, output), tolerance.Got(t, output)
}

// report tells what is wrong with the variables; validation has found most of
// it before, with its place.
func (s *session) report(findings []variables.Finding, log *slog.Logger) error {
	var list problem.List
	for _, f := range findings {
		if f.Warning {
			log.Warn(f.What)
			continue
		}
		list = append(list, problem.New(problem.Invalid, f.What, f.Do))
	}
	if len(list) > 0 {
		return list
	}
	return nil
}

// processInput is what processes of an experiment read. Not a terminal: a
// process outside its foreground group would be stopped when it reads.
func (s *session) processInput() *os.File {
	if isTerminal(s.world.Stdin) {
		return nil
	}
	return s.world.Stdin
}
