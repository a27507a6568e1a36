package cli

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
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
	seen.Asks = e.Kind == "experiment" && e.HypothesisChanged(c.root)
	quiet := &quiet{console: c.console}
	d.Output, d.Interval = hushed{quiet}, time.Hour
	d.Prepare = c.observed(e, seen)
	speak := func() {}
	if !c.options.verbose {
		speak = c.console.silence()
	}
	o, err := d.Run(ctx, undo, t)
	speak()
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
	case c.notTakenDown(o.Left) != nil:
		return exitCode(problem.NotUndone)
	default:
		seen.Result, seen.Ended, c.said = o.Result, o.Died != nil, quiet.lines
		if o.Unwritten == nil {
			c.plays = append(c.plays, played{o.Journal, seen.Play.Name, seen.Play.Wanted})
		}
		if seen.Ended {
			c.console.problems(o.Died)
		}
	}
	return nil
}

// observed prepares an experiment whose run is observed. One of the learner's is played before
// without its actions: what its probes find then is no proof of the fault.
func (c *course) observed(e *exercise.Exercise, seen *exercise.Seen) func(context.Context, demo.Experiment) (func(ctx, undo context.Context) (*verdict.Result, error), error) {
	return func(ctx context.Context, x demo.Experiment) (func(ctx, undo context.Context) (*verdict.Result, error), error) {
		o := optionsOf(x)
		o.Over, o.MaxTime = true, seconds(c.options.maxTime)
		idle := o
		idle.Strategy.Dry = "actions"
		var mu sync.Mutex // activities may run side by side
		seen.Standing = map[*verdict.Run]bool{}
		o.Done = func(part string, run *verdict.Run) {
			mu.Lock()
			defer mu.Unlock()
			switch now := insteadOf(exchangeFile); part {
			case "method":
				seen.Standing[run] = now == noFile
				seen.Gone = seen.Gone || now == gone
			case "after":
				seen.Replaced = now == noFile
			}
		}
		p, err := c.experiments.Prepare(ctx, o)
		return func(ctx, undo context.Context) (*verdict.Result, error) {
			if err := e.SetUp(); err != nil {
				return nil, err
			}
			before, _ := exchanged()
			if e.Kind != "repair" {
				p, err := c.experiments.Prepare(ctx, idle)
				if err != nil {
					return nil, err
				}
				if seen.Idle, err = p.Run(ctx, undo); err != nil {
					return nil, err
				}
			}
			r, err := p.Run(ctx, undo)
			now, isFile := exchanged()
			seen.Restored = isFile && bytes.Equal(now, before)
			return r, err
		}, err
	}
}

// exchanged is what is in the exchange file, if it is a file: the read of a pipe would not end.
func exchanged() (contents []byte, isFile bool) {
	if now := insteadOf(exchangeFile); now == gone || now == noFile {
		return nil, false
	}
	contents, _ = os.ReadFile(exchangeFile)
	return contents, true
}

// silence keeps the log from the console until the function is called that it returns.
func (c *console) silence() (speak func()) {
	level := c.level
	c.level = slog.Level(100) // above every level
	return func() { c.level = level }
}

// quiet shows of a demo only what takes long, and keeps what the service says.
type quiet struct {
	*console
	mu    sync.Mutex
	lines []string
}

func (*quiet) Say(string) {}
func (q *quiet) Line(_, line string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.lines) < 1000 { // a service may flood its log
		q.lines = append(q.lines, line)
	}
}

// hushed is quiet, and leaves to others to show what takes long.
type hushed struct{ *quiet }

func (hushed) Waiting(string, time.Duration) {}

// crash is what a service said of an error in its own code: the error, and the places in the
// learner's file.
func crash(said []string, file string) (lines []string) {
	at := slices.IndexFunc(said, func(line string) bool {
		return strings.Contains(line, "panic") || strings.HasPrefix(line, "Traceback ")
	})
	if at < 0 {
		return nil
	}
	isError := regexp.MustCompile(`panic|^\w*Error\b`)
	for _, line := range said[at:] {
		if line = strings.TrimSpace(line); len(lines) < 3 && (isError.MatchString(line) || strings.Contains(line, filepath.ToSlash(file))) {
			lines = append(lines, line)
		}
	}
	return lines
}
