package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// Stage is a target that runs.
type Stage struct {
	Target *target.Target

	demo       Demo
	experiment Experiment
	run        func(ctx, undo context.Context) (*verdict.Result, error) // of the next play
	plays      int
	service    *target.Service
	folder     string // of the run
	release    func() // gives the port back
}

// Start builds a target, prepares its experiment and starts it.
func (d Demo) Start(ctx context.Context, t *target.Target) (*Stage, error) {
	d.Output.Say(fmt.Sprintf("%s: %s", t.Name, t.Title))
	port, release, err := d.port(t)
	if err != nil {
		return nil, err
	}
	s := &Stage{demo: d, release: release}
	if err := s.start(ctx, t, port); err != nil {
		s.leave()
		return nil, err
	}
	return s, nil
}

func (s *Stage) start(ctx context.Context, t *target.Target, port int) error {
	d := s.demo
	folder, err := d.folder(t.Name)
	if err != nil {
		return err
	}
	s.folder = folder
	source := t.Source
	t = t.In(target.Places{Root: d.Root, Run: folder, Port: port, Interval: d.Interval})
	s.Target = t
	s.experiment = Experiment{Source: t.Experiment, Journal: filepath.Join(folder, "journal.json"), Environment: t.Lookup(d.Environment)}
	d.Learn(ctx, s.experiment)
	s.experiment.Performed = func() { s.service.Listen() }
	var unprepared error
	s.service, err = t.Begin(ctx, target.Setting{Owner: d.Owner, Slow: d.Output.Waiting, Say: d.Output.Line, Prepare: func() error {
		unprepared = s.prepare(ctx)
		return unprepared
	}})
	if unprepared != nil {
		return unprepared
	}
	return ofLearner(err, t, source)
}

// inFolder does something in the target's folder.
func (s *Stage) inFolder(do func() error) error {
	if err := os.Chdir(s.Target.Folder); err != nil {
		return problem.Wrap(problem.NoVerdict, err, "cannot move to the target's folder", "check the folder of "+s.Target.Name)
	}
	defer os.Chdir(s.demo.Root) // it was there a moment ago, and all that follows has whole paths
	return do()
}

func (s *Stage) prepare(ctx context.Context) error {
	return s.inFolder(func() (err error) {
		s.run, err = s.demo.Prepare(ctx, s.experiment)
		return err
	})
}

// Play runs the experiment in the target's folder. Each play has its journal: journal.json, and
// journal-2.json for the second one.
func (s *Stage) Play(ctx, undo context.Context) (o *Outcome, err error) {
	if s.plays++; s.plays > 1 {
		s.experiment.Journal = filepath.Join(filepath.Dir(s.experiment.Journal), fmt.Sprintf("journal-%d.json", s.plays))
		if err := s.prepare(ctx); err != nil {
			return nil, err
		}
	}
	err = s.inFolder(func() error {
		result, err := s.run(ctx, undo)
		if result == nil {
			return err
		}
		t := s.Target
		wait := time.Duration(0)
		if last := result.After.Last(); last != nil && last.Failed() {
			wait = time.Second // perhaps it is just ending
		}
		o = &Outcome{Target: t, Result: result, Journal: s.experiment.Journal, Unwritten: err, Died: s.service.Died(wait), Changed: t.Source != "" && original.IsChanged(t.Source, t.Original)}
		return nil
	})
	return o, err
}

// Died returns a problem if the target ended by itself.
func (s *Stage) Died() error { return s.service.Died(0) }

// End ends the target. The error says that it could not be taken down.
func (s *Stage) End() error {
	defer s.leave()
	return s.service.End(context.Background())
}

// leave gives the port back, and removes the folder of a run that has written nothing.
func (s *Stage) leave() {
	s.release()
	os.Remove(s.folder)
}
