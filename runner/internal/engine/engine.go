// Package engine is the order of events: the hypothesis, the method, the
// hypothesis again, the rollbacks.
//
//	hypothesis (the gate) ── not met ──────────────┐
//	method        │ hypothesis, continuously       │
//	hypothesis    │                                │
//	proof: was the fault on the whole time?        │
//	rollbacks ─────────────────────────────────────┘
//
// The steps, their words in the log and what each writes into the result are
// the Chaos Toolkit's (chaoslib 1.44); where this engine does otherwise,
// docs/differences.md says why. It knows no provider, no console and no file:
// what it needs of others it declares here, as functions and small interfaces.
package engine

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Tolerance is what the output of an activity should be.
type Tolerance interface {
	// Within tells whether the output lies within it. Its error means that the two
	// cannot be compared.
	Within(ctx context.Context, output any) (bool, error)
	// Give writes the output, in place, into the arguments of the tolerance's own
	// probe, if it has one.
	Give(output any)
	// Wanted and Got say in words what was wanted, and what was got instead.
	Wanted(output any) string
	Got(output any) string
	// AlwaysMet tells that it cannot say no.
	AlwaysMet() bool
}

// LevelCritical is the level of what ends an experiment, above slog's errors.
const LevelCritical = slog.LevelError + 4

// The parts of a run, in their order.
const (
	before   = "before" // the hypothesis, as the gate to the method
	method   = "method"
	during   = "during" // the hypothesis, while the method runs
	after    = "after"  // the hypothesis, after the method
	proof    = "proof"  // a method's probe, asked once more
	rollback = "rollback"
)

// The levels that controls run around.
const (
	aroundExperiment = "experiment"
	aroundHypothesis = "hypothesis"
	aroundMethod     = "method"
	aroundRollback   = "rollback"
	aroundActivity   = "activity"
)

// The statuses of a run, in the toolkit's words.
const (
	completed   = "completed"
	failed      = "failed"      // a hypothesis probe could not be carried out, or fail-fast
	aborted     = "aborted"     // an unexpected error
	interrupted = "interrupted" // a signal or a control stopped it
)

// fatal is how the toolkit logs an unexpected error.
const fatal = "Experiment ran into an un expected fatal error, aborting now.\n"

// Engine runs one experiment once. All fields but Controls and MaxOutput must be set.
type Engine struct {
	Experiment *experiment.Experiment
	Strategy   experiment.Strategy
	Controls   Controls // nil: none
	Log        *slog.Logger

	// Perform carries out one activity and returns its output. An
	// *experiment.Failed is a failure that the run takes note of, also when ctx ended if it is Unended; any other error is
	// unexpected and ends the method.
	Perform func(ctx context.Context, a *experiment.Activity) (output any, err error)
	// Tolerance reads a tolerance as an experiment has it.
	Tolerance func(written any) Tolerance
	// Source tells whether the answer to a probe with the key serves comes from a program
	// that serves this file: elsewhere says why not. It is empty where all is well.
	Source func(ctx context.Context, a *experiment.Activity, output any) (elsewhere string)
	// Substitute replaces ${name} by what the configuration and the secrets hold, and
	// Variables is all that they hold.
	Substitute func(v any) any
	Variables  func() any
	// Record keeps a run as soon as it is over, so that a runner that is killed has left what it
	// saw. The part is before, during, after (the hypothesis), method, proof or rollback.
	Record func(part string, run *verdict.Run) error
	// Next is called before each step with what it will carry out, its variables replaced and its secrets hidden:
	// the checks of the hypothesis before and after the method, each activity of the method,
	// each proof that is asked once more, each rollback. It may wait until ctx ends. Its
	// error is a *verdict.Stop, which ends the run. Nil: nobody follows the run.
	Next func(ctx context.Context, part string, activities []*value.Map) error
	// Done is called with each activity that came to its end, those during the method too.
	// Both get the part as Record does. Nil: nobody follows the run.
	Done func(part string, run *verdict.Run)
	// Hide takes the secrets out of a value before it becomes a part of a text, in which
	// they might be written in another form.
	Hide func(any) any
	// MaxOutput is how many bytes of outputs are kept, of all together; 0: no limit.
	MaxOutput int64

	ctx        context.Context // of the hypothesis and the method
	undo       context.Context // of the rollbacks
	mu         sync.Mutex      // of result and what follows
	result     *verdict.Result
	hypothesis bool // it is to be checked, whatever controls do to it during the run
	background sync.WaitGroup
	kept       int64                  // bytes of outputs; see MaxOutput
	leftOut    bool                   // some were more
	finished   map[*verdict.Run]bool  // the runs that nobody writes to any more
	settled    sync.Once              // of bases
	bases      sync.Map               // what the activities ask or do, by their mappings
	unrecorded error                  // the first time that the recorder failed
	stopAsked  *verdict.Stop          // what a control asked for
	earlier    []rollbackPlayed       // by place in the list, in the runs before this one
	placeOf    map[*verdict.Run]int   // of the rollbacks that were played then
	throughout []*experiment.Activity // probes of the method to ask again: proof: throughout
}

// Run runs the experiment. The end of ctx stops the hypothesis and the method; its cause
// should be a *verdict.Stop, which says whether rollbacks follow. Rollbacks are played
// until the end of undo. The result is never nil.
func (e *Engine) Run(ctx, undo context.Context) *verdict.Result {
	e.prepare(ctx, undo, &verdict.Result{Start: time.Now()})
	e.Log.Info("Running experiment: " + e.result.Title)
	if e.Strategy.Dry != "" {
		e.Log.Warn("Running experiment with dry " + e.Strategy.Dry)
	}
	var err error
	if e.Controls != nil {
		err = e.Controls.Configure(ctx)
	}
	if err != nil {
		e.abort(ctx, err, fatal)
		e.noteStop()
	} else {
		e.play()
	}
	e.end()
	return e.result
}

