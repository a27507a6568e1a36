package cli

import (
	"context"
	"errors"
	"log/slog"
	"runtime"

	"chaosworkshop.example/runner/internal/check"
	"chaosworkshop.example/runner/internal/control"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// trial is one experiment, about to be run.
type trial struct {
	source      string // the experiment's file or address
	journalPath string
	options     runOptions
	environment func(name string) (string, bool)
	listen      func() // after each activity; nil: to nobody
	log         *slog.Logger
	ctx, undo   context.Context // see interruptible
}

// experiment loads, checks and runs an experiment and writes its journal. The
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
	b, err := s.bind(t, e, j)
	if err != nil {
		return nil, errors.Join(err, j.Discard())
	}
	b.controls.Configure(t.ctx)
	result := b.engine.Run(t.ctx, t.undo)
	setting := journal.Setting{Experiment: b.engine.Experiment.Written, Dry: t.options.dry, Platform: runtime.GOOS + "-" + runtime.GOARCH}
	document := b.afterExperiment(result, journal.Document(result, setting))
	return result, j.Write(document)
}

// afterExperiment runs the last controls, which may change the journal, and
// nothing else any more.
func (b *binding) afterExperiment(r *engine.Result, document *value.Map) *value.Map {
	ctx := context.Background()
	changed, err := b.controls.After(ctx, engine.AroundExperiment, b.engine.Experiment.Written, document)
	if err != nil {
		b.engine.Log.Debug("the run is over: " + err.Error())
	}
	b.controls.Cleanup(ctx)
	if m, ok := changed.(*value.Map); ok {
		return m
	}
	return document
}

// load reads the experiment and, unless told otherwise, checks it.
func (s *session) load(t trial) (*document.Node, error) {
	doc, found, err := s.read(t)
	if err != nil {
		return nil, err
	}
	if doc != nil && !t.options.noValidation {
		t.log.Info("Validating the experiment's syntax")
		found = append(found, check.Check(doc, s.surroundings(t))...)
		if err := stopped(t.ctx); err != nil {
			return nil, err
		}
		found.Sort()
	}
	errors, warnings := found.Split()
	if doc != nil && len(errors) == 0 && doc.Map() == nil {
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

// read reads the experiment between the global controls' calls for that.
func (s *session) read(t trial) (doc *document.Node, found problem.List, err error) {
	controls := &control.Controls{Global: t.options.globalControls(), Variables: &variables.Variables{},
		Settings: t.options.settings.Written, Caller: s.python(t), Log: t.log}
	err = controls.Loading(t.ctx, t.source, func() *value.Map {
		doc, found = t.fetch()
		return doc.Map()
	})
	return doc, found, err
}

func (t trial) fetch() (*document.Node, problem.List) {
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

func (s *session) surroundings(t trial) check.Surroundings {
	return check.Surroundings{
		Environment: t.environment,
		Overrides:   t.options.overrides,
		Which:       func(program string) bool { _, ok := provider.Which(program); return ok },
		Inspect:     s.inspect(t),

		ValidateControl: s.validateControl(t),
	}
}

// stopped is what ended ctx, before there was a run to speak of it.
func stopped(ctx context.Context) error {
	var stop *engine.Stop
	if ctx.Err() == nil || !errors.As(context.Cause(ctx), &stop) {
		return nil
	}
	return problem.New(128+stop.Signal, stop.Why, "nothing was done")
}
