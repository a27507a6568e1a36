package run

import (
	"cmp"
	"context"
	"errors"
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

// assemble puts the parts of a run together: this is the one place that knows them all.
func (p *Prepared) assemble(ctx context.Context) (*engine.Engine, error) {
	r, o := p.runner, p.options
	v, err := p.resolve(ctx)
	if err != nil {
		return nil, err
	}
	v.Changed, p.variables = r.Mask.Learn, v
	providers := r.providers(v, o)
	strategy := p.strategy()
	settings := o.Settings.Written.Copy() // with the strategies that count in this run
	settings.Set("runtime", value.MapOf(
		"hypothesis", value.MapOf("strategy", cmp.Or(strategy.Hypothesis, "default")),
		"rollbacks", value.MapOf("strategy", strategy.RollbacksWord())))
	controls := &control.Controls{
		Global: o.Controls, Experiment: p.experiment, Variables: v, Settings: settings, Caller: control.Hurried(ctx, o.MaxTime, r.python(o)), Log: r.Log, Ask: o.Ask, Learn: r.learner(o),
	}
	surroundings := &tolerance.Surroundings{Substitute: v.Substitute, Ask: func(ctx context.Context, activity *value.Map) (any, error) {
		answer, err := providers.Perform(ctx, experiment.NewActivity(activity))
		var failed *experiment.Failed
		if errors.As(err, &failed) && !failed.Late { // which is a no
			return nil, nil
		}
		return answer, control.StopOf(err)
	}}
	en := &engine.Engine{
		Experiment: p.experiment,
		Strategy:   strategy,
		Tolerance:  func(written any) engine.Tolerance { return surroundings.Parse(written) },
		Log:        r.Log,
		Perform: func(ctx context.Context, a *experiment.Activity) (any, error) {
			output, err := providers.Perform(ctx, a)
			if o.Performed != nil {
				o.Performed()
			}
			return output, control.StopOf(err) // a Python function may ask for the end of the run
		},
		Source: func(ctx context.Context, a *experiment.Activity, output any) (elsewhere string) {
			return source(value.Text(v.Substitute(a.Serves)), v.Substitute(a.Provider.Value("url")), output, func() (any, error) { return providers.Perform(ctx, a) })
		},
		Substitute: v.Substitute,
		Variables: func() any {
			configuration, secrets := v.Values()
			return []any{configuration, secrets}
		},
		Next: o.Next,
		Done: o.Done,
		Hide: r.Mask.Value,

		MaxOutput: o.MaxOutput,
	}
	if controls.Any() {
		p.experiment.Controlled = true
		en.Controls = controls
		controls.Reserve = en.Reserve
		controls.Journal = func() *value.Map { return journal.Document(en.Snapshot(), p.experiment) }
	}
	return en, nil
}

// variableSource is where the values of an experiment's variables come from. Its
// secrets are hidden as soon as they are read, and so are the passwords in its URLs.
func (r *Runner) variableSource(written *value.Map, o Options) variables.Source {
	r.Mask.LearnURLs(written)
	return variables.Source{
		Configuration: written.Map("configuration"), Secrets: written.Map("secrets"),
		Overrides: o.Overrides, Environment: o.Environment, Secret: r.Mask.Learn,
		Ask: func(ctx context.Context, activity *value.Map, known *variables.Variables) (any, error) {
			return r.providers(known, o).Perform(ctx, experiment.NewActivity(activity))
		},
	}
}

// resolve resolves configuration and secrets. Validation has found most of what
// can be wrong before, with its place.
func (p *Prepared) resolve(ctx context.Context) (*variables.Variables, error) {
	var source variables.Source
	p.experiment.Read(func(written *value.Map) { source = p.runner.variableSource(written, p.options) })
	asking, halt := halting(ctx)
	ask := source.Ask
	source.Ask = func(ctx context.Context, activity *value.Map, known *variables.Variables) (any, error) {
		answer, err := ask(ctx, activity, known)
		halt(err)
		return answer, err
	}
	v, findings := source.Resolve(asking)
	if err := stopped(asking); err != nil && ctx.Err() == nil {
		return nil, err
	}
	var list problem.List
	unmeasured := []string{"Some of the dynamic configuration failed to be loaded.Please review the log file for understanding what happened."}
	for _, f := range findings {
		switch {
		case !f.Warning:
			list = append(list, problem.New(problem.Invalid, f.What, f.Do))
		case len(f.Path) > 0 && f.Path[0] == "configuration":
			unmeasured = append(unmeasured, f.What)
		case p.options.NoValidation: // else validation has said so
			p.runner.Log.Warn(f.What)
		}
	}
	if len(unmeasured) > 1 {
		p.runner.Log.Warn(strings.Join(unmeasured, "\n"))
	}
	if len(list) > 0 {
		return nil, list
	}
	p.runner.Mask.LearnURLs(v.Configuration)
	// The experiment has what the toolkit gives to each probe of the configuration: all
	// secrets. The journal shows them hidden.
	p.experiment.Change(func(written *value.Map) {
		for key, entry := range written.Map("configuration").All() {
			probe, _ := entry.(*value.Map)
			provider, given := probe.Map("provider"), p.options.Overrides.Configuration.Has(key)
			if probe.Text("type") == "probe" && provider != nil && !given {
				provider.Set("secrets", v.Secrets)
			}
		}
	})
	return v, nil
}

// providers carry out activities with these variables. All of them share the
// runner's processes and its one Python interpreter.
func (r *Runner) providers(v *variables.Variables, o Options) *provider.Providers {
	return &provider.Providers{Variables: v, Log: r.Log, Owner: r.Processes, Stdin: r.Stdin, MaxTime: o.MaxTime, LearnPieces: r.Mask.LearnPieces,
		Python: func(ctx context.Context, c worker.Call) (any, error) {
			c.Configuration, c.Secrets = v.Values()
			return r.python(o).Call(ctx, c)
		}}
}

// strategy is what the options say, else the experiment's runtime block, else the
// settings, else the default. If there is a runtime block, the settings' strategies do
// not count, as in the toolkit.
func (p *Prepared) strategy() experiment.Strategy {
	s := p.options.Strategy
	p.experiment.Read(func(written *value.Map) {
		if !value.Truthy(written.Value("runtime")) {
			written = p.options.Settings.Written
		}
		runtime := written.Map("runtime")
		s.Hypothesis = cmp.Or(s.Hypothesis, runtime.Map("hypothesis").Text("strategy"))
		s.Rollbacks = cmp.Or(s.Rollbacks, runtime.Map("rollbacks").Text("strategy"))
	})
	return s
}
