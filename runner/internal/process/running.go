package process

import (
	"context"
	"os/exec"
	"sync"
	"time"
)

// settle is how long the last things may take that nobody can refuse: a killed
// group to vanish, a closed pipe to be read to its end.
const settle = 500 * time.Millisecond

// Running is a process that was started and may have ended since.
type Running struct {
	cmd    *exec.Cmd
	member member
	grace  time.Duration
	output output
	exit   Exit
	done   chan struct{} // nil for one that Run waits for

	mu       sync.Mutex
	over     bool          // no signal goes to the group any more: its number may be another's
	asked    chan struct{} // closed once the end was asked for
	deadline time.Time     // when asking turns into forcing
	force    *time.Timer
}

// PID is the process's number, and its group's.
func (p *Running) PID() int { return p.member.group }

// Done is closed once the process and its group have ended, its output has been
// written and its record is gone.
func (p *Running) Done() <-chan struct{} { return p.done }

// Exit is how the process ended; it means nothing before Done.
func (p *Running) Exit() Exit { return p.exit }

// Stop asks the group to end, forces it after the command's grace, or at once
// when ctx ends, and returns when all is gone. A second Stop is harmless.
func (p *Running) Stop(ctx context.Context) Exit {
	p.ask()
	select {
	case <-p.done:
	case <-ctx.Done():
		p.kill()
		<-p.done
	}
	return p.exit
}

func (p *Running) ask() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || p.wasAsked() {
		return
	}
	p.deadline = time.Now().Add(p.grace)
	p.force = time.AfterFunc(p.grace, p.kill)
	close(p.asked)
	terminate(p.member.group)
}

func (p *Running) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		kill(p.member.group)
	}
}

func (p *Running) wasAsked() bool {
	select {
	case <-p.asked:
		return true
	default:
		return false
	}
}

// finish waits for the end of the process: of its whole group, or, as long as
// nobody asks for its end, of the process and its output only.
func (p *Running) finish(group bool) {
	p.cmd.Wait() // its error repeats the exit code
	p.exit = Exit{exitCode(p.cmd.ProcessState)}
	if !group {
		select {
		case <-p.output.drained:
		case <-p.asked:
		}
	}
	if group || !p.letGo() {
		p.sweep()
	}
}

// letGo gives the group up, unless its end was asked for.
func (p *Running) letGo() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = !p.wasAsked()
	return p.over
}

// sweep ends what the process left behind. What was asked may use the rest of
// its grace; the others were deserted and are ended at once.
func (p *Running) sweep() {
	p.mu.Lock()
	deadline := p.deadline
	p.mu.Unlock()
	if !vanishes(p.member.group, deadline) {
		p.kill()
		vanishes(p.member.group, time.Now().Add(settle))
	}
	p.mu.Lock()
	p.over = true
	if p.force != nil {
		p.force.Stop()
	}
	p.mu.Unlock()
	p.output.finish()
}

// vanishes waits until nobody is left in the group or the deadline has passed,
// and tells which of the two it was.
func vanishes(group int, deadline time.Time) bool {
	for pause := time.Millisecond; alive(group); pause = min(2*pause, 20*time.Millisecond) {
		if !time.Now().Before(deadline) {
			return false
		}
		time.Sleep(pause)
	}
	return true
}
