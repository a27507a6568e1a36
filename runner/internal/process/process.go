// Package process starts processes and makes sure that they end.
//
// Each command gets a process group of its own, so that what it starts in turn (a shell's commands,
// npm's node) can be stopped with it: first with a request (SIGTERM), then by force (SIGKILL). On
// Linux this includes what moved to another group or session. The terminal's Ctrl-C does not reach
// the group; the runner stops it. If the runner itself is killed, its watchdog ends what is left. If
// both are killed, Stop does, in the next runner. On Windows, a job object ends all of it.
package process

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Grace is the time between a request to end and the use of force, for a
// Command that does not set its own.
const Grace = 1500 * time.Millisecond

// Command is what to start.
type Command struct {
	Args   []string      // the program's path, which is not looked up in PATH, and its arguments
	Line   string        // for the system's shell, in the place of Args: /bin/sh, on Windows %COMSPEC%
	Dir    string        // the working folder; empty: the runner's
	Env    []string      // name=value; nil: the runner's environment
	Stdin  *os.File      // nil: empty. A process in the background that reads from a terminal is paused by the system
	Stdout io.Writer     // nil: discarded; otherwise a pointer, or another value that == can compare
	Stderr io.Writer     // the same writer as Stdout: both in the order in which they were written
	Grace  time.Duration // the time between a request to end and the use of force; zero: the constant Grace

	Records string // for Start: the folder for a Record; empty: none
	Port    int    // for Start: noted in the Record; zero: none

	calls *calls // nil: it is not shared
}

// Exit is how a process ended.
type Exit struct {
	Code int // the exit code; below zero: the signal that ended it, as in Python's returncode

	// Unended says which process does not end, whatever is done; else it is empty. It may belong to
	// another user, as what sudo starts, or wait for a disk.
	Unended string
}

// String is a part of a sentence, as in "exit code 1".
func (e Exit) String() string {
	if e.Code < 0 {
		return fmt.Sprintf("signal %d (%v)", -e.Code, syscall.Signal(-e.Code))
	}
	return fmt.Sprintf("exit code %d", e.Code)
}

// Owner starts processes and stops them. The zero Owner works as long as the
// runner lives; with Watchdog set, processes also end when the runner is killed.
// Its methods may be called at the same time; it must not be copied.
type Owner struct {
	Watchdog []string          // this program and the argument that makes it call RunWatchdog; empty: no watchdog. Windows needs none
	Notes    []string          // folders for what Stop reads: the first that can be written is taken. Without one, the Owner works without
	Unended  func(what string) // told of a command that does not end; nil: nobody is

	mu       sync.Mutex
	groups   map[group]bool  // those to be ended
	promises map[string]bool // see Promise
	watchdog *watchdog       // nil: none
	note     *os.File        // see endLeft; nil: none
	hurried  atomic.Bool     // see Hurry
}

// Hurry shortens, from now on, the time for whatever is asked to end: somebody has asked for the end of all that for the second time.
func (o *Owner) Hurry() { o.hurried.Store(true) }

// Patience is how long something that is asked to end has for that, which usually has grace.
func (o *Owner) Patience(grace time.Duration) time.Duration {
	const hurriedGrace = 300 * time.Millisecond
	if o.hurried.Load() {
		return min(grace, hurriedGrace)
	}
	return grace
}

// Run starts a command and waits until it has ended and its output is closed by every process
// that holds it, as Python's subprocess.run does: with its output captured, "sleep 1 & echo hi"
// takes a second. What the command leaves running after a normal end stays: it may be the fault
// of an experiment, or a service that a rollback started.
//
// When ctx ends first, everything that the command started is ended. The error
// is then ctx's cause, whatever the exit code is. Otherwise an error says that
// the command could not be started, or is the first that a writer returned.
func (o *Owner) Run(ctx context.Context, c Command) (Exit, error) {
	if ctx.Err() != nil {
		return Exit{}, context.Cause(ctx)
	}
	p, err := o.start(c)
	if err != nil {
		return Exit{}, err
	}
	release := context.AfterFunc(ctx, p.requestStop)
	p.wait(false)
	release()
	o.forget(p)
	if p.force != nil { // it was asked to end, and can no longer be
		return p.exit, context.Cause(ctx)
	}
	return p.exit, p.output.err
}

