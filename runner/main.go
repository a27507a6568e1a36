// The runner reads and runs Chaos Toolkit experiments, and never says
// "resilient" without proof.
package main

import (
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"syscall"

	"chaosworkshop.example/runner/internal/cli"
)

// While the heap is small, the garbage collector waits until it has grown by
// whileSmall percent, at least to 12 MiB: most runs never come so far, and 1,000
// requests need a tenth less time. Once more than large bytes are in use, it works
// at Go's own pace: a large experiment would need a third more memory otherwise.
const (
	whileSmall = 300
	large      = 8 << 20
)

// collect looks at the heap after each collection, until it is large. It does not
// look before the first one: that alone would cost a short run a tenth of its time.
func collect() {
	runtime.AddCleanup(new([16]byte), func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		if metrics.Read(live); live[0].Value.Uint64() > large {
			debug.SetGCPercent(100)
			return
		}
		collect()
	}, struct{}{})
}

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(whileSmall)
		collect()
	}
	// A write to standard output or error that nobody reads must not end a run
	// whose fault is still on. Unlike an ignored signal, a caught one is reset in
	// the programs that the runner starts.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
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
