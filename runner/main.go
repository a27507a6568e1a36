// The runner reads and runs Chaos Toolkit experiments, and never says
// "resilient" without proof.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"chaosworkshop.example/runner/internal/cli"
)

// enough is the memory, in bytes, from which on what is free is collected at once: a large output
// may not take much more than it has to.
const enough = 200 << 20

// isUnheard tells whether somebody has asked, as nohup does, that the end of the terminal ends nothing.
// SIGINT is heard also where a script has started the runner in the background, and a shell ignores
// it: who presses Ctrl-C wants the fault to be undone.
func isUnheard(s os.Signal) bool { return s == syscall.SIGHUP && signal.Ignored(s) }

func main() {
	if os.Getenv("GOGC") == "" {
		// A run is short: fewer garbage collections are worth more than some memory.
		debug.SetGCPercent(150)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(enough)
	}
	// A write to standard output or error that nobody reads must not end a run
	// whose fault is still on. Unlike an ignored signal, a caught one is reset in
	// the programs that the runner starts.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, slices.DeleteFunc(cli.Signals(), isUnheard)...)
	os.Exit(cli.Run(cli.World{
		Program:     os.Args[0],
		Args:        os.Args[1:],
		Stdin:       os.Stdin,
		Stdout:      os.Stdout,
		Stderr:      os.Stderr,
		Environment: os.LookupEnv,
		Signals:     signals,
	}))
}