// Start starts a command that is meant to continue, such as a service. When it
// ends, by itself or by Stop, everything that it started is ended with it. An
// error says that it could not be started, or its record not be written.
func (o *Owner) Start(c Command) (*Running, error) {
	p, err := o.start(c)
	if err != nil {
		return nil, err
	}
	record, err := p.record(c)
	go func() {
		p.wait(true)
		if p.exit.Unended == "" {
			record.remove()
		}
		o.forget(p)
		close(p.done)
	}()
	if err != nil {
		p.Stop(context.Background())
		return nil, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	return p, nil
}

// forRoom is how long a process is waited for if the system has no room for one more: what was ended holds its place for a moment.
const forRoom = time.Second

// startProgram is another one in a test.
var startProgram = (*exec.Cmd).Start

func (o *Owner) start(c Command) (p *Running, err error) {
	p, err = o.startOnce(c)
	for begun := time.Now(); errors.Is(err, syscall.EAGAIN) && time.Since(begun) < forRoom; p, err = o.startOnce(c) {
		time.Sleep(10 * time.Millisecond)
	}
	return p, err
}

func (o *Owner) startOnce(c Command) (*Running, error) {
	attributes := ownGroup()
	if c.Line != "" {
		c.Args = throughShell(c.Line, attributes)
	}
	if len(c.Args) == 0 {
		return nil, errors.New("no command to start")
	}
	if err := o.guard(); err != nil {
		return nil, fmt.Errorf("start the watchdog: %w", err)
	}
	cmd := &exec.Cmd{Path: c.Args[0], Args: c.Args, Dir: c.Dir, Env: c.Env, SysProcAttr: attributes}
	if c.Stdin != nil {
		cmd.Stdin = c.Stdin
	}
	p := &Running{cmd: cmd, calls: c.calls, grace: func() time.Duration { return o.Patience(cmp.Or(c.Grace, Grace)) }, requested: make(chan struct{}), late: make(chan struct{}), done: make(chan struct{})}
	if runtime.GOOS == "linux" {
		if p.group.mark = rand.Text(); c.calls != nil {
			p.group.mark = sharedMark + p.group.mark
		}
		cmd.Env = append(cmd.Environ(), markName+"="+p.group.mark)
	}
	err := p.output.connect(cmd, c.Stdout, c.Stderr)
	marked := p.group // without a number: known by its mark, if the runner is killed before it can tell the number
	if err == nil {
		o.tell(started, marked)
		defer o.tell(ended, marked)
		err = startProgram(cmd)
	}
	if err != nil {
		p.output.interrupt()
		return nil, err
	}
	p.group.id = cmd.Process.Pid
	p.group.job = p.group.contain(c.calls != nil)
	// Where ps has to be asked, it costs as much as a short process. The watchdog then
	// trusts the number alone, which the system does not use again before the process
	// has been waited for and reported as ended.
	if runtime.GOOS == "linux" || runtime.GOOS == "windows" || c.Records != "" {
		p.group.started = startTime(cmd.Process.Pid)
	}
	p.group.record = c.recordFile(p.group.id)
	o.tell(started, p.group)
	if c.calls != nil {
		c.calls.started(o, p)
	}
	p.output.begin()
	return p, nil
}

// forget tells that a process has ended, or is given up.
func (o *Owner) forget(p *Running) {
	if p.calls != nil {
		p.calls.ended()
	}
	o.tell(ended, p.current())
	p.current().letGo(p.stays)
	if p.exit.Unended != "" && o.Unended != nil {
		o.Unended(p.exit.Unended)
	}
}
