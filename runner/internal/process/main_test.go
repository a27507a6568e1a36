package process

import (
	"os"
	"testing"
)

// TestMain lets the test binary play the guard, as the runner does.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "guard" {
		Guard(os.Stdin)
		return
	}
	if role := os.Getenv("PROCESS_TEST_ROLE"); role != "" {
		play(role)
		return
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0") // a guard with -race would take a second to exit
	os.Exit(m.Run())
}

func guarded(t testing.TB) *Owner {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := &Owner{Guard: []string{self, "guard"}}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error("the guard ended badly:", err)
		}
	})
	return o
}
