package cli

import (
	"context"
	"log/slog"
	"os"
	"strings"

	"chaosworkshop.example/runner/internal/control"
	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// binding is the engine and what runs around it.
type binding struct {
	engine   *engine.Engine
	controls *control.Controls
}

// bind puts the parts together: this is the one place that knows them all.
func (s *session) bind(t trial, e *experiment.Experiment, j *journal.Journal) (*binding, error) {
	v, err := s.variables(t, e)
	if err != nil {
		return nil, err
	}
	if _, isText := e.Written.Get("title"); isText { // controls see the title as it is meant
		e.Written.Set("title", v.Substitute(e.Title))
	}
	mask := v.Mask()
	j.Mask = mask.Value
	s.console.hide(mask.Text)
	providers := s.providers(t, v)
	ask := func(ctx context.Context, activity *value.Map) (any, error) {
		return providers.Perform(ctx, experiment.NewActivity(activity))
	}
	controls := &control.Controls{
		Global: t.options.globalControls(), Experiment: e.Written,
		Variables: v, Settings: t.options.effectiveSettings(e), Caller: s.python(t), Log: t.log,
	}
	if t.options.interactive {
		controls.Ask = func(ctx context.Context, activity *value.Map) error {
			if t.ctx.Err() != nil { // a signal has stopped the run
				return nil
			}
			return s.askRoom(ctx, activity)
		}
	}
	b := &binding{controls: controls, engine: &engine.Engine{
		Experiment: e,
		Strategy:   t.options.strategy(e),
		Performer:  performer{providers, t.listen},
		Judge:      judge{tolerance.Judge{Ask: ask, Substitute: v.Substitute}},
		Variables:  v,
		Recorder:   j,
		Log:        t.log,
	}}
	if controls.Any() {
		b.engine.Controls = controls
	}
	return b, nil
}

// variables resolves configuration and secrets. Validation has found most of what
// can be wrong before, with its place.
func (s *session) variables(t trial, e *experiment.Experiment) (*variables.Variables, error) {
	source := variables.Source{Configuration: e.Configuration, Secrets: e.Secrets, Overrides: t.options.overrides, Environment: t.environment,
		Ask: func(ctx context.Context, activity *value.Map, known *variables.Variables) (any, error) {
			return s.providers(t, known).Perform(ctx, experiment.NewActivity(activity))
		}}
	v, findings := source.Resolve(t.ctx)
	return v, s.report(findings, t.log)
}

func (s *session) report(findings []variables.Finding, log *slog.Logger) error {
	var list problem.List
	unmeasured := []string{"Some of the dynamic configuration failed to be loaded.Please review the log file for understanding what happened."}
	for _, f := range findings {
		switch {
		case !f.Warning:
			list = append(list, problem.New(problem.Invalid, f.What, f.Do))
		case len(f.Path) > 0 && f.Path[0] == "configuration":
			unmeasured = append(unmeasured, f.What)
		default:
			log.Warn(f.What)
		}
	}
	if len(unmeasured) > 1 {
		log.Warn(strings.Join(unmeasured, "\n"))
	}
	if len(list) > 0 {
		return list
	}
	return nil
}

func (s *session) providers(t trial, v *variables.Variables) *provider.Providers {
	p := provider.New(v, t.log, s.owner())
	p.Stdin = s.processInput()
	p.Python = func(ctx context.Context, c worker.Call) (any, error) {
		c.Configuration, c.Secrets = v.Configuration, v.Secrets
		return s.python(t).Call(ctx, c)
	}
	return p
}

// performer gives the engine a Python function's wish to end the run as a stop.
// In a demo it listens to the target after each activity.
type performer struct {
	*provider.Providers
	listen func()
}

func (p performer) Perform(ctx context.Context, a *experiment.Activity) (any, error) {
	output, err := p.Providers.Perform(ctx, a)
	if p.listen != nil {
		p.listen()
	}
	return output, control.Wish(err)
}

// judge gives package tolerance's judge the words that the engine asks for.
type judge struct{ tolerance.Judge }

func (judge) Words(t, output any) (wanted, got string) {
	return tolerance.Wanted(t, output), tolerance.Got(t, output)
}

// processInput is what processes of an experiment read. Not a terminal: a
// process outside its foreground group would be stopped when it reads.
func (s *session) processInput() *os.File {
	if isTerminal(s.world.Stdin) {
		return nil
	}
	return s.world.Stdin
}
