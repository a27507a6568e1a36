// Package run runs one experiment, from its file to its journal: it puts together
// what reads, checks, plays and records it.
package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/control"
	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/settings"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
	"chaosworkshop.example/runner/internal/verdict"
)

// Runner runs experiments, one after the other. What they start belongs to it.
type Runner struct {
	Processes *process.Owner
	Stdin     *os.File // what processes of an experiment read; nil for nothing
	Log       *slog.Logger
	Mask      *show.Mask               // learns the secrets of each experiment
	Warn      func(problem.List)       // says what is doubtful in an experiment
	Printed   func(who, line string)   // shows what Python code prints
	Signal    func(name string)        // hears of a signal that Python code sends to the runner
	Spill     func(text string)        // gets a journal that can be written to no file
	UndoneBy  func(file string) string // the command for what a run has left in a file

	worker   *worker.Worker
	underway atomic.Pointer[underway]
	running  atomic.Bool
	undone   atomic.Bool // the run is over and left no fault, and its journal is being written
	set      setVariables
}

// underway is a run with rollbacks, or what one that is over has left.
type underway struct {
	journal  *journal.Journal
	recovers bool // Recover could undo it
	undoes   bool // when it is stopped, its rollbacks are played

	planned int                       // how many rollbacks it has when it begins
	mu      sync.Mutex                // of what follows
	played  map[*verdict.Run]struct{} // the rollbacks that were carried out
}

func (u *underway) note(part string, run *verdict.Run) {
	if part == "rollback" && !run.End.IsZero() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.played[run] = struct{}{}
	}
}

func (u *underway) hasPlayedAll() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.played) >= u.planned
}

// Options say how one experiment is run.
type Options struct {
	Source       string // the experiment's file or address
	JournalPath  string
	Strategy     experiment.Strategy // empty words are left to the experiment and the settings
	NoValidation bool
	NoVerifyTLS  bool   // fetch the experiment without checking the server's certificate
	Python       string // the interpreter; empty: the one that is found
	Controls     []control.Control
	MaxTime      time.Duration // how long one activity may take in all; 0: no limit
	MaxOutput    int64         // engine.Engine's
	Overrides    variables.Overrides
	Settings     settings.Settings
	Elsewhere    bool       // Source is another file than that of the run which is to be undone
	Over         bool       // its system ends with it, so nothing is to be undone later
	Given        *value.Map // the flags that name the files and the interpreter, as Recover needs them again

	Environment func(name string) (string, bool)                     // as os.LookupEnv
	Ask         func(ctx context.Context, activity *value.Map) error // before each activity; may be nil
	Performed   func()                                               // called after each activity; may be nil

	Next func(ctx context.Context, part string, activities []*value.Map) error // engine.Engine's; may be nil
	Done func(part string, run *verdict.Run)                                   // engine.Engine's; may be nil

	written *value.Map // the experiment as it was when the run was begun that is to be undone; nil otherwise
	hidden  bool       // it had secrets, which are hidden in written
}

// Prepared is an experiment that was read and found valid.
type Prepared struct {
	runner     *Runner
	options    Options
	experiment *experiment.Experiment
	misspelt   []string // see verdict.Result

	variables *variables.Variables // known once it is assembled
}

// Validate reads an experiment and finds everything that is wrong with it.
func (r *Runner) Validate(ctx context.Context, o Options) error {
	_, _, err := r.load(ctx, o)
	return err
}

// Prepare reads an experiment and checks it. The secrets that it declares are hidden from then on.
func (r *Runner) Prepare(ctx context.Context, o Options) (*Prepared, error) {
	written, misspelt, err := r.load(ctx, o)
	if err != nil {
		return nil, err
	}
	e, err := experiment.New(written)
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "the experiment cannot be run as it is", "correct it, or leave --no-validation out to see all that is wrong")
	}
	return &Prepared{runner: r, options: o, experiment: e, misspelt: misspelt}, nil
}

