//go:build unix

package process

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	o := guarded(t)
	for _, test := range []struct {
		name, script, stdout, stderr string
		code                         int
		atLeast                      time.Duration
	}{
		{name: "both outputs", script: `echo out; echo err >&2`, stdout: "out\n", stderr: "err\n"},
		{name: "exit code", script: `exit 3`, code: 3},
		{name: "signal", script: `kill -9 $$`, code: -9},
		{name: "much", script: `head -c 300000 /dev/zero | tr '\0' x`, stdout: strings.Repeat("x", 300000)},
		{name: "own group", script: `test $(ps -o pgid= -p $$) = $$ && echo yes`, stdout: "yes\n"},
		{name: "empty input", script: `cat; echo end`, stdout: "end\n"},
		{name: "held output", script: `(sleep 0.3; echo late) & echo hi`, stdout: "hi\nlate\n", atLeast: 300 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, begin := shell(test.script), time.Now()
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			exit, err := o.Run(t.Context(), c)
			if err != nil || exit.Code != test.code || stdout.String() != test.stdout || stderr.String() != test.stderr {
				t.Errorf("got %v, %v, out %.40q, err %.40q", exit, err, stdout.String(), stderr.String())
			}
			if took := time.Since(begin); took < test.atLeast {
				t.Errorf("took %v, which is too short", took)
			}
		})
	}
}

func TestRunTogether(t *testing.T) {
	var both bytes.Buffer
	c := shell(`echo 1; echo 2 >&2; echo 3; echo 4 >&2`)
	c.Stdout, c.Stderr = &both, &both
	if _, err := new(Owner).Run(t.Context(), c); err != nil || both.String() != "1\n2\n3\n4\n" {
		t.Errorf("got %q, %v", both.String(), err)
	}
}

func TestRunRefuses(t *testing.T) {
	o, why := guarded(t), errors.New("too late")
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	for _, test := range []struct {
		name string
		ctx  context.Context
		c    Command
		want error
	}{
		{"ended context", ended, shell(`echo no >&2`), why},
		{"no program", t.Context(), Command{Args: []string{"/nowhere/at/all"}, Stdout: io.Discard, Stderr: new(bytes.Buffer)}, fs.ErrNotExist},
		{"no folder", t.Context(), Command{Args: []string{"/bin/sh"}, Dir: "/nowhere"}, fs.ErrNotExist},
	} {
		if _, err := o.Run(test.ctx, test.c); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
	}
	if _, err := o.Run(t.Context(), Command{}); err == nil {
		t.Error("an empty command ran")
	}
	if _, err := (&Owner{Watchdog: []string{"/nowhere"}}).Run(t.Context(), shell(`true`)); err == nil {
		t.Error("a process ran without its watchdog")
	}
}

// TestRunWriter: a writer that fails does not make the process fail.
func TestRunWriter(t *testing.T) {
	full, writer := io.Pipe()
	why := errors.New("disk full")
	full.CloseWithError(why)
	c := shell(`head -c 200000 /dev/zero && exit 7`)
	c.Stdout = writer
	if exit, err := new(Owner).Run(t.Context(), c); exit.Code != 7 || !errors.Is(err, why) {
		t.Errorf("got %v, %v", exit, err)
	}
}

// TestRunLeaves: what a command leaves running after a normal end may be the
// fault of an experiment.
func TestRunLeaves(t *testing.T) {
	var stdout bytes.Buffer
	c := shell(`sleep 20 >/dev/null 2>&1 & echo $$`)
	c.Stdout = &stdout
	o := guarded(t)
	if _, err := o.Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil { // nor does the watchdog end it
		t.Fatal(err)
	}
	left := numbered(stdout.String())
	if !left.alive() {
		t.Errorf("group %d is gone", left.id)
	}
	left.kill()
}

// interruptions are processes that say "ready", a space and the number of their
// group.
var interruptions = []struct {
	name, script string
	grace        time.Duration
	code         int
}{
	{"polite", `echo ready $$; exec sleep 20`, time.Minute, -15},
	{"polite and successful", `sleep 20 & trap 'exit 0' TERM; echo ready $$; wait`, time.Minute, 0},
	{"parent with child", `sleep 20 & echo ready $$; wait`, time.Minute, -15},
	{"slow grandchild", `(sleep 20 & trap 'sleep 0.2; echo bye; exit' TERM; echo ready $$; wait) & wait`, time.Minute, -15},
	{"paused", `echo ready $$; kill -STOP $$`, time.Minute, -15},
	{"ignores SIGTERM", `trap '' TERM; echo ready $$; sleep 20; true`, 200 * time.Millisecond, -9},
	{"orphan that ignores SIGTERM and holds stdout", `trap 'exit 5' TERM; (trap '' TERM; echo ready $$; sleep 20; true) & wait`, 200 * time.Millisecond, 5},
	{"orphan that ignores SIGTERM", `(trap '' TERM; echo ready $$; exec sleep 20 >/dev/null 2>&1) & wait`, 200 * time.Millisecond, -15},
	{"ended already, output held", `(while kill -0 $$ 2>&-; do :; done; echo ready $$; sleep 20) &`, time.Minute, 0},
}

func TestRunInterrupted(t *testing.T) {
	o, why := guarded(t), errors.New("took too long")
	for _, test := range interruptions {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			c := shell(test.script)
			c.Grace = test.grace
			started, said := whenReady(t, &c, func() { cancel(why) })
			begin := time.Now()
			exit, err := o.Run(ctx, c)
			if !errors.Is(err, why) || exit.Code != test.code {
				t.Errorf("got %v, %v", exit, err)
			}
			if took := time.Since(begin); took > 10*time.Second { // by itself it would end after 20 s
				t.Errorf("took %v", took)
			}
			if id := <-started; (group{id: id}).alive() {
				t.Errorf("group %d still runs", id)
			}
			if rest := said(); test.name == "slow grandchild" && rest != "bye\n" {
				t.Errorf("the grandchild was not given its time: %q", rest)
			}
		})
	}
}

// TestRunEscaped: a process that left the group, holds the output and cannot be
// found does not block the run.
func TestRunEscaped(t *testing.T) {
	self, _ := os.Executable()
	ctx, cancel := context.WithCancel(t.Context())
	c := shell(`env -i PROCESS_TEST_ROLE=escape "$0" & wait`)
	c.Args = append(c.Args, self)
	escaped, _ := whenReady(t, &c, cancel)
	begin := time.Now()
	if _, err := new(Owner).Run(ctx, c); !errors.Is(err, context.Canceled) || time.Since(begin) > 10*time.Second {
		t.Errorf("got %v after %v", err, time.Since(begin))
	}
	pid := <-escaped
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Errorf("the test did not do what it says: process %d: %v", pid, err)
	}
}

// whenReady does something once the command has said that it is ready. It tells
// the command's group, and after the end what else the command has said.
func whenReady(t *testing.T, c *Command, do func()) (group <-chan int, said func() string) {
	reader, writer := io.Pipe()
	c.Stdout = writer
	id, rest := make(chan int, 1), make(chan string, 1)
	go func() {
		lines := bufio.NewReader(reader)
		line, _ := lines.ReadString('\n')
		number, _ := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "ready")))
		id <- number
		do()
		text, _ := io.ReadAll(lines)
		rest <- string(text)
	}()
	return id, func() string {
		writer.Close()
		return <-rest
	}
}

// numbered is the group whose number a command wrote.
func numbered(text string) group {
	id, _ := strconv.Atoi(strings.TrimSpace(text))
	return group{id: id}
}
