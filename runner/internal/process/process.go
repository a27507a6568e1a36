// Package process starts processes and makes sure that they end.
//
// Each command gets a process group of its own, so that what it starts in turn (a shell's commands,
// npm's node) can be stopped with it: first with a request (SIGTERM), then by force (SIGKILL). On
// Linux this includes what moved to another group or session. The terminal's Ctrl-C does not reach
// the group; the runner stops it. If the runner itself is killed, its watchdog ends what is left.
package process

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Grace is the time between a request to end and the use of force, for a
// Command that does not set its own.
const Grace = 1500 * time.Millisecond

// Command is what to start.
type Command struct {
	Args   []string      // the program's path, which is not looked up in PATH, and its arguments
	Dir    string        // the working folder; empty: the runner's
	Env    []string      // name=value; nil: the runner's environment
	Stdin  *os.File      // nil: empty. A process in the background that reads from a terminal is paused by the system
	Stdout io.Writer     // nil: discarded; otherwise a pointer, or another value that == can compare
	Stderr io.Writer     // the same writer as Stdout: both in the order in which they were written
	Grace  time.Duration // the time between a request to end and the use of force; zero: the constant Grace

	KeepEscaped bool   // when it is stopped, leave what moved to another group or session
	Records     string // for Start: the folder for a Record; empty: none
	Port        int    // for Start: noted in the Record; zero: none
}

// Exit is how a process ended.
type Exit struct {
	Code int // the exit code; below zero: the signal that ended it, as in Python's returncode
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
	Watchdog []string // this program and the argument that makes it call RunWatchdog; empty: no watchdog

	mu       sync.Mutex
	watchdog *exec.Cmd
	pipe     io.WriteCloser // to the watchdog
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
	o.tell(ended, p.group)
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
		record.remove()
		o.tell(ended, p.group)
		close(p.done)
	}()
	if err != nil {
		p.Stop(context.Background())
		return nil, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	return p, nil
}

func (o *Owner) start(c Command) (*Running, error) {
	if len(c.Args) == 0 {
		return nil, errors.New("no command to start")
	}
	if err := o.startWatchdog(); err != nil {
		return nil, fmt.Errorf("start the watchdog: %w", err)
	}
	cmd := &exec.Cmd{Path: c.Args[0], Args: c.Args, Dir: c.Dir, Env: c.Env, SysProcAttr: ownGroup()}
	if c.Stdin != nil {
		cmd.Stdin = c.Stdin
	}
	p := &Running{cmd: cmd, grace: cmp.Or(c.Grace, Grace), requested: make(chan struct{}), done: make(chan struct{})}
	if runtime.GOOS == "linux" && !c.KeepEscaped {
		p.group.mark = rand.Text()
		cmd.Env = append(cmd.Environ(), markName+"="+p.group.mark)
	}
	err := p.output.connect(cmd, c.Stdout, c.Stderr)
	marked := p.group // without a number: known by its mark, if the runner is killed before it can tell the number
	if err == nil {
		o.tell(started, marked)
		defer o.tell(ended, marked)
		err = cmd.Start()
	}
	if err != nil {
		p.output.interrupt()
		return nil, err
	}
	p.group.id = cmd.Process.Pid
	// Where ps has to be asked, it costs as much as a short process. The watchdog then
	// trusts the number alone, which the system does not use again before the process
	// has been waited for and reported as ended.
	if runtime.GOOS == "linux" || runtime.GOOS == "windows" || c.Records != "" {
		p.group.started = startTime(cmd.Process.Pid)
	}
	o.tell(started, p.group)
	p.output.begin()
	return p, nil
}

// The first field of a line to the watchdog.
const started, ended = "started", "ended"

// startWatchdog starts the watchdog together with the first process.
func (o *Owner) startWatchdog() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.Watchdog) == 0 || o.pipe != nil {
		return nil
	}
	cmd := &exec.Cmd{
		Path: o.Watchdog[0], Args: o.Watchdog,
		Dir:         restingPlace(), // so that no other folder is in use
		Env:         append(os.Environ(), markName+"="),
		SysProcAttr: ownSession(),
	}
	pipe, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		o.watchdog, o.pipe = cmd, pipe
	}
	return err
}

// tell writes one line to the watchdog. What is in the pipe is read, whatever
// happens to the runner afterwards. Where processes have no mark, a kill -9 between
// the start of a process and this write leaves it unknown to the watchdog.
func (o *Owner) tell(what string, g group) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pipe != nil {
		fmt.Fprintf(o.pipe, "%s\t%d\t%s\t%s\n", what, g.id, g.mark, g.started) // without a watchdog the run continues
	}
}

// Close ends the watchdog, which first ends the processes that still run, and
// waits for it. It returns how the watchdog failed, if it did. An Owner that
// never started a process has nothing to close.
func (o *Owner) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pipe == nil {
		return nil
	}
	o.pipe.Close()
	err := o.watchdog.Wait()
	o.watchdog, o.pipe = nil, nil
	return err
}

// RunWatchdog is what the watchdog, a process of its own, does: it reads what an Owner tells it
// until the pipe is closed, for whatever reason, and ends the groups that the Owner did not
// report as ended, by force after 1.5 seconds. It ignores the signals that ask a program to end.
// An error says that the pipe could not be read to its end.
func RunWatchdog(pipe io.Reader) error {
	ignored := make(chan os.Signal, 1) // not signal.Ignore, which Stop does not undo
	signal.Notify(ignored, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(ignored)
	groups, err := readGroups(pipe)
	maps.DeleteFunc(groups, func(g group, _ bool) bool { return g.replaced() })
	endAll(slices.Collect(maps.Keys(groups)), 1500*time.Millisecond)
	return err
}

// readGroups skips lines that it does not understand: to end a group too early would be worse.
func readGroups(pipe io.Reader) (map[group]bool, error) {
	groups := make(map[group]bool)
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 4 {
			continue
		}
		id, err := strconv.ParseInt(fields[1], 10, 32)
		g := group{int(id), fields[3], fields[2]}
		switch {
		case err != nil || id < 0 || id == 1 || id == 0 && g.mark == "": // 1 would mean every process
		case fields[0] == started:
			groups[g] = true
		case fields[0] == ended:
			delete(groups, g)
		}
	}
	return groups, lines.Err()
}
