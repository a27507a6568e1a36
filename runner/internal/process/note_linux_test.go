package process

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestBothKilled: the runner and its watchdog are killed at once, or the watchdog was stopped. The
// next runner ends what they leave, and the watchdog. Stop does so where only the records are left.
func TestBothKilled(t *testing.T) {
	for _, c := range []struct {
		name     string
		watchdog syscall.Signal
		end      func(notes, records string) (int, error)
		ended    int
	}{
		{"killed", syscall.SIGKILL, func(notes, _ string) (int, error) { return endLeft(notes, time.Second) }, 3},
		{"stopped", syscall.SIGSTOP, func(notes, _ string) (int, error) { return endLeft(notes, time.Second) }, 3},
		{"alive", 0, func(_, records string) (int, error) { isEmpty(t, records); return 0, nil }, 0},
		{"no notes", syscall.SIGKILL, func(_, records string) (int, error) {
			stopped, _, err := Stop(records, nil, time.Second)
			return len(stopped), err
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			notes, records := t.TempDir(), t.TempDir()
			reader, pids, kill := runnerWithWatchdog(t, notes, records)
			defer reader.Close()
			dog := stampOf(pids["watchdog"])
			worker, _ := syscall.Getpgid(pids["worker"])
			kill(c.watchdog)
			for c.watchdog == 0 && dog.Alive() {
			}
			for !isZombie(pids["service"]) || !isZombie(worker) { // the kernel ends them after their parent
			}
			n, err := c.end(notes, records)
			if n != c.ended || err != nil {
				t.Errorf("%d were ended, %v", n, err)
			}
			if c.ended == 2 {
				group{id: worker}.kill()
				group{id: pids["call"]}.kill()
			} else {
				isEmpty(t, notes)
			}
			if _, _, err := Stop(records, nil, time.Second); err != nil {
				t.Error(err)
			}
			isEmpty(t, records)
			reader.SetReadDeadline(time.Now().Add(5 * time.Second))
			if _, err := io.Copy(io.Discard, reader); err != nil {
				t.Errorf("5 s later a process still runs: %v", err)
			}
			if stays := (group{id: pids["stays"]}); !stays.alive() {
				t.Error("what left the shared process is gone")
			} else {
				stays.kill()
			}
			if dog.Alive() {
				t.Error("the watchdog is alive")
			}
		})
	}
}

// runnerWithWatchdog starts a runner. What it has started holds the pipe of its output. kill kills it, after it
// has sent its watchdog a signal; it is paused between, and can start no other.
func runnerWithWatchdog(t *testing.T, notes, records string) (output *os.File, pids map[string]int, kill func(syscall.Signal)) {
	t.Helper()
	output, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	runner := exec.Command(os.Args[0])
	runner.Env = append(os.Environ(), "PROCESS_TEST_ROLE=both", "PROCESS_TEST_RECORDS="+records, "PROCESS_TEST_NOTES="+notes)
	runner.Stdout, runner.Stderr = writer, os.Stderr
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	lines := bufio.NewReader(output)
	pids = map[string]int{}
	for range 6 {
		var who string
		var pid int
		if _, err := fmt.Fscanln(lines, &who, &pid); err != nil {
			t.Fatal(err)
		}
		pids[who] = pid
	}
	return output, pids, func(sent syscall.Signal) {
		runner.Process.Signal(syscall.SIGSTOP)
		syscall.Wait4(runner.Process.Pid, nil, syscall.WUNTRACED, nil)
		syscall.Kill(pids["watchdog"], sent)
		for sent == syscall.SIGSTOP && !isPaused(pids["watchdog"]) {
		}
		runner.Process.Kill()
		runner.Wait()
	}
}

// isPaused tells whether each thread of a process is paused: until then, it may do what it does.
func isPaused(pid int) bool {
	paths, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	return !slices.ContainsFunc(paths, func(path string) bool {
		stat, _ := os.ReadFile(path)
		return !bytes.Contains(stat, []byte(") T "))
	})
}

