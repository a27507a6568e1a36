package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// background are a script's programs in the background, by the names that it
// gives them.
type background map[string]*running

type running struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
}

type backgroundKey struct{}

// start NAME PROGRAM ARG... starts a program and goes on.
func start(ts *testscript.TestScript, _ bool, args []string) {
	r := &running{cmd: exec.Command(lookPath(ts, args[1]), args[2:]...)}
	r.cmd.Dir, r.cmd.Env = ts.MkAbs("."), environ(ts)
	r.cmd.Stdout, r.cmd.Stderr = &r.stdout, &r.stderr
	ts.Check(r.cmd.Start())
	ts.Value(backgroundKey{}).(background)[args[0]] = r
	ts.Defer(func() { r.cmd.Process.Kill() })
}

func lookPath(ts *testscript.TestScript, name string) string {
	if path := filepath.Join(programs, name+exe); exists(path) {
		return path
	}
	path, err := exec.LookPath(name)
	ts.Check(err)
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func environ(ts *testscript.TestScript) []string {
	env := os.Environ()
	for _, name := range []string{"PATH", "HOME", "GOCACHE", "GOMODCACHE", "GOFLAGS", "NO_COLOR", "API_TOKEN", "API_WORD"} {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// interrupt NAME SIGNAL sends a signal to a program, and to nothing that it
// started.
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	signals := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL, "HUP": syscall.SIGHUP}
	process := ts.Value(backgroundKey{}).(background)[args[0]].cmd.Process
	if signals[args[1]] == syscall.SIGKILL {
		ts.Check(kill(process.Pid))
	} else {
		ts.Check(process.Signal(signals[args[1]]))
	}
}

// ended NAME CODE waits until a program has ended, with this exit code (-1: by a
// signal), and leaves what it said in NAME.out and NAME.err.
func ended(ts *testscript.TestScript, _ bool, args []string) {
	r := ts.Value(backgroundKey{}).(background)[args[0]]
	stuck := time.AfterFunc(patience, func() { r.cmd.Process.Kill() })
	r.cmd.Wait()
	if !stuck.Stop() {
		ts.Fatalf("%s did not end within %v", args[0], patience)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".out"), r.stdout.Bytes(), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".err"), r.stderr.Bytes(), 0o644))
	if got := strconv.Itoa(endOf(r.cmd.ProcessState)); got != args[1] {
		ts.Fatalf("%s ended with %s, want %s\n%s%s", args[0], got, args[1], r.stdout.String(), r.stderr.String())
	}
}
