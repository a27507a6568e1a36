// Package demo is the demo: a target, its experiment, and what the two are expected to show.
package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// Output shows what goes on in a demo.
type Output interface {
	Say(text string)                          // what the demo does
	Line(target, line string)                 // what the target itself says
	Waiting(what string, sofar time.Duration) // something takes long: called again and again
}

// Experiment is the experiment of a target, to be run in the target's folder.
type Experiment struct {
	Source, Journal string                           // files
	Environment     func(name string) (string, bool) // the target's own variables included
	Performed       func()                           // to be called after each activity: waits for what the target says of it
}

// Demo is where and how demos are run.
type Demo struct {
	Root        string        // the project's folder
	Port        int           // the one that was asked for; 0: the target's own, or any that is free; negative: any that is free
	Interval    time.Duration // how long targets leave alone what a fault has changed; 0: 10 s
	Output      Output
	Owner       *process.Owner
	Environment func(name string) (string, bool)
	// Learn hides the secrets of an experiment, before the target is built.
	Learn func(ctx context.Context, e Experiment)
	// Prepare reads and checks an experiment before the target is started, and
	// returns what runs it. There is a result as soon as the experiment ran, and an
	// error if it could not, or if its journal could not be written.
	Prepare func(ctx context.Context, e Experiment) (run func(ctx, undo context.Context) (*verdict.Result, error), err error)
}

// Outcome is what came of one demo.
type Outcome struct {
	Target    *target.Target
	Result    *verdict.Result
	Journal   string
	Unwritten error // the journal could not be written
	Died      error // the target ended during the experiment
	Changed   bool  // the learner has changed the target's source
	Left      error // the target could not be taken down
}

// AsExpected tells whether the demo showed what its target says that it shows.
func (o *Outcome) AsExpected() bool {
	return o.Target.Expect == "" || o.Result.Verdict.Word == o.Target.Expect
}

// Repaired tells whether the learner's change made the target survive, which it was not
// expected to.
func (o *Outcome) Repaired() bool {
	return o.Changed && o.Target.Expect == verdict.Deviated && o.Result.Verdict.Word == verdict.Held
}

// Run builds and starts a target, runs its experiment in the target's folder and ends the target.
// The first context stops all of it; the second cuts the experiment's rollbacks short.
func (d Demo) Run(ctx, undo context.Context, t *target.Target) (*Outcome, error) {
	s, err := d.Start(ctx, t)
	if err != nil {
		return nil, err
	}
	o, err := s.Play(ctx, undo)
	left := s.End()
	if o != nil {
		o.Left = left
	} else if left != nil {
		err = errors.Join(left, err)
	}
	return o, err
}

// ofLearner is why a target does not build or start, for a learner who has changed its source:
// without a place in the target's file and without its commands, which are not theirs.
func ofLearner(err error, t *target.Target, source string) error {
	var list problem.List
	var p *problem.Problem
	switch {
	case err == nil || t.Source == "" || errors.Is(err, exec.ErrNotFound) || !original.IsChanged(t.Source, t.Original):
	case errors.As(err, &list) && len(list) > 1:
		*list[len(list)-1] = *problem.New(problem.Invalid, "you changed "+source, "correct what these lines report, and try again")
	case errors.As(err, &p):
		p.At, p.Do = problem.Position{}, "you changed "+source+": look there first; {reset} brings it back as it came"
	}
	return err
}

// port reserves the port of a target until release.
func (d Demo) port(t *target.Target) (port int, release func(), err error) {
	switch {
	case t.URL != "" && d.Port > 0:
		return 0, nil, problem.New(problem.Usage, t.Name+" runs already, and its port is in its url", "leave out the port, or change the url")
	case t.URL != "":
		return 0, func() {}, nil
	case d.Port != 0:
		return target.Reserve(max(d.Port, 0), d.Port > 0)
	}
	port, release, err = target.Reserve(t.Port, false)
	if err == nil && t.Port != 0 && port != t.Port {
		d.Output.Say(fmt.Sprintf("port %d is taken, so this demo uses port %d", t.Port, port))
	}
	return port, release, err
}

// workshop is a folder in the one that git ignores.
func (d Demo) workshop(name string) string { return filepath.Join(d.Root, ".workshop", name) }

// folder makes a fresh folder for one run.
func (d Demo) folder(name string) (string, error) {
	path, err := fresh(d.workshop("runs"), name)
	if err != nil {
		return "", problem.Wrap(problem.NoVerdict, err, "cannot create a folder in "+d.workshop("runs"), "check free space and permissions of the project's folder")
	}
	return path, nil
}

// fresh makes a new folder within another; its name tells when and of what.
func fresh(within, name string) (path string, err error) {
	if err := os.MkdirAll(within, 0o755); err != nil {
		return "", err
	}
	first := filepath.Join(within, time.Now().Format("20060102-150405-")+name)
	path = first
	for i := 2; ; i++ {
		if err = os.Mkdir(path, 0o755); !errors.Is(err, os.ErrExist) {
			return path, err
		}
		path = fmt.Sprintf("%s-%d", first, i)
	}
}