// prepare notes in the result what is to be done.
func (e *Engine) prepare(ctx, undo context.Context, r *verdict.Result) {
	e.ctx, e.undo, e.result, e.finished = ctx, undo, r, map[*verdict.Run]bool{}
	var title any
	e.Experiment.Read(func(written *value.Map) { title = written.Value("title") })
	title = e.Substitute(title)
	var dry any
	if e.Strategy.Dry != "" {
		dry = e.Strategy.Dry
	}
	e.Experiment.Begin(title, dry)
	r.Title, r.Strategy, r.Hypothesis = value.Text(title), e.Strategy.HypothesisWord(), e.Experiment.HasHypothesis()
	r.DryProbes = e.Strategy.Pretends(experiment.Probe)
	for _, a := range e.Experiment.Activities(experiment.Method) {
		a, _, _ = e.resolve(a)
		r.ActionDeclared = r.ActionDeclared || a.Type == experiment.Action
	}
	for _, probe := range e.Experiment.Activities(experiment.Probes) {
		r.Serves = r.Serves || probe.Serves != ""
	}
}

// Snapshot is the result so far, without the activities that are under way. It may
// be called while the run goes on.
func (e *Engine) Snapshot() *verdict.Result {
	e.mu.Lock()
	defer e.mu.Unlock()
	result := *e.result
	unfinished := func(r *verdict.Run) bool { return !e.finished[r] }
	result.Run = slices.DeleteFunc(slices.Clone(result.Run), unfinished)
	result.Rollbacks = slices.DeleteFunc(slices.Clone(result.Rollbacks), unfinished)
	result.During = slices.Clone(result.During)
	return &result
}

// play is the run of an experiment whose controls are ready.
func (e *Engine) play() {
	e.event("running")
	e.hypothesis = e.Experiment.HasHypothesis()
	e.result.Hypothesis = e.result.Hypothesis || e.hypothesis
	e.Log.Info("Steady-state strategy: " + e.Strategy.HypothesisWord())
	e.Log.Info("Rollbacks strategy: " + e.Strategy.RollbacksWord())
	switch {
	case e.Strategy.Hypothesis == "skip":
		e.Log.Info("Skipping Steady-State Hypothesis as requested")
	case !e.hypothesis:
		e.Log.Info("No steady state hypothesis defined. That's ok, just exploring.")
	}
	e.experiment(e.ctx)
	e.noteStop()
	if stop := e.result.Stop; stop == nil || !stop.NoRollbacks {
		e.rollbacks()
	}
	e.noteLateStop("while the rollbacks were played")
}

// experiment is the part of the run before the rollbacks: a signal ends it.
func (e *Engine) experiment(ctx context.Context) {
	if err := e.before(aroundExperiment, nil); err != nil {
		e.abort(ctx, err, fatal)
		return
	}
	if e.hypothesis && e.Strategy.Before() && !e.checkOnce(ctx, before, &e.result.Before) {
		return
	}
	stopDuring := e.startDuring(ctx)
	defer stopDuring()
	finished := e.method(ctx)
	stopDuring() // its last pass would otherwise mix with the check that follows
	if !finished || ctx.Err() != nil || e.hasStatus(interrupted, aborted) {
		return
	}
	if e.hypothesis && e.Strategy.After() {
		e.checkOnce(ctx, after, &e.result.After)
	}
	if e.hypothesis && (e.Strategy.After() || e.Strategy.During()) {
		e.proveThroughout(ctx)
	}
}

func (e *Engine) end() {
	r := e.result
	r.Status = cmp.Or(r.Status, completed)
	r.End = time.Now()
	if e.unrecorded != nil {
		e.Log.Error("Not all that the run saw could be kept while it ran: " + e.unrecorded.Error())
	}
	r.Altered = cmp.Or(e.Experiment.Altered(), r.Altered)
	r.Verdict = r.Judge()
	if r.Deviated {
		e.Log.Info("Experiment ended with status: deviated")
		e.Log.Info("The steady-state has deviated, a weakness may have been discovered")
		return
	}
	e.Log.Info("Experiment ended with status: " + r.Status)
}

// locked calls f while nobody else reads or writes the result.
func (e *Engine) locked(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
}

func (e *Engine) setStatus(status string) { e.locked(func() { e.result.Status = status }) }

func (e *Engine) hasStatus(these ...string) (has bool) {
	e.locked(func() { has = slices.Contains(these, e.result.Status) })
	return has
}

func (e *Engine) noteUnexpected(err error) {
	e.locked(func() { e.result.Unexpected = cmp.Or(e.result.Unexpected, err) })
}

// abort ends the run for an unexpected error, if there is one; the log has it behind
// some words. An interruption is none.
func (e *Engine) abort(ctx context.Context, err error, words string) {
	if err == nil || isInterruption(ctx, err) || e.stopsAt(err) {
		return
	}
	e.noteUnexpected(err)
	if !e.hasStatus(interrupted) {
		e.setStatus(aborted)
	}
	e.critical(words + err.Error())
}

func (e *Engine) critical(text string) { e.Log.Log(context.Background(), LevelCritical, text) }
