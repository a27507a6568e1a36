package cli

import (
	"os"

	"github.com/mattn/go-isatty"

	"chaosworkshop.example/runner/internal/process"
)

const guardCommand = "guard"

// owner starts all processes of this session; should the runner be killed, a
// guard ends them.
func (s *session) owner() *process.Owner {
	if s.processes == nil {
		s.processes = &process.Owner{}
		if self, err := os.Executable(); err == nil {
			s.processes.Guard = []string{self, guardCommand}
		}
	}
	return s.processes
}

// guard is the life of that guard, a process of its own.
func guard(s *session, _ []string) error { return process.Guard(s.world.Stdin) }

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }
