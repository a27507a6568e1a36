package cli

import (
	"os"
	"testing"

	"chaosworkshop.example/runner/internal/process"
)

// TestMain is the watchdog of a test that starts processes: the program that its
// runner starts for that is this one, which would otherwise run all tests again.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == watchdogCommand {
		process.RunWatchdog(os.Stdin, nil)
		return
	}
	os.Exit(m.Run())
}