// TestNotes: nobody is ended of whom a note does not say the truth, or whose Owner is alive.
func TestNotes(t *testing.T) {
	p, err := new(Owner).Start(shell(`exec sleep 20`))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop(t.Context())
	dead, alive := Stamp{PID: 1 << 30, Started: "1", Boot: bootID()}, Self()
	unmarked, marked := p.group, group{mark: p.group.mark}
	unmarked.mark = ""
	other, foreign, shared := unmarked, dead, marked
	other.started, foreign.Boot, shared.mark = "1", "before", sharedMark+marked.mark
	for _, c := range []struct {
		name        string
		owner       Stamp
		watchdog    Stamp
		group       group
		file        string // "": as its owner would name it
		ends, stays bool   // the process; the note
	}{
		{name: "its owner is alive", owner: alive, group: p.group, stays: true},
		{name: "another process", owner: dead, group: other},
		{name: "before the computer was started", owner: foreign, group: p.group},
		{name: "without a mark", owner: dead, group: unmarked},
		{name: "another mark", owner: dead, group: group{id: p.group.id, started: p.group.started, mark: "x"}},
		{name: "no watchdog", owner: dead, watchdog: stampOf(p.PID()), group: other},
		{name: "a mark of no process", owner: dead, group: group{mark: "x"}},
		{name: "a shared mark", owner: dead, group: shared},
		{name: "every process", owner: dead, group: group{id: 1, started: startTime(1)}},
		{name: "another file", owner: dead, group: p.group, file: "notes-1-1", stays: true},
		{name: "the name of another owner", owner: dead, group: p.group, file: notePrefix + "1-1", stays: true},
		{name: "its mark", owner: dead, group: marked, ends: true},
	} {
		text, _ := json.Marshal(note{Owner: c.owner, Watchdog: c.watchdog, Started: line(started, c.group)})
		folder := t.TempDir()
		if c.file == "" {
			c.file = fmt.Sprintf("%s%d-1", notePrefix, c.owner.PID)
		}
		if err := os.WriteFile(filepath.Join(folder, c.file), append(text, "behind the end"...), 0o600); err != nil {
			t.Fatal(err)
		}
		if n, err := endLeft(folder, time.Second); (n == 1) != c.ends || err != nil {
			t.Errorf("%s: ended %d, %v", c.name, n, err)
		}
		if p.group.alive() == c.ends {
			t.Fatalf("%s: the process is alive: %v", c.name, !c.ends)
		}
		if files, _ := os.ReadDir(folder); (len(files) == 1) != c.stays {
			t.Errorf("%s: left are %v", c.name, files)
		}
	}
}

// TestPromisesOfOthers: a watchdog that has a promise to keep is left alone once it has ended what was to be ended, and one that
// does nothing is ended.
func TestPromisesOfOthers(t *testing.T) {
	for does, ended := range map[string]int{`read wait; kill -9 $GROUP; rm "$` + noteName + `"; exec sleep 20`: 0, `exec sleep 20`: 1} {
		p, err := new(Owner).Start(shell(`exec sleep 20`))
		if err != nil {
			t.Fatal(err)
		}
		defer p.Stop(t.Context())
		owner := Stamp{PID: 1 << 30, Started: "1", Boot: bootID()}
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%s%d-1", notePrefix, owner.PID))
		dog := exec.Command("sh", "-c", does)
		dog.Env = append(os.Environ(), noteName+"="+path, fmt.Sprintf("GROUP=%d", p.PID()))
		stdin, err := dog.StdinPipe()
		if err == nil {
			err = dog.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		defer dog.Wait()
		defer dog.Process.Kill()
		text, _ := json.Marshal(note{Owner: owner, Watchdog: stampOf(dog.Process.Pid), Started: line(started, p.group) + promise(promised, "x")})
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(50*time.Millisecond, func() { stdin.Close() })
		if n, err := endLeft(filepath.Dir(path), time.Second); n != ended || err != nil {
			t.Errorf("%s: ended %d, %v", does, n, err)
		}
		if alive := stampOf(dog.Process.Pid).Alive() && !isZombie(dog.Process.Pid); alive != (ended == 0) {
			t.Errorf("%s: the watchdog is alive: %v", does, alive)
		}
	}
}

// TestNoEnvironment: of a group whose first process was killed with its runner, what has no environment is ended. A group of another
// session is somebody else's.
func TestNoEnvironment(t *testing.T) {
	for another, ended := range map[int]int{0: 1, 1: 0} {
		c := exec.Command("sh", "-c", "env -i sleep 20; true")
		c.SysProcAttr, c.Env = &syscall.SysProcAttr{Setpgid: true}, append(os.Environ(), markName+"=no-environment")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		g := group{id: c.Process.Pid, started: startTime(c.Process.Pid), mark: "no-environment"}
		for !slices.ContainsFunc(look().inGroup[g.id], func(s sighted) bool { return s.pid != g.id && !s.hasEnvironment && programOf(s.pid) == "sleep" }) {
		}
		c.Process.Kill()
		c.Wait()
		owner := Stamp{PID: 1 << 30, Started: "1", Boot: bootID()}
		text, _ := json.Marshal(note{Owner: owner, Session: session() + another, Started: line(started, g)})
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s%d-1", notePrefix, owner.PID)), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if n, err := endLeft(folder, time.Second); n != ended || err != nil || g.alive() != (ended == 0) {
			t.Errorf("ended %d, want %d, %v; it is alive: %v", n, ended, err, g.alive())
		}
		g.kill()
	}
}

