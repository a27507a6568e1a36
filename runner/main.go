// The runner reads and runs Chaos Toolkit experiments, and never says
// "resilient" without proof.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"

	"chaosworkshop.example/runner/internal/cli"
)

// collectLess trades memory, of which a short run uses little, for time.
const collectLess = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectLess)
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, cli.Signals()...)
	os.Exit(cli.Run(cli.World{
		Args:        os.Args[1:],
		Stdin:       os.Stdin,
		Stdout:      os.Stdout,
		Stderr:      os.Stderr,
		Environment: os.LookupEnv,
		Signals:     signals,
	}))
}
