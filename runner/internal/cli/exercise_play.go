package cli

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/exercise"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// playOne plays one experiment, and looks at the exchange file beside it: see exercise.Seen.
func (c *course) playOne(ctx, undo context.Context, e *exercise.Exercise, seen *exercise.Seen) error {
	t, found := target.Load(filepath.Join(c.root, filepath.FromSlash(seen.Play.Target)))
	if t == nil {
		return found
	}
	t.Name, t.Experiment = e.Name, seen.Play.Experiment
	if e.Kind == "repair" { // what the service does wrong is for the exercise to say
		t.Source, t.Original, t.Ready.Any = e.Learner().Edit, e.Learner().Original, true
	}
	d := c.demo(c.root)
	quiet := &quiet{console: c.console}
	d.Output, d.Interval = quiet, time.Hour
	d.Prepare = func(ctx context.Context, x demo.Experiment) (func(ctx, undo context.Context) (*verdict.Result, error), error) {
		var before []byte
		o := optionsOf(x)
		o.Done = func(part string, _ *verdict.Run) {
			now, isFile := exchanged()
			seen.Replaced = seen.Replaced || part == "method" && isNamed(exchangeFile) && !(isFile && bytes.Equal(now, before))
		}
		p, err := c.experiments.Prepare(ctx, o)
		return func(ctx, undo context.Context) (*verdict.Result, error) {
			if err := e.SetUp(); err != nil {
				return nil, err
			}
			before, _ = exchanged()
			r, err := p.Run(ctx, undo)
			now, isFile := exchanged()
			seen.Restored = isFile && bytes.Equal(now, before)
			return r, err
		}, err
	}
	level := c.console.level
	if !c.options.verbose {
		c.console.level = silent
	}
	o, err := d.Run(ctx, undo, t)
	c.console.level = level
	var stop *verdict.Stop
	switch {
	case ctx.Err() != nil && errors.As(context.Cause(ctx), &stop):
		c.console.note("%s: the exercise was not played to its end", stop.Why)
		return exitCode(128 + stop.Signal)
	case err != nil:
		var p *problem.Problem
		if errors.As(err, &p) {
			p.Do = c.sentenceFor(e, p.Do)
		}
		seen.Broken = err
	default:
		seen.Result, seen.Ended = o.Result, o.Died != nil
		if seen.Ended {
			c.console.problems(o.Died)
		}
	}
	return nil
}

// exchanged is what is in the exchange file, if it is a file: the read of a pipe would not end.
func exchanged() (contents []byte, isFile bool) {
	if info, err := os.Stat(exchangeFile); err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	contents, err := os.ReadFile(exchangeFile)
	return contents, err == nil
}

// isNamed tells whether something has this name, be it a link that leads nowhere.
func isNamed(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// silent is above every level of the log.
const silent = slog.Level(100)

// quiet shows of a demo only what takes long.
type quiet struct{ *console }

func (quiet) Say(string)          {}
func (quiet) Line(string, string) {}
