// Package lesson is the demo: a target, its experiment, and what the two are
// expected to show.
package lesson

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/target"
)

// Narrator tells the room what goes on.
type Narrator interface {
	Say(text string)          // what the demo does
	Line(target, line string) // what the target itself says
}

// Trial is one run of an experiment.
type Trial struct {
	Source, Journal string
	Environment     func(name string) (string, bool) // the target's own variables included
	Listen          func()                           // waits for what the target says of an activity
}

// Stage is where demos take place.
type Stage struct {
	Root        string // the project's folder
	Port        int    // the one that was asked for; 0: the target's own, or any that is free
	Narrator    Narrator
	Owner       *process.Owner
	Environment func(name string) (string, bool)
	// Run runs an experiment. There is a result as soon as the experiment ran,
	// and an error if it could not, or if its journal could not be written.
	Run func(ctx, undo context.Context, t Trial) (*engine.Result, error)
}

// Outcome is what came of one demo.
type Outcome struct {
	Target    *target.Target
	Result    *engine.Result
	Journal   string
	Unwritten error // the journal could not be written
	Died      error // the target ended during the experiment
}

// AsExpected tells whether the demo showed what its target says that it shows.
func (o *Outcome) AsExpected() bool {
	return o.Target.Expect == "" || string(o.Result.Verdict.Word) == o.Target.Expect
}

// Play builds and starts a target, runs its experiment in the target's folder
// and ends the target. The first context stops all of it; the second cuts the
// experiment's rollbacks short.
func (s Stage) Play(ctx, undo context.Context, t *target.Target) (*Outcome, error) {
	s.Narrator.Say(fmt.Sprintf("%s: %s", t.Name, t.Title))
	port, release, err := s.port(t)
	if err != nil {
		return nil, err
	}
	defer release()
	folder, err := s.folder(t.Name)
	if err != nil {
		return nil, err
	}
	t = t.In(target.Places{Root: s.Root, Bin: s.workshop("bin"), Run: folder, Port: port})
	err = target.Build(ctx, s.Owner, t, func() {
		s.Narrator.Say("building " + t.Name + " (the first time this takes up to a minute)")
	})
	if err != nil {
		return nil, err
	}
	service, err := target.Start(ctx, s.Owner, t, s.workshop("processes"), s.Narrator.Line)
	if err != nil {
		return nil, err
	}
	defer service.End(context.Background())
	return s.experiment(ctx, undo, t, service, filepath.Join(folder, "journal.json"))
}

func (s Stage) experiment(ctx, undo context.Context, t *target.Target, service *target.Service, journal string) (*Outcome, error) {
	if err := os.Chdir(t.Folder); err != nil {
		return nil, problem.Wrap(problem.NoVerdict, err, "cannot move to the target's folder", "check the folder of "+t.Name)
	}
	defer os.Chdir(s.Root) // it was there a moment ago, and all that follows has whole paths
	result, err := s.Run(ctx, undo, Trial{Source: t.Experiment, Journal: journal, Environment: s.environment(t), Listen: service.Listen})
	if result == nil {
		return nil, err
	}
	return &Outcome{Target: t, Result: result, Journal: journal, Unwritten: err, Died: service.Died()}, nil
}

// environment looks a variable up in the target's own ones first.
func (s Stage) environment(t *target.Target) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if text, ok := t.Environment[name]; ok {
			return text, true
		}
		return s.Environment(name)
	}
}

func (s Stage) port(t *target.Target) (port int, release func(), err error) {
	if s.Port != 0 {
		return target.Reserve(s.Port, true)
	}
	port, release, err = target.Reserve(t.Port, false)
	if err == nil && t.Port != 0 && port != t.Port {
		s.Narrator.Say(fmt.Sprintf("port %d is taken, so this demo uses port %d", t.Port, port))
	}
	return port, release, err
}

// workshop is a folder in the one that git ignores.
func (s Stage) workshop(name string) string { return filepath.Join(s.Root, ".workshop", name) }

// folder makes a fresh folder for one run; its name tells when and of what.
func (s Stage) folder(name string) (string, error) {
	path := s.workshop("runs")
	err := os.MkdirAll(path, 0o755)
	if err == nil {
		path, err = os.MkdirTemp(path, time.Now().Format("20060102-150405-")+name+"-")
	}
	if err != nil {
		return "", problem.Wrap(problem.NoVerdict, err, "there is no place for what the demo makes", "make room, or check the permissions of the project's folder")
	}
	return path, nil
}
