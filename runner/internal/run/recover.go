package run

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// begun is what Recover needs to know of this run, if its runner is killed. Paths and flags are as they are,
// whatever is a secret: without them nothing can be undone.
func (p *Prepared) begun() *value.Map {
	source, s := p.options.Source, p.strategy()
	if isURL(source) {
		source = p.runner.Mask.Text(source)
	} else if whole, err := filepath.Abs(source); err == nil {
		source = whole
	}
	folder, _ := os.Getwd()
	temporary, _ := filepath.Abs(os.TempDir())
	begun := value.MapOf("source", source, "folder", folder,
		"strategy", value.MapOf("hypothesis", s.Hypothesis, "rollbacks", s.Rollbacks, "dry", s.Dry), "given", p.options.Given, "temporary", temporary,
		"max_time", p.options.MaxTime.Seconds(), "max_output", p.options.MaxOutput)
	p.experiment.Read(func(written *value.Map) {
		masked := p.runner.Mask.Value(written.Copy())
		begun.Set("experiment", masked)
		begun.Set("hidden", !value.Equal(masked, written)) // secrets, in the copy of the experiment
	})
	return begun
}

// Recover undoes what a killed run has left, of which result is known, and writes its journal to
// the path of the options. Its contexts and its results are those of Run. The working folder
// must be that of the run. What the options do not say is as it was in the run.
func (r *Runner) Recover(ctx, undo context.Context, left *journal.Left, result *verdict.Result, o Options) (*verdict.Result, error) {
	strategy := left.Begun.Map("strategy")
	if o.written, o.NoValidation = left.Begun.Map("experiment"), true; !o.Elsewhere {
		o.Source = left.Begun.Text("source")
	}
	o.hidden, _ = left.Begun.Value("hidden").(bool)
	o.Strategy = experiment.Strategy{Hypothesis: strategy.Text("hypothesis"), Dry: strategy.Text("dry"), Frequency: 1}
	o.MaxOutput, _ = left.Begun.Value("max_output").(int64)
	if limit, known := left.Begun.Value("max_time").(float64); known && o.MaxTime == 0 {
		o.MaxTime = time.Duration(limit * float64(time.Second))
	}
	declared := o.written.Map("configuration")
	for key, v := range left.Begun.Map("configuration").All() {
		if declared.Has(key) && !o.Overrides.Configuration.Has(key) && !left.Hides("configuration", key) {
			o.Overrides.Configuration.Set(key, v)
		}
	}
	setAgain(left)
	p, err := r.Prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	en, err := p.assemble(ctx)
	if err != nil {
		return nil, err
	}
	p.variables.Change(func(configuration, _ *value.Map) { // those that a control has set are declared nowhere
		for key, v := range left.Begun.Map("configuration").All() {
			if given, again := o.Overrides.Configuration.Get(key); again {
				v = given
			}
			if !declared.Has(key) && !left.Hides("configuration", key) {
				configuration.Set(key, v)
			}
		}
	})
	if err := p.hasSecretsOf(left); err != nil {
		return nil, err
	}
	if left.Unkept {
		r.Log.Warn("Not all that the run saw could be kept, so all of its rollbacks are played")
	}
	j, err := journal.Continue(left, o.JournalPath, r.Mask.Value)
	if err != nil {
		return nil, err
	}
	p.keep(en, j)
	if left.Ended != "" {
		result.Stop = &verdict.Stop{Why: left.Ended}
	}
	return p.conclude(ctx, en, en.Undo(ctx, undo, result), j)
}

// setAgain sets the environment variables that the run has set, but for those that had secrets.
func setAgain(left *journal.Left) {
	for name, v := range left.Begun.Map("environment").All() {
		if !left.Hides("environment", name) {
			setVariable(name, v)
		}
	}
}

// hasSecretsOf finds values that had a secret in the run, and have another one now, or none.
func (p *Prepared) hasSecretsOf(left *journal.Left) error {
	configuration, _ := p.variables.Values()
	is := func(now, hidden any) bool { return value.Equal(p.runner.Mask.Value(now), hidden) }
	for key, v := range left.Begun.Map("configuration").All() {
		if left.Hides("configuration", key) && !is(configuration.Value(key), v) {
			return problem.New(problem.Invalid, "the configuration key "+key+" had a secret in its value, so the run has left no copy of it", "give it again: --var "+key+"=VALUE")
		}
	}
	for name, v := range left.Begun.Map("environment").All() {
		if left.Hides("environment", name) && !is(os.Getenv(name), v) {
			return problem.New(problem.Invalid, "the run has set the environment variable "+name+", which had a secret in its value, so the run has left no copy of it", "set it again, then recover")
		}
	}
	return nil
}
