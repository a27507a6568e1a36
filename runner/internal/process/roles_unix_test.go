//go:build unix

package process

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// play is what the test binary does when a test starts it in a role.
func play(role string) {
	switch role {
	case "runner":
		playRunner()
	case "both":
		playBoth()
	case "user":
		playUser()
	case "foreign":
		playForeign()
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

// playBoth is a runner with a service, a command whose child leaves its session, and a command like
// the Python worker, with a call under way; what left that one before stays.
func playBoth() {
	self, _ := os.Executable()
	o := &Owner{Watchdog: []string{self, "watchdog"}, Notes: strings.Fields(os.Getenv("PROCESS_TEST_NOTES"))}
	for _, c := range []struct {
		script string
		shared bool
	}{
		{`trap "" TERM; (echo service $$; sleep 21; true) & wait`, false},
		{`setsid sh -c 'echo command $$; sleep 22; true' & wait`, false},
		{`sh -c 'echo worker $$; sleep 23; true' & setsid sh -c 'echo stays $$; exec sleep 24 >/dev/null 2>&1' &
			echo >&2; read call; setsid sh -c 'echo call $$; sleep 25; true' & wait`, true},
	} {
		command := shell(c.script)
		command.Stdout = os.Stdout
		if !c.shared {
			command.Records = os.Getenv("PROCESS_TEST_RECORDS")
			o.Start(command)
			continue
		}
		stdin, calls, _ := os.Pipe()
		stays, stderr, _ := os.Pipe()
		begin := command.Share()
		command.Stdin, command.Stderr = stdin, stderr
		o.Start(command)
		stays.Read(make([]byte, 1))
		begin()
		calls.WriteString("\n")
	}
	fmt.Println("watchdog", o.watchdog.process.Pid)
	select {}
}

func isEmpty(t *testing.T, folder string) {
	t.Helper()
	if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
		t.Errorf("left are %v, %v", files, err)
	}
}
