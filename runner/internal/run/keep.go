package run

import (
	"errors"
	"os"
	"sync"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// keep lets the journal have what the run sees.
func (p *Prepared) keep(en *engine.Engine, j *journal.Journal) {
	j.Spill, j.Moved = p.runner.Spill, func(said, file string) {
		p.runner.Log.Warn(said + ". If the runner is killed, undo the run: " + p.runner.UndoneBy(file))
	}
	when := p.strategy().Rollbacks
	u := &underway{journal: j, recovers: !p.options.Over, undoes: when != "deviated",
		planned: p.experiment.Len(experiment.Rollbacks), played: map[*verdict.Run]struct{}{}}
	known := new(kept)
	known.configuration, _ = p.variables.Values()
	known.folder, _ = os.Getwd()
	en.Record = func(part string, run *verdict.Run) error {
		u.note(part, run)
		if part == "rollback" && run.Skipped { // it is still to be played
			return nil
		}
		err := errors.Join(known.keep(p, j), j.Record(part, run))
		if err != nil {
			known.lost.Do(func() {
				p.runner.Log.Warn("What the run sees cannot be kept (" + err.Error() + "). If the runner is killed, recover plays all rollbacks")
			})
		}
		return err
	}
	p.runner.underway.Store(nil)
	if when != "never" && u.planned > 0 {
		p.runner.underway.Store(u)
	}
	if err := j.Configured(known.configuration); err != nil {
		p.runner.Log.Warn("What the run sees cannot be kept while it runs: " + err.Error())
	}
}

// kept is what rollbacks need of the run, as it was last kept: controls change the configuration, and Python functions
// the working folder and the environment.
type kept struct {
	mu            sync.Mutex
	configuration *value.Map
	folder        string
	set           int // how often a variable was set
	lost          sync.Once
}

// keep keeps what has changed.
func (k *kept) keep(p *Prepared, j *journal.Journal) (err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	configuration, _ := p.variables.Values()
	if configuration != k.configuration && !value.Equal(configuration, k.configuration) {
		err = j.Configured(configuration)
	}
	if folder, unknown := os.Getwd(); unknown == nil && folder != k.folder && k.folder != "" {
		err = errors.Join(err, j.Moves(folder))
		k.folder = folder
	}
	variables, set := p.runner.set.since(k.set)
	if k.set = set; variables != nil {
		err = errors.Join(err, j.Sets(variables))
	}
	k.configuration = configuration
	return err
}

// setVariables are the environment variables that Python functions have set; null is one that they removed.
type setVariables struct {
	mu    sync.Mutex
	all   *value.Map
	times int // how often one was set
}

func (s *setVariables) set(name, to string, set bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times++
	if s.all = s.all.Copy(); set {
		s.all.Set(name, to)
	} else {
		s.all.Set(name, nil)
	}
	setVariable(name, s.all.Value(name))
}

// since returns all of them if one was set since there were so many times, and how many there are now.
func (s *setVariables) since(times int) (all *value.Map, now int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if times == s.times {
		return nil, times
	}
	return s.all, s.times
}

// setVariable sets an environment variable, or removes it where it is null: later activities see it, as in the toolkit, where all
// is one process.
func setVariable(name string, to any) {
	if to == nil {
		os.Unsetenv(name)
	} else {
		os.Setenv(name, value.Text(to))
	}
}