// TestLongNote: a note with many commands that are gone takes one look at all processes, and the
// command that still runs is ended.
func TestLongNote(t *testing.T) {
	p, err := new(Owner).Start(shell(`exec sleep 20`))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop(t.Context())
	looks := func(groups ...group) float64 {
		var lines strings.Builder
		for _, g := range groups {
			lines.WriteString(line(started, g))
		}
		n := note{Owner: Stamp{PID: 1 << 30, Started: "1", Boot: bootID()}, Started: lines.String()}
		return testing.AllocsPerRun(1, func() {
			if left := n.left(""); len(left) != 1 || left[0].id != p.PID() {
				t.Errorf("left are %v", left)
			}
		})
	}
	forged := []group{p.group}
	for i := range 1000 {
		forged = append(forged, group{id: 1<<30 + i, started: "1", mark: strconv.Itoa(i)})
	}
	// To read a line takes about ten allocations, and a look at all processes thousands.
	if few, many := looks(p.group), looks(forged...); many > few+50*1000 {
		t.Errorf("%v allocations for one command, and %v for 1001", few, many)
	}
}

// TestForgedRecords: Stop ends nobody of whom a record does not say the truth, and leaves alone what the
// user has not written.
func TestForgedRecords(t *testing.T) {
	p, err := new(Owner).Start(shell(`exec sleep 20`))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop(t.Context())
	r := Record{PID: p.PID(), Group: p.PID(), Started: startTime(p.PID()), Boot: bootID(), Command: []string{"sleep"}}
	for _, c := range []struct {
		name, mark string
		change     func(file string) error
		stays      bool
	}{
		{"another name", p.group.mark, func(file string) error { return os.Rename(file, filepath.Dir(file)+"/process-1.json") }, false},
		{"without a mark", "", nil, false},
		{"another mark", "x", nil, false},
		{"large", p.group.mark, func(file string) error { return os.Truncate(file, 3<<30) }, true},
		{"a link", p.group.mark, func(file string) error {
			return errors.Join(os.Rename(file, filepath.Dir(file)+"/real"), os.Symlink(filepath.Dir(file)+"/real", file))
		}, true},
		{"of another user", p.group.mark, func(file string) error { return os.Chown(file, 54321, -1) }, true},
	} {
		r.Mark = c.mark
		text, _ := json.Marshal(r)
		file := filepath.Join(t.TempDir(), recordName(r.PID))
		err := os.WriteFile(file, text, 0o600)
		if c.change != nil && err == nil {
			err = c.change(file)
		}
		if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EINVAL) {
			t.Log("only root can make it, where there are other users: ", c.name)
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		stopped, _, err := Stop(filepath.Dir(file), nil, time.Second)
		_, gone := os.Lstat(file)
		if len(stopped) != 0 || err != nil || (gone == nil) != c.stays || !p.group.alive() {
			t.Fatalf("%s: stopped %v, %v; the record: %v", c.name, stopped, err, gone)
		}
	}
}

// TestUnreadNotes: a note that is not written yet stays as long as its process is alive. Of others, and of a
// link, nothing is read.
func TestUnreadNotes(t *testing.T) {
	folder := t.TempDir()
	file := func(of int) string { return filepath.Join(folder, fmt.Sprintf("%s%d-1", notePrefix, of)) }
	for _, pid := range []int{os.Getpid(), 1 << 30} {
		if err := os.WriteFile(file(pid), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(file(1<<30), file(1<<29)); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(file(1<<28), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := endLeft(folder, time.Second); n != 0 || err != nil {
		t.Errorf("ended %d, %v", n, err)
	}
	if files, _ := os.ReadDir(folder); len(files) != 3 {
		t.Errorf("left are %v", files)
	}
	if _, err := os.Stat(file(os.Getpid())); err != nil {
		t.Error(err)
	}
	if n, err := endLeft(filepath.Join(folder, "none"), time.Second); n != 0 || err != nil {
		t.Errorf("without a folder: %d, %v", n, err)
	}
}

// TestFilesOfTheUser: what only has a name like that of a note stays.
func TestFilesOfTheUser(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"thesis.txt", "1-2.json", "1073741824-1", "1073741824-x", "1073741824", "-1-1", "0-1"} {
		if err := os.WriteFile(filepath.Join(folder, notePrefix+name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := endLeft(folder, time.Second); n != 0 || err != nil {
		t.Errorf("ended %d, %v", n, err)
	}
	if files, _ := os.ReadDir(folder); len(files) != 7 {
		t.Errorf("left are %v", files)
	}
}

// TestFound: where the first process of a group is gone, the number counts only if another process has the mark.
func TestFound(t *testing.T) {
	c := exec.Command("/bin/sh", "-c", "sleep 20 & echo")
	c.SysProcAttr, c.Env = &syscall.SysProcAttr{Setpgid: true}, append(os.Environ(), markName+"="+sharedMark+"found")
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	g := group{id: c.Process.Pid, started: "1", mark: sharedMark + "found"}
	defer g.kill()
	if found := g.found(); found != g || !found.alive() {
		t.Errorf("found %v", found)
	}
	g.mark += "-by another"
	if found := g.found(); found.id != 0 || found.alive() {
		t.Errorf("of another group, found %v", found)
	}
}