// Run runs the experiment and writes its journal. There is a result as soon as
// the experiment ran, be the journal written or not. The first context stops the
// experiment; the second cuts its rollbacks short.
func (p *Prepared) Run(ctx, undo context.Context) (*verdict.Result, error) {
	p.runner.running.Store(true)
	defer p.runner.running.Store(false)
	j, err := journal.Open(p.options.JournalPath, p.runner.Mask.Value, p.begun())
	if err != nil {
		return nil, err
	}
	en, err := p.assemble(ctx)
	if err != nil {
		return nil, errors.Join(err, j.Discard())
	}
	p.keep(en, j)
	return p.conclude(ctx, en, en.Run(ctx, undo), j)
}

// conclude writes the journal of a run that is over.
func (p *Prepared) conclude(ctx context.Context, en *engine.Engine, result *verdict.Result, j *journal.Journal) (*verdict.Result, error) {
	result.Misspelt = p.misspelt
	document := journal.Document(result, p.experiment)
	shown := document.Map("experiment").Clone()
	if document = en.Conclude(document); value.Equal(document.Map("experiment"), shown) {
		p.experiment.Read(func(*value.Map) { document.Set("experiment", p.experiment.Journalled()) }) // as the last control has left it
	}
	journal.AddVerdict(document, result)
	if result.Verdict.Word == verdict.NotUndone && result.Begun > 0 && len(result.NotUndone) > 0 && !p.options.Over {
		why := "the run had ended, and its fault was still on"
		if result.Stop != nil {
			why = result.Stop.Why
		}
		result.Left = j.ToUndo(result.NotUndone, why)
	}
	left, isUndone := &underway{journal: j, recovers: !p.options.Over}, result.Verdict.Word != verdict.NotUndone
	if isUndone {
		left = nil
	}
	p.runner.underway.Store(left)
	p.runner.undone.Store(isUndone)
	defer p.runner.undone.Store(false)
	j.Stop = ctx.Done()
	var err error
	clock.Tell(context.WithoutCancel(ctx), func(sofar time.Duration) {
		p.runner.Log.Info(fmt.Sprintf("Writing the journal: %.0f s so far", sofar.Seconds()))
	}, func() { err = j.Write(document) })
	return result, err
}

// Running tells whether an experiment is being run.
func (r *Runner) Running() bool { return r.running.Load() }

// Leaves is the file from which Recover could undo what the run has done that is under way; empty for
// nothing.
func (r *Runner) Leaves() string {
	if u := r.underway.Load(); u != nil && u.recovers {
		return u.journal.Begun()
	}
	return ""
}

// Undoes tells whether a run has done something, and has rollbacks that are still to be played when it is
// stopped.
func (r *Runner) Undoes() bool {
	u := r.underway.Load()
	return u != nil && u.undoes && u.journal.Begun() != "" && !u.hasPlayedAll()
}

// OnlyWrites tells whether a run is over, and has left no fault, and only its journal is still to be written.
func (r *Runner) OnlyWrites() bool { return r.undone.Load() }

// python is the Python interpreter, which starts with the first thing that needs
// it and serves all experiments of this runner.
func (r *Runner) python(o Options) *worker.Worker {
	if r.worker == nil {
		r.worker = &worker.Worker{
			Python: o.Python, Environment: o.Environment, Owner: r.Processes, Log: r.pythonLogs, Signal: r.Signal, MaxTime: o.MaxTime,
			SetEnv: r.set.set,
			Moved: func(folder string) {
				if err := os.Chdir(folder); err != nil {
					r.Log.Warn("Python moved to " + folder + ", and the runner cannot follow: " + err.Error())
				}
			},
		}
	}
	return r.worker
}

// pythonLogs puts into the log what Python code logs; what it prints stands beside the log.
func (r *Runner) pythonLogs(level, text string) {
	levels := map[string]slog.Level{"DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo, "WARNING": slog.LevelWarn,
		"ERROR": slog.LevelError, "CRITICAL": engine.LevelCritical}
	if l, ok := levels[level]; ok {
		r.Log.Log(context.Background(), l, text)
		return
	}
	r.Printed("python", text)
}

// Close ends the Python worker. It must come before the processes are ended: Python
// code may leave something running that is meant to stay.
func (r *Runner) Close(ctx context.Context) {
	if r.worker != nil {
		r.worker.Close(ctx)
	}
}
