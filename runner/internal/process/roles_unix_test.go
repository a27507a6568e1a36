//go:build unix

package process

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// play is what the test binary does when a test starts it in a role.
func play(role string) {
	switch role {
	case "runner":
		playRunner()
	case "escape": // leaves the group and holds its standard output for a while
		syscall.Setsid()
		fmt.Println("ready", os.Getpid())
		time.Sleep(20 * time.Second)
	}
}

// playRunner owns a service that ignores SIGTERM, a command in progress with a
// grandchild (on Linux one in a session of its own), and a command that ended and
// left something running on purpose; then it waits to be killed. What it starts writes to its standard output.
func playRunner() {
	self, _ := os.Executable()
	o := &Owner{Watchdog: []string{self, "watchdog"}}
	stay := shell(`sleep 20 >/dev/null 2>&1 & echo stays $!`)
	stay.Stdout = os.Stdout
	o.Run(context.Background(), stay)
	service := shell(`trap "" TERM; (sleep 21; true) & echo service $$; wait`)
	service.Stdout, service.Records = os.Stdout, os.Getenv("PROCESS_TEST_RECORDS")
	o.Start(service)
	command := shell(`sh -c 'sleep 0.2; echo command $$; sleep 22; true'; true`) // later than the watchdog is told
	if runtime.GOOS == "linux" {
		command = shell(`sleep 0.2; setsid sh -c 'echo command $$; sleep 22; true' & wait`)
	}
	command.Stdout = os.Stdout
	o.Run(context.Background(), command)
}

func shell(script string) Command {
	return Command{Args: []string{"/bin/sh", "-c", script}, Env: append(os.Environ(), "PROCESS_TEST_ROLE=escape")}
}

func guarded(t testing.TB) *Owner {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := &Owner{Watchdog: []string{self, "watchdog"}}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error("the watchdog ended badly:", err)
		}
	})
	return o
}
