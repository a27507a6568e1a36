// The runner reads and runs Chaos Toolkit experiments, and never says
// "resilient" without proof.
package main

import (
	"os"
	"runtime/debug"

	"chaosworkshop.example/runner/internal/cli"
	"chaosworkshop.example/runner/internal/signals"
)

// enough is the memory, in bytes, from which on what is free is collected at once: a large output
// may not take much more than it has to.
const enough = 200 << 20

func main() {
	if os.Getenv("GOGC") == "" {
		// A run is short: fewer garbage collections are worth more than some memory.
		debug.SetGCPercent(150)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(enough)
	}
	os.Exit(cli.Run(cli.World{
		Program:     os.Args[0],
		Args:        os.Args[1:],
		Stdin:       os.Stdin,
		Stdout:      os.Stdout,
		Stderr:      os.Stderr,
		Environment: os.LookupEnv,
		Signals:     signals.Heard(),
	}))
}
