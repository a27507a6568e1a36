package process

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// guardGrace is how long the guard lets groups end politely.
const guardGrace = 1500 * time.Millisecond

// The two marks that a line to the guard begins with.
const (
	started = '+'
	ended   = '-'
)

// member is a group by the number of its leader, and when the leader started, as
// the system says it; empty where that is not known.
type member struct {
	group   int
	started string
}

// replaced tells whether the number belongs to somebody else by now. Where the
// leader is gone and others of its group live, the number cannot have been
// given away.
func (m member) replaced() bool {
	now := startTime(m.group)
	return now != "" && m.started != "" && now != m.started
}

// arrange starts the guard with the first process that needs one.
func (o *Owner) arrange() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.Guard) == 0 || o.pipe != nil {
		return nil
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirs.Close()
	cmd := &exec.Cmd{
		Path: o.Guard[0], Args: o.Guard, Stdin: theirs,
		Dir:         os.TempDir(), // holds no folder that somebody wants to remove
		SysProcAttr: apart(),
	}
	if err := cmd.Start(); err != nil {
		ours.Close()
		return err
	}
	o.guard, o.pipe = cmd, ours
	return nil
}

// tell costs one small write, which is at once in the pipe: whatever happens to
// us afterwards, the guard reads it. Only a kill -9 between the start of a
// process and this write, some microseconds on an idle machine, finds it
// unguarded; on Linux the kernel then ends the process, but not what it may have
// started already.
func (o *Owner) tell(mark byte, m member) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pipe == nil {
		return
	}
	line := append(make([]byte, 0, 64), mark)
	line = strconv.AppendInt(line, int64(m.group), 10)
	line = append(line, ' ')
	line = append(line, m.started...)
	o.pipe.Write(append(line, '\n')) // a guard that is gone is no reason to stop
}

// Close sends the guard home, which ends what is still running, and waits for
// it. An Owner that never started anything has nothing to close.
func (o *Owner) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pipe == nil {
		return nil
	}
	o.pipe.Close()
	err := o.guard.Wait()
	o.guard, o.pipe = nil, nil
	return err
}

// Guard is the whole life of the guard, a process of its own: it listens to an
// Owner until the pipe closes, however that came about, and ends the groups that
// the Owner has not reported as ended. It hears no signal that asks it to go.
func Guard(told io.Reader) error {
	unheard := make(chan os.Signal, 1) // not signal.Ignore, which Reset does not undo
	signal.Notify(unheard, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(unheard)
	groups, err := listen(told)
	var left []member
	for m := range groups {
		if !m.replaced() {
			left = append(left, m)
		}
	}
	endAll(left, guardGrace)
	return err
}

// listen leaves out what it does not understand: to end a group too early would
// be worse.
func listen(told io.Reader) (map[member]bool, error) {
	groups := make(map[member]bool)
	lines := bufio.NewScanner(told)
	for lines.Scan() {
		mark, m := heard(lines.Text())
		switch {
		case m.group <= 1: // 0 and 1 would mean ourselves and everybody
		case mark == started:
			groups[m] = true
		case mark == ended:
			delete(groups, m)
		}
	}
	return groups, lines.Err()
}

func heard(line string) (mark byte, m member) {
	number, start, _ := strings.Cut(line, " ")
	if number == "" {
		return 0, m
	}
	group, err := strconv.ParseInt(number[1:], 10, 32)
	if err != nil {
		return 0, m
	}
	return number[0], member{int(group), start}
}

// endAll ends groups, all at the same time, and returns those that would not.
func endAll(groups []member, grace time.Duration) (left []member) {
	for _, m := range groups {
		terminate(m.group)
	}
	left = remaining(groups, grace)
	for _, m := range left {
		kill(m.group)
	}
	return remaining(left, settle)
}

func remaining(groups []member, within time.Duration) (left []member) {
	deadline := time.Now().Add(within)
	for _, m := range groups {
		if !vanishes(m.group, deadline) && !m.replaced() {
			left = append(left, m)
		}
	}
	return left
}
