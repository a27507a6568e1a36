// Package process starts processes whose end is already arranged.
//
// Each process leads a group of its own, so that what it starts in turn (a
// shell's commands, npm's node) can be ended with it: asked politely first, then
// forced. Because of its group it does not hear the terminal's Ctrl-C; whoever
// started it passes the wish on. And should the runner itself be killed, a guard
// ends what is left.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Grace is how long a process that was asked to end may take before it is
// forced, where its Command says nothing else.
const Grace = 2 * time.Second

// Command is what to start.
type Command struct {
	Args   []string  // the program's path, which is looked up nowhere, and its arguments
	Dir    string    // the working folder; empty: ours
	Env    []string  // name=value; nil: our own environment
	Stdin  *os.File  // nil: empty. A terminal stops a process that reads from it outside the foreground group
	Stdout io.Writer // nil: thrown away
	Stderr io.Writer // the same writer as Stdout: both in the order in which they were written
	Grace  time.Duration

	Records string // for Start: the folder for a start record; empty: none
	Port    int    // for Start: noted in the record
}

// Exit is how a process ended.
type Exit struct {
	Code int // its exit code; below zero: the signal that ended it, as Python's returncode
}

// String is a piece of a sentence, as in "exit code 1".
func (e Exit) String() string {
	if e.Code < 0 {
		return fmt.Sprintf("signal %d (%s)", -e.Code, signalName(-e.Code))
	}
	return fmt.Sprintf("exit code %d", e.Code)
}

// Owner starts processes and sees to their end. The zero Owner does so for as
// long as the runner lives; with Guard set also beyond that. Its methods may be
// called at the same time; it must not be copied.
type Owner struct {
	Guard []string // this program and the argument that makes it call Guard; empty: no guard

	mu    sync.Mutex
	guard *exec.Cmd
	pipe  *os.File
}

// Run starts a command and waits until it has ended and its output is closed,
// by whoever held it, as Python's subprocess.run does: with its output captured,
// "sleep 1 & echo hi" takes a second. What the command leaves running after a
// normal end stays: it may be the very fault, or a service that a rollback
// started.
//
// When ctx ends first, the whole group is ended, and the error is ctx's cause,
// whatever exit code the command came up with in its last moment.
func (o *Owner) Run(ctx context.Context, c Command) (Exit, error) {
	if ctx.Err() != nil {
		return Exit{}, context.Cause(ctx)
	}
	p, err := o.start(c, quickStartTime)
	if err != nil {
		return Exit{}, err
	}
	release := context.AfterFunc(ctx, p.ask)
	p.finish(false)
	release()
	o.tell(ended, p.member)
	if p.wasAsked() {
		return p.exit, context.Cause(ctx)
	}
	return p.exit, p.output.err
}

// Start starts a command that is meant to go on, such as a service. Once it
// ends, of itself or by Stop, everything in its group is ended with it.
func (o *Owner) Start(c Command) (*Running, error) {
	p, err := o.start(c, startTime)
	if err != nil {
		return nil, err
	}
	record, err := p.record(c)
	p.done = make(chan struct{})
	go func() {
		p.finish(true)
		record.remove()
		o.tell(ended, p.member)
		close(p.done)
	}()
	if err != nil {
		p.Stop(context.Background())
		return nil, fmt.Errorf("note the start of process %d: %w", p.member.group, err)
	}
	return p, nil
}

func (o *Owner) start(c Command, timed func(pid int) string) (*Running, error) {
	if len(c.Args) == 0 {
		return nil, errors.New("no command to start")
	}
	if err := o.arrange(); err != nil {
		return nil, fmt.Errorf("start the guard of processes: %w", err)
	}
	cmd := &exec.Cmd{Path: c.Args[0], Args: c.Args, Dir: c.Dir, Env: c.Env, SysProcAttr: ownGroup()}
	if c.Stdin != nil {
		cmd.Stdin = c.Stdin
	}
	p := &Running{cmd: cmd, grace: c.Grace, asked: make(chan struct{})}
	if p.grace == 0 {
		p.grace = Grace
	}
	if err := p.output.connect(cmd, c.Stdout, c.Stderr); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		p.output.cut()
		return nil, err
	}
	p.member = member{cmd.Process.Pid, timed(cmd.Process.Pid)}
	o.tell(started, p.member)
	p.output.begin()
	return p, nil
}
