package cli

import (
	"os"

	"github.com/mattn/go-isatty"

	"chaosworkshop.example/runner/internal/process"
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

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }
