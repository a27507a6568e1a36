package signals

import (
	"os"
	"syscall"
)

// ByName are the signals that stop the program.
var ByName = map[string]os.Signal{"SIGINT": os.Interrupt, "SIGTERM": syscall.SIGTERM}
