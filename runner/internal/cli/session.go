package cli

import (
	"context"
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

// watchdogCommand is the hidden command that the watchdog, a process of its own,
// runs.
const watchdogCommand = "watchdog"

// owner starts all processes of this session. If the runner is killed, its
// watchdog ends them.
func (s *session) owner() *process.Owner {
	if s.processes == nil {
		s.processes = &process.Owner{}
		if self, err := os.Executable(); err == nil {
			s.processes.Watchdog = []string{self, watchdogCommand}
		}
	}
	return s.processes
}

// runner runs the experiments of this session.
func (s *session) runner() *run.Runner {
	if s.experiments == nil {
		s.experiments = &run.Runner{
			Processes: s.owner(), Stdin: s.processInput(), Log: s.log, Mask: s.console.mask,
			Warn: func(list problem.List) { s.console.problems(list) }, Printed: s.console.Line,
			Signal: func(name string) {
				select { // whoever stops the run is told once, and never waited for
				case s.raised <- name:
				default:
				}
			},
		}
	}
	return s.experiments
}

// processInput is what processes of an experiment read. Not a terminal: a
// process outside its foreground group would be stopped when it reads.
func (s *session) processInput() *os.File {
	if isTerminal(s.world.Stdin) {
		return nil
	}
	return s.world.Stdin
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
