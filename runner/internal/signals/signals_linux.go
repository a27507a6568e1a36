package signals

import (
	"os"
	"syscall"
)

var onlyHere = map[string]os.Signal{"SIGSTKFLT": syscall.SIGSTKFLT}
