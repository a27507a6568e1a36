package process

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Running is a process that was started and may have ended since.
type Running struct {
	cmd    *exec.Cmd
	group  group
	calls  *calls // nil: it is not shared
	grace  func() time.Duration
	output output
	exit   Exit
	done   chan struct{} // closed at the very end; not used by Run

	leftOthers bool
	stays      bool // what it has left running stays

	mu        sync.Mutex
	over      bool          // send no more signals: the group's number may be another's
	requested chan struct{} // closed when the group was asked to end
	force     *time.Timer   // kills the group after the grace; nil: it was not asked to end
	killed    sync.Once
	late      chan struct{} // closed when a killed group is not waited for any more
}

// PID is the number of the process, and of its group.
func (p *Running) PID() int { return p.group.id }

func (p *Running) current() group {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.group
}

func (p *Running) setSince(since string) (before, now group) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before = p.group
	p.group.since = since
	return before, p.group
}

// Ports are the TCP ports on which the process, or what it started, listens, sorted; none where
// the system does not tell them: only Linux does.
func (p *Running) Ports() []int { return p.current().ports() }

// Done is closed when the process and all that it started have ended, its output
// has been written and its record is removed.
func (p *Running) Done() <-chan struct{} { return p.done }

// LeftOthers tells whether the process ended by itself while processes that it had started
// went on, as one does that puts itself into the background. It has no meaning before Done.
func (p *Running) LeftOthers() bool { return p.leftOthers }

// Exit is how the process ended. It has no meaning before Done.
func (p *Running) Exit() Exit { return p.exit }

// Stop asks the group to end, uses force after the command's grace, or at once
// when ctx ends, and returns when the group is gone. A second Stop does nothing.
func (p *Running) Stop(ctx context.Context) Exit {
	p.requestStop()
	select {
	case <-p.done:
	case <-ctx.Done():
		p.kill()
		<-p.done
	}
	return p.exit
}

func (p *Running) requestStop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || p.force != nil {
		return
	}
	p.force = time.AfterFunc(p.grace(), p.kill)
	close(p.requested)
	p.group.terminate()
}

func (p *Running) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	p.group.kill()
	patience := settle
	if p.group.refuses() {
		patience = 0
	}
	p.killed.Do(func() { time.AfterFunc(patience, func() { close(p.late) }) })
}

// wait waits for the end: of the process and its output, and of the whole group
// too when all is set or a stop was requested. What the process left behind in
// the group is ended at once, or has the rest of the grace after a request.
// Nothing is waited for that was killed and does not end.
func (p *Running) wait(all bool) {
	p.awaitExit()
	if !all {
		select {
		case <-p.output.drained:
		case <-p.requested:
		}
	}
	p.mu.Lock()
	requested := p.force != nil
	p.over = !all && !requested
	p.mu.Unlock()
	if p.stays = p.over; p.stays {
		return
	}
	if p.leftOthers = !requested && p.current().alive(); p.leftOthers {
		p.kill()
	}
	if (requested || p.leftOthers) && !p.current().vanishes(func() bool { return isClosed(p.late) }) {
		pid := cmp.Or(p.current().living(), p.group.id)
		p.exit.Unended = fmt.Sprintf("process %d (%s) does not end", pid, cmp.Or(programOf(pid), filepath.Base(p.cmd.Path)))
		p.output.interrupt()
	}
	p.mu.Lock()
	p.over = true
	if p.force != nil {
		p.force.Stop()
	}
	p.mu.Unlock()
	p.output.finish()
}

func (p *Running) awaitExit() {
	exited := make(chan struct{})
	go func() {
		p.cmd.Wait() // its error repeats the exit code
		close(exited)
	}()
	select {
	case <-p.late:
		return
	case <-exited:
	}
	if p.cmd.ProcessState == nil { // somebody else has waited for it, and has its exit code
		p.exit.Code = -1
		return
	}
	p.exit.Code = p.cmd.ProcessState.ExitCode()
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() { // never on Windows
		p.exit.Code = -int(status.Signal())
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// settle is the time for what nothing can refuse: a killed group to vanish, a
// closed pipe to be read to its end.
const settle = 500 * time.Millisecond

// markName is the environment variable by which the processes of a command are
// found that left its group. Only Linux shows the environment of a process.
const markName = "CHAOSWORKSHOP_COMMAND"

// sharedMark begins the mark of a command that calls share: alone it only tells its group from a later one.
const sharedMark = "shared-"

// group is everything that one command started.
type group struct {
	id      int     // the number of the process group and of its first process
	started string  // when that process started, as the system says it; empty: not known
	mark    string  // the value of markName in its processes; empty: none
	since   string  // of a shared command: what was started after this moment is ended wherever it is; empty: none
	record  string  // the file of its Record; empty: none
	rest    bool    // only what was started since, wherever it is
	job     uintptr // on Windows: the handle of what holds all of it, while this program has it; 0: none
}

// replaced tells whether the number belongs to another process by now. As long
// as the group has any process, the system does not use its number again.
func (g group) replaced() bool {
	now := startTime(g.id)
	return now != "" && g.started != "" && now != g.started
}

// found is what is there of a group whose owner is gone. Its number counts only if it still is that
// group: a later one may have the number, and what was kept of it may be wrong.
func (g group) found() group {
	if !g.isFound() {
		g.id = 0
	}
	return g
}

// isShared tells whether many calls share the first process.
func (g group) isShared() bool { return strings.HasPrefix(g.mark, sharedMark) }

// chases tells whether what left the group, or some of that, is ended with it.
func (g group) chases() bool { return g.mark != "" && (!g.isShared() || g.since != "") }

// alive tells whether the group, or what left it, has a process.
func (g group) alive() bool { return g.living() != 0 }

// vanishes waits until no process of the group is left, or until it is late.
// It tells whether the group is gone.
func (g group) vanishes(late func() bool) bool {
	for pause := time.Millisecond; g.alive(); pause = min(2*pause, 20*time.Millisecond) {
		if late() {
			return false
		}
		time.Sleep(pause)
	}
	return true
}

// endAll ends groups, all at the same time: a request first, force after grace. It removes the
// records of those that ended, and returns the others.
func endAll(groups []group, grace time.Duration) (left []group) {
	each(groups, group.terminate)
	left = remaining(groups, grace)
	each(left, group.kill)
	left = remaining(left, settle)
	for _, g := range groups {
		if g.record != "" && !slices.Contains(left, g) {
			os.Remove(g.record)
		}
	}
	return left
}

// after tells, from now on, whether so much time has passed.
func after(d time.Duration) (late func() bool) {
	end := time.Now().Add(d)
	return func() bool { return !time.Now().Before(end) }
}

func remaining(groups []group, within time.Duration) (left []group) {
	late, stays := after(within), make([]bool, len(groups))
	var all sync.WaitGroup
	for i, g := range groups {
		all.Go(func() { stays[i] = !g.vanishes(late) && !g.replaced() })
	}
	all.Wait()
	for i, g := range groups {
		if stays[i] {
			left = append(left, g)
		}
	}
	return left
}

func each(groups []group, do func(group)) {
	var all sync.WaitGroup
	for _, g := range groups {
		all.Go(func() { do(g) })
	}
	all.Wait()
}
