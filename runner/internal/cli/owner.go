package cli

import (
	"chaosworkshop.example/runner/internal/problem"
	"os"

	"github.com/mattn/go-isatty"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/run"
)

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

// watchdog is the hidden command that the watchdog, a process of its own, runs.
func watchdog(s *session, _ []string) error { return process.RunWatchdog(s.world.Stdin) }

// runner runs the experiments of this session.
func (s *session) runner() *run.Runner {
	if s.experiments == nil {
		s.experiments = &run.Runner{
			Processes: s.owner(), Stdin: s.processInput(), Log: s.console.log(s.options.verbose), Mask: s.world.mask,
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
