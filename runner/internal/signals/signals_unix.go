//go:build unix

package signals

import (
	"maps"
	"os"
	"syscall"
)

// ByName are the signals that stop the program.
var ByName = byName()

func byName() map[string]os.Signal {
	all := map[string]os.Signal{"SIGINT": os.Interrupt, "SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP, "SIGQUIT": syscall.SIGQUIT,
		"SIGUSR1": syscall.SIGUSR1, "SIGUSR2": syscall.SIGUSR2,
		// Sent by somebody, these are signals as the others; a fault of this program ends it as before.
		"SIGABRT": syscall.SIGABRT, "SIGTRAP": syscall.SIGTRAP, "SIGSYS": syscall.SIGSYS, "SIGSEGV": syscall.SIGSEGV,
		"SIGBUS": syscall.SIGBUS, "SIGFPE": syscall.SIGFPE, "SIGILL": syscall.SIGILL}
	maps.Copy(all, onlyHere)
	return all
}
