//go:build unix

package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// playForeign becomes root for good, as sudo does: the user who has started it may not signal it.
func playForeign() {
	if err := syscall.Setuid(0); err != nil {
		fmt.Println("ready", 0)
		return
	}
	fmt.Println("ready", os.Getpid())
	time.Sleep(20 * time.Second)
}

var foreigners = []string{`exec "$FOREIGN"`, `"$FOREIGN"; true`, `"$FOREIGN" & wait`}

// playUser is a user who starts a program of root's and interrupts it.
func playUser() {
	o := &Owner{Unended: func(what string) { fmt.Println("told:", what) }}
	for _, script := range foreigners {
		ctx, cancel := context.WithCancelCause(context.Background())
		why := errors.New("interrupt")
		c := Command{Args: []string{"/bin/sh", "-c", script}, Env: append(os.Environ(), "PROCESS_TEST_ROLE=foreign"), Grace: 200 * time.Millisecond}
		c.Stdout = onLine(func(line string) {
			if fmt.Println(line); line != "ready 0" {
				cancel(why)
			}
		})
		begin := time.Now()
		exit, err := o.Run(ctx, c)
		fmt.Println("got:", exit.Unended, err == why, time.Since(begin) < 5*time.Second)
	}
}

// onLine is told what is written to it.
type onLine func(line string)

func (f onLine) Write(p []byte) (int, error) {
	f(strings.TrimSpace(string(p)))
	return len(p), nil
}

// TestRunForeign: what the user may not signal is given up, and named.
func TestRunForeign(t *testing.T) {
	if os.Getuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("only root can make a program that becomes root, whoever starts it")
	}
	folder, err := os.MkdirTemp("", "") // that of t.TempDir is closed to others
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	self, _ := os.Executable()
	program, err := os.ReadFile(self)
	user, foreign := filepath.Join(folder, "user"), filepath.Join(folder, "foreign")
	err = errors.Join(err, os.Chmod(folder, 0o755), os.WriteFile(user, program, 0o755),
		os.WriteFile(foreign, program, 0o755), os.Chmod(foreign, 0o755|os.ModeSetuid))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(user)
	c.Env = append(os.Environ(), "PROCESS_TEST_ROLE=user", "FOREIGN="+foreign)
	c.Dir, c.SysProcAttr = folder, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	said, err := c.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL) {
		t.Skip("there is no other user here: ", err)
	} else if err != nil {
		t.Fatal(err, string(said))
	}
	var want strings.Builder
	for line := range strings.SplitSeq(string(said), "\n") {
		var pid int
		if fmt.Sscanf(line, "ready %d", &pid); pid > 1 {
			syscall.Kill(pid, syscall.SIGKILL)
			fmt.Fprintf(&want, "ready %d\ntold: process %[1]d (foreign) does not end\ngot: process %[1]d (foreign) does not end true true\n", pid)
		}
	}
	switch {
	case strings.Contains(string(said), "ready 0"):
		t.Skip("a program does not become root here: the folder of temporary files is mounted with nosuid")
	case strings.Count(want.String(), "ready") != len(foreigners) || string(said) != want.String():
		t.Errorf("got %s, want %s", said, &want)
	}
}
