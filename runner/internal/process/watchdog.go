package process

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The first field of a line to the watchdog.
const started, ended, promised, kept = "started", "ended", "promised", "kept"

func line(what string, g group) string {
	return fmt.Sprintf("%s\t%d\t%s\t%s\t%s\t%q\n", what, g.id, g.mark, g.started, g.since, g.record)
}

// watchdog is the process that ends what is left when the runner is killed.
type watchdog struct {
	process *os.Process
	stamp   Stamp
	pipe    *os.File
	gone    chan struct{} // closed when it has ended, or was stopped and then killed
	err     error         // how it failed; to be read once gone
}

// guard starts the watchdog together with the first process. An Owner that had one starts processes
// without one if there must be no other: a rollback may be among them.
func (o *Owner) guard() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.Watchdog) == 0 || o.watchdog != nil {
		return nil
	}
	first := o.groups == nil
	if first {
		o.groups = make(map[group]bool)
	}
	if endsWithProgram {
		return nil
	}
	if first {
		o.openNote()
	}
	if err := o.startWatchdog(); first && err != nil {
		o.groups = nil
		o.removeNote()
		return err
	}
	return nil
}

// startWatchdog starts a watchdog that knows all that is to be ended.
func (o *Owner) startWatchdog() error {
	cmd := &exec.Cmd{
		Path: o.Watchdog[0], Args: o.Watchdog,
		Dir:         restingPlace(), // so that no other folder is in use
		Env:         append(os.Environ(), markName+"=", noteName+"="+o.notePath()),
		SysProcAttr: ownSession(),
	}
	stdin, pipe, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stdin = stdin
	err = cmd.Start()
	stdin.Close()
	if err != nil {
		pipe.Close()
		return err
	}
	o.watchdog = &watchdog{cmd.Process, stampOf(cmd.Process.Pid), pipe, make(chan struct{}), nil}
	go o.replace(o.watchdog)
	pipe.WriteString(o.toEnd())
	o.writeNote()
	return nil
}

// replace starts another watchdog when one was killed or stopped. One that has ended by itself, or
// has nothing to guard, is replaced with the next process.
func (o *Owner) replace(w *watchdog) {
	killed, err := waitOrStop(w.process)
	w.err = err
	close(w.gone)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.watchdog != w {
		return
	}
	w.pipe.Close()
	if o.watchdog = nil; killed && len(o.groups)+len(o.promises) > 0 {
		o.startWatchdog()
	}
}

// toEnd are the lines that tell a watchdog what is to be ended.
func (o *Owner) toEnd() string {
	var lines strings.Builder
	for g := range o.groups {
		lines.WriteString(line(started, g))
	}
	for file := range o.promises {
		lines.WriteString(promise(promised, file))
	}
	return lines.String()
}

// tell writes one line to the watchdog. What is in the pipe is read, whatever
// happens to the runner afterwards. Where processes have no mark, a kill -9 between
// the start of a process and this write leaves it unknown to the watchdog. The write waits for no
// watchdog that was stopped, because that one is killed.
func (o *Owner) tell(what string, g group) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.groups == nil || g.id == 0 && !g.chases() {
		return
	}
	if what == ended {
		delete(o.groups, g)
	} else {
		o.groups[g] = true
	}
	if o.watchdog != nil {
		o.watchdog.pipe.WriteString(line(what, g)) // without a watchdog the run continues
	}
	if what == started || len(o.groups) < 20 { // of very many that end at once, a note may name more than are left
		o.writeNote()
	}
}

// Promise tells the watchdog that something is to be done when the program has been killed: what, the
// file says. An error says that there is no watchdog.
func (o *Owner) Promise(file string) error {
	if err := o.guard(); err != nil {
		return fmt.Errorf("start the watchdog: %w", err)
	}
	o.tellPromise(promised, file)
	return nil
}

// Kept tells the watchdog that a promise was kept, or cannot be.
func (o *Owner) Kept(file string) { o.tellPromise(kept, file) }

func (o *Owner) tellPromise(what, file string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.groups == nil {
		return
	}
	if o.promises == nil {
		o.promises = make(map[string]bool)
	}
	if o.promises[file] = true; what == kept {
		delete(o.promises, file)
	}
	if o.watchdog != nil {
		o.watchdog.pipe.WriteString(promise(what, file))
	}
	o.writeNote()
}

// promise is a line about a promise.
func promise(what, file string) string { return fmt.Sprintf("%s\t%q\n", what, file) }

// change tells the watchdog another group, in the place of one that was told.
func (o *Owner) change(before, now group) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.groups == nil || before == now {
		return
	}
	delete(o.groups, before)
	o.groups[now] = true
	if o.watchdog != nil {
		o.watchdog.pipe.WriteString(line(started, now) + line(ended, before))
	}
	o.writeNote()
}

// Close ends the watchdog, which first ends the processes that still run, and
// waits for it. It returns how the watchdog failed, if it did: then Close has ended
// them itself. An Owner that never started a process has nothing to close.
func (o *Owner) Close() (err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := o.watchdog
	if o.watchdog = nil; w != nil {
		w.pipe.Close()
		<-w.gone
		err = w.err
	}
	if w == nil || err != nil {
		endAll(slices.Collect(maps.Keys(o.groups)), watchdogGrace)
	}
	o.groups = nil
	o.removeNote()
	return err
}

// watchdogGrace is the time that a watchdog gives to processes to end.
const watchdogGrace = 1500 * time.Millisecond

// RunWatchdog is what the watchdog, a process of its own, does: it reads what an Owner tells it
// until the pipe is closed, for whatever reason, and ends the groups that the Owner did not
// report as ended, by force after 1.5 seconds. Then it removes their Records and the Owner's note, and
// keeps the promises that the Owner did not, by calling keep with their files. It
// ignores the signals that ask a program to end. An error says that the pipe could not be read to its end.
func RunWatchdog(pipe io.Reader, keep func(file string)) error {
	ignored := make(chan os.Signal, 1) // not signal.Ignore, which Stop does not undo
	signal.Notify(ignored, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(ignored)
	groups, promises, err := readTold(pipe)
	maps.DeleteFunc(groups, func(g group, _ bool) bool { return g.replaced() })
	if left := endAll(slices.Collect(maps.Keys(groups)), watchdogGrace); len(left) == 0 {
		os.Remove(os.Getenv(noteName)) // first: who finds it ends the watchdog
	}
	for file := range promises {
		keep(file)
	}
	return err
}

// readTold skips lines that it does not understand: to end a group too early would be worse.
func readTold(pipe io.Reader) (groups map[group]bool, promises map[string]bool, err error) {
	groups, promises = make(map[group]bool), make(map[string]bool)
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if file, err := strconv.Unquote(fields[len(fields)-1]); err == nil && len(fields) == 2 {
			if promises[file] = true; fields[0] == kept {
				delete(promises, file)
			}
		}
		if len(fields) < 4 {
			continue
		}
		fields = append(fields, "", "") // an older program tells less
		record, _ := strconv.Unquote(fields[5])
		id, err := strconv.ParseInt(fields[1], 10, 32)
		g := group{id: int(id), started: fields[3], mark: fields[2], since: fields[4], record: record}
		switch {
		case err != nil || id < 0 || id == 1 || id == 0 && !g.chases(): // 1 would mean every process
		case fields[0] == started:
			groups[g] = true
		case fields[0] == ended:
			delete(groups, g)
		}
	}
	return groups, promises, lines.Err()
}
