package cli

import (
	"os"
	"syscall"
)

// Signals are those that stop a run.
func Signals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

var signalNames = map[string]os.Signal{"SIGINT": os.Interrupt, "SIGTERM": syscall.SIGTERM}
