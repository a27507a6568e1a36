package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/signals"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// listener is who hears the signals of a session.
type listener struct {
	mu       sync.Mutex
	heard    func(os.Signal) // nil: the command has nothing to end, and is left at once
	unheard  os.Signal       // came while nobody listened
	between  bool            // somebody has listened before
	harmless bool            // nothing was done yet, so nothing is to be undone
	stopped  bool            // something was ended
}

// hear passes on the signals of the session until it is over. From the first one on, no output is
// waited for.
func (s *session) hear(over <-chan struct{}) {
	for {
		var signal os.Signal
		select {
		case <-over:
			return
		case signal = <-s.world.Signals:
		case signal = <-s.raised:
		}
		s.console.hurry()
		l := &s.listener
		l.mu.Lock()
		switch {
		case l.heard != nil:
			l.heard(signal)
		case l.between:
			l.unheard = signal
		default:
			s.abandon(signal, "")
		}
		l.mu.Unlock()
	}
}

// abandon ends the program, whatever it is doing.
func (s *session) abandon(signal os.Signal, what string) {
	number, _ := signal.(syscall.Signal)
	stop := verdict.BySignal(signals.Name(signal), int(number))
	stop.Why += what
	select {
	case s.abandoned <- stop:
	default:
	}
}

// At most so long after a signal the program goes on, where nothing is to be undone or where the
// signal was the second one.
const atMost = 1500 * time.Millisecond

// interruptible returns two contexts. The first signal ends ctx: the experiment
// stops and its rollbacks begin. The second ends undo: the rollbacks stop. After the
// first signal, says tells the user so, and what a second one does if there are rollbacks to be played.
func (s *session) interruptible(says bool) (ctx, undo context.Context, release func()) {
	ctx, stop := context.WithCancelCause(context.Background())
	undo, cut := context.WithCancel(context.Background())
	var first time.Time
	var end *time.Timer
	var said sync.WaitGroup // no longer than the console waits for who reads it
	heard := func(signal os.Signal) {
		l := &s.listener
		switch {
		case first.IsZero():
			first, l.stopped = time.Now(), true
			number, _ := signal.(syscall.Signal)
			why := verdict.BySignal(signals.Name(signal), int(number))
			stopping := s.stopping(why) // before the run is stopped: it may be over soon
			stop(why)
			end = time.AfterFunc(atMost, func() {
				l.mu.Lock()
				defer l.mu.Unlock()
				if l.harmless && ctx.Err() != nil {
					s.abandon(signal, nothingDone)
				}
			})
			if says { // last: perhaps nobody reads it
				said.Go(func() { s.console.problems(problem.List{stopping}) })
			}
		case time.Since(first) > together && undo.Err() == nil: // a third one changes nothing
			s.processes.Hurry()
			cut()
			end.Stop()
			end = time.AfterFunc(atMost, func() {
				l.mu.Lock()
				defer l.mu.Unlock()
				s.abandon(signal, " twice"+s.unfinished())
			})
		}
	}
	s.listener.listen(heard)
	return ctx, undo, func() {
		s.listener.listen(nil)
		said.Wait()
		if end != nil {
			end.Stop()
		}
		stop(context.Canceled)
		cut()
	}
}

// stopping says what a first signal does, and what a second one would do.
func (s *session) stopping(why *verdict.Stop) *problem.Problem {
	p := &problem.Problem{What: "the run is stopping", Warning: true}
	switch undoes, up := s.experiments.Undoes(), s.stillUp(); {
	case undoes && why.NoRollbacks:
		p.What += ", and its rollbacks are left out, as " + why.By + " asks"
	case undoes:
		p.Do = "press Ctrl-C again to leave out the remaining rollbacks"
	case up != "":
		p.Do = "press Ctrl-C again, and nobody waits until " + up + " is down"
	}
	return p
}

const nothingDone = "; nothing was done"

// unfinished is what a program has not done that is left after a second signal.
func (s *session) unfinished() string {
	up := s.stillUp()
	if up != "" {
		up = "; " + up + " may still be up, and " + s.command("stop") + " waits until it is down"
	}
	switch {
	case up != "" && !s.experiments.Running():
		return up
	case s.listener.harmless:
		return nothingDone
	case s.experiments.OnlyWrites():
		return "; the run was over, but its journal is not written whole"
	}
	return "; the run did not come to its end, so a fault may still be on" + up
}

// stillUp names a target that this program has brought up; empty for none.
func (s *session) stillUp() string {
	root, _ := s.root() // without one there are no targets
	for _, d := range target.Downs(filepath.Join(root, ".workshop")) {
		if d.Owner == process.Self() {
			return d.Target
		}
	}
	return ""
}

// listen lets somebody hear the signals, also the one that came meanwhile; nil is nobody.
func (l *listener) listen(heard func(os.Signal)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard, l.between = heard, true
	if heard != nil && l.unheard != nil {
		heard(l.unheard)
		l.unheard = nil
	}
}

// endAtOnce is for a session that has nothing to end any more: the next signal ends the program
// at once, whatever it still prints, and so does one that came meanwhile.
func (s *session) endAtOnce() {
	l := &s.listener
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.between = false; l.unheard != nil {
		s.abandon(l.unheard, "")
	}
}

func (l *listener) hasStopped() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stopped
}

// setHarmless notes whether nothing was done that is to be undone.
func (l *listener) setHarmless(harmless bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.harmless = harmless
}

// stoppedBy is the end of a command that goes on until somebody stops it: the code of the signal
// that ended ctx.
func stoppedBy(ctx context.Context) exitCode {
	var stop *verdict.Stop
	if errors.As(context.Cause(ctx), &stop) && stop.Signal > 0 {
		return exitCode(128 + stop.Signal)
	}
	return exitCode(problem.OK)
}

// together is how close two signals must be to be one request to stop: some programs,
// as timeout, send one to the runner and one to its process group.
const together = 20 * time.Millisecond
