package process

import (
	"os"
	"testing"
)

// TestMain lets the test binary play the watchdog, as the runner does.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "watchdog" {
		RunWatchdog(os.Stdin, nil)
		return
	}
	if role := os.Getenv("PROCESS_TEST_ROLE"); role != "" {
		play(role)
		return
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0") // a watchdog with -race would take a second to exit
	os.Exit(m.Run())
}
