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
		Dir:         os.TempDir(), // so that no other folder is in use
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

// RunWatchdog is what the watchdog, a process of its own, does: it reads what an
// Owner tells it until the pipe is closed, for whatever reason, and ends the
// groups that the Owner did not report as ended, by force after 1.5 seconds. It
// ignores the signals that ask a program to end. An error says that the pipe
// could not be read to its end.
func RunWatchdog(pipe io.Reader) error {
	ignored := make(chan os.Signal, 1) // not signal.Ignore, which Stop does not undo
	signal.Notify(ignored, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(ignored)
	groups, err := readGroups(pipe)
	maps.DeleteFunc(groups, func(g group, _ bool) bool { return g.replaced() })
	endAll(slices.Collect(maps.Keys(groups)), 1500*time.Millisecond)
	return err
}

// readGroups skips lines that it does not understand: to end a group too early
// would be worse.
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
