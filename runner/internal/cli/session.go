package cli

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"slices"
	"syscall"

	"github.com/mattn/go-isatty"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/verdict"
)

// session is one call of the program.
type session struct {
	world       World
	console     *console
	log         *slog.Logger
	options     options
	processes   process.Owner // starts all processes; its watchdog ends them if the runner is killed
	experiments run.Runner
	raised      chan string   // signals that Python code sent to the runner
	lines       chan answer   // see line
	asking      chan struct{} // held while a question is open: see askUser
	unattended  bool          // no more questions: see askUser
	here        string        // the folder in which the user stands
}

// watchdogCommand is the hidden command that the watchdog, a process of its own, runs.
const watchdogCommand = "watchdog"

func newSession(w World) *session {
	s := &session{world: w, raised: make(chan string, 4), asking: make(chan struct{}, 1), console: newConsole(w)}
	s.here, _ = os.Getwd() // without it, paths are shown whole
	s.log = slog.New(logHandler{s.console})
	if self, err := os.Executable(); err == nil {
		s.processes.Watchdog = []string{self, watchdogCommand}
	}
	s.experiments = run.Runner{
		Processes: &s.processes, Stdin: w.Stdin, Log: s.log, Mask: s.console.mask,
		Warn: func(list problem.List) { s.console.problems(list) }, Printed: s.console.Line,
		Signal: func(name string) {
			select { // a second signal may be dropped, but Python must not wait here
			case s.raised <- name:
			default:
			}
		},
	}
	if isTerminal(w.Stdin) { // a process outside its foreground group would be stopped when it reads
		s.experiments.Stdin = nil
	}
	return s
}

// close ends what was started for this call: Python first, which may leave
// something running that is meant to stay.
func (s *session) close() {
	ctx, _, release := s.interruptible()
	defer release()
	s.experiments.Close(ctx)
	s.processes.Close()
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }

// interruptible returns two contexts. The first signal ends ctx: the experiment
// stops and its rollbacks begin. The second ends undo: they are cut short.
func (s *session) interruptible() (ctx, undo context.Context, release func()) {
	ctx, stop := context.WithCancelCause(context.Background())
	undo, cut := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		for received := 0; ; received++ {
			var signal os.Signal
			select {
			case <-over:
				return
			case signal = <-s.world.Signals:
			case name := <-s.raised:
				signal = signals[name]
			}
			if received > 0 {
				cut()
				continue
			}
			number, _ := signal.(syscall.Signal)
			stop(verdict.BySignal(signalName(signal), int(number)))
		}
	}()
	return ctx, undo, func() {
		close(over)
		stop(context.Canceled)
		cut()
	}
}

// Signals are those that stop a run.
func Signals() []os.Signal { return slices.Collect(maps.Values(signals)) }

func signalName(s os.Signal) string {
	for name, signal := range signals {
		if signal == s {
			return name
		}
	}
	return "a signal"
}
