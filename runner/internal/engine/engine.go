// Package engine is the order of events: the hypothesis, the method, the
// hypothesis again, the rollbacks, and the verdict that follows from them.
//
//	hypothesis (the gate) ── not met ──────────────┐
//	method        │ hypothesis, continuously       │
//	hypothesis    │                                │
//	proof: was the fault on the whole time?        │
//	rollbacks ─────────────────────────────────────┘
//	verdict
//
// The steps, their words in the log and what each writes into the result are
// the Chaos Toolkit's (chaoslib 1.44); where this engine does otherwise,
// docs/differences.md says why. It knows no provider, no console and no file:
// what it needs of others it declares here, as small interfaces.
package engine

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// Performer carries out one activity and returns its output. An
// *experiment.Failed is a failure that the run takes note of; any other error is
// unexpected and ends the method.
type Performer interface {
	Perform(ctx context.Context, a *experiment.Activity) (output any, err error)
}

// Judge knows tolerances.
type Judge interface {
	// Within tells whether output lies within tolerance; its error means that
	// the two cannot be compared.
	Within(ctx context.Context, tolerance, output any) (bool, error)
	// Give writes the output into a tolerance that is a probe, in place, so that
	// the journal shows what it was last asked about.
	Give(tolerance, output any)
	// Words puts into words what was wanted and what was got instead.
	Words(tolerance, output any) (wanted, got string)
}

// Substituter replaces ${name} by what the configuration and the secrets hold.
type Substituter interface {
	Substitute(v any) any
}

// Recorder keeps a run as soon as it is over, so that a runner that is killed
// has left what it saw.
type Recorder interface {
	Record(part Part, run *Run) error
}

// Part says where in an experiment an activity ran.
type Part string

// The parts of an experiment, in their order.
const (
	Before   Part = "before" // the hypothesis, as the gate to the method
	Method   Part = "method"
	During   Part = "during" // the hypothesis, while the method runs
	After    Part = "after"  // the hypothesis, after the method
	Proof    Part = "proof"  // a method's probe, asked once more
	Rollback Part = "rollback"
)

// LevelCritical is the level of what ends an experiment, above slog's errors.
const LevelCritical = slog.LevelError + 4

// Engine runs one experiment once.
type Engine struct {
	Experiment *experiment.Experiment
	Strategy   Strategy
	Performer  Performer
	Judge      Judge
	Variables  Substituter
	Recorder   Recorder
	Controls   Controls // nil: none
	Log        *slog.Logger

	mu         sync.Mutex
	result     *Result
	background sync.WaitGroup
	unrecorded error // the first time that the recorder failed
	wished     *Stop // what a control asked for
}

// Run runs the experiment. What ends ctx stops the hypothesis and the method;
// its cause should be a *Stop, which says whether rollbacks follow. Once they are
// played they go on under undo, whose end cuts them short. The result is never
// nil.
func (e *Engine) Run(ctx, undo context.Context) *Result {
	e.result = &Result{Start: time.Now(), Title: e.title()}
	r := e.result
	e.Log.Info("Running experiment: " + r.Title)
	if e.Strategy.Dry != "" {
		e.Log.Warn("Running experiment with dry " + e.Strategy.Dry)
	}
	e.Log.Info("Steady-state strategy: " + e.Strategy.hypothesisWord())
	e.Log.Info("Rollbacks strategy: " + e.Strategy.rollbacks())
	e.announceHypothesis()

	e.experiment(ctx)
	stop := e.noteStop(ctx)
	if stop == nil || !stop.NoRollbacks {
		e.rollbacks(ctx, undo)
	}
	if stop == nil {
		stop = e.noteLateStop(ctx)
	}
	e.end(stop)
	return r
}

func (e *Engine) title() string { return value.Text(e.Variables.Substitute(e.Experiment.Title)) }

// experiment is all that an interruption interrupts.
func (e *Engine) experiment(ctx context.Context) {
	if err := e.beforeExperiment(ctx); e.heedControl(err) {
		return
	}
	if e.asks(Before) && !e.gate(ctx) {
		return
	}
	stopDuring := e.startDuring(ctx)
	defer stopDuring()
	finished := e.method(ctx)
	stopDuring() // its last pass would otherwise mix with the check that follows
	if !finished || ctx.Err() != nil || e.hasStatus(Interrupted, Aborted) {
		return
	}
	if e.asks(After) {
		e.deviation(ctx)
	}
	if e.asks(After) || e.asks(During) {
		e.proveThroughout(ctx)
	}
}

// noteStop says why an interrupted run was interrupted.
func (e *Engine) noteStop(ctx context.Context) *Stop {
	if e.wished != nil {
		return e.wished
	}
	if ctx.Err() == nil {
		return nil
	}
	stop := stopOf(ctx)
	e.setStatus(Interrupted)
	stop.announce(e.Log)
	return stop
}

// noteLateStop says why a run was interrupted that had only its rollbacks left.
// They went on, but who sent the signal must not read of a run that nobody
// stopped.
func (e *Engine) noteLateStop(ctx context.Context) *Stop {
	if ctx.Err() == nil {
		return e.wished
	}
	e.setStatus(Interrupted)
	late := *stopOf(ctx)
	late.Why += " while the rollbacks were played"
	return &late
}

func (e *Engine) end(stop *Stop) {
	r := e.result
	if r.Status == "" {
		r.Status = Completed
	}
	r.Stop = stop
	r.End = time.Now()
	if e.unrecorded != nil {
		e.Log.Error("What the run saw could not be kept while it ran: " + e.unrecorded.Error())
	}
	r.Verdict = e.verdict()
	if r.Deviated {
		e.Log.Info("Experiment ended with status: deviated")
		e.Log.Info("The steady-state has deviated, a weakness may have been discovered")
		return
	}
	e.Log.Info("Experiment ended with status: " + string(r.Status))
}

func (e *Engine) setStatus(s Status) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.result.Status = s
}

func (e *Engine) hasStatus(these ...Status) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Contains(these, e.result.Status)
}
