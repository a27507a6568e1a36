package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// kit is a copy of the project, in which the tries are.
type kit struct{ root, runner string }

func newKit(project, work string) (*kit, error) {
	k := &kit{root: filepath.Join(work, "kit")}
	k.runner = filepath.Join(k.root, ".workshop", "bin", "runner")
	if err := os.RemoveAll(k.root); err != nil {
		return nil, err
	}
	for _, folder := range []string{"chapter5", "targets", ".workshop/bin"} {
		if err := os.CopyFS(filepath.Join(k.root, folder), os.DirFS(filepath.Join(project, folder))); err != nil {
			return nil, err
		}
	}
	originals := os.DirFS(filepath.Join(project, "chapter5", "originals")) // a learner may have repaired the service
	err := fs.WalkDir(originals, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(originals, path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(k.root, "chapter5", path), text, 0o644)
	})
	if err != nil {
		return nil, err
	}
	return k, os.WriteFile(filepath.Join(k.root, "go.work"), []byte("go 1.25.0\n\nuse ./chapter5\n"), 0o644)
}

// try is one try of a row.
type try struct {
	*kit
	*rand.Rand
	row      row
	number   int
	short    bool
	folder   string // of its own; it stays if the try fails
	mark     string // a variable in the environment of all that the try starts
	failures []string
}

func (k *kit) try(r row, number int, short bool) *try {
	name := fmt.Sprintf("%s-%d", r.name, number)
	return &try{kit: k, Rand: rand.New(rand.NewPCG(uint64(number), uint64(len(r.name)))), row: r, number: number, short: short,
		folder: filepath.Join(filepath.Dir(k.root), name), mark: fmt.Sprintf("SOAK=%s-%d", name, time.Now().UnixNano())}
}

// played plays the try.
func (t *try) played() *try {
	os.RemoveAll(t.folder)
	if err := os.MkdirAll(t.folder, 0o755); err != nil {
		t.fail("%v", err)
		return t
	}
	t.row.once(t)
	t.allEnd()
	if len(t.failures) == 0 {
		os.RemoveAll(t.folder)
	}
	return t
}

// allEnd waits until nothing runs any more that the try has started: it has 5 s for that.
func (t *try) allEnd() {
	for until := time.Now().Add(5 * time.Second); len(t.left()) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.fail("5 s later these still run: %q", t.left())
			for pid := range t.left() {
				syscall.Kill(pid, syscall.SIGKILL)
			}
			return
		}
	}
}

// ownRoot makes a project of the try's own, with the programs and services of the kit.
func (t *try) ownRoot() error {
	own := &kit{root: filepath.Join(t.folder, "project"), runner: t.runner}
	err := os.MkdirAll(filepath.Join(own.root, ".workshop"), 0o755)
	for _, same := range []string{"go.work", "chapter5", "targets", ".workshop/bin"} {
		err = cmp.Or(err, os.Symlink(filepath.Join(t.root, same), filepath.Join(own.root, same)))
	}
	t.kit = own
	return err
}

func (t *try) fail(format string, values ...any) {
	t.failures = append(t.failures, fmt.Sprintf("%s %d: ", t.row.name, t.number)+fmt.Sprintf(format, values...))
}

// seconds is how long something goes on.
func (t *try) lasts() time.Duration {
	if t.short {
		return 5 * time.Second
	}
	return time.Minute
}

// upTo is a random time.
func (t *try) upTo(most time.Duration) time.Duration { return time.Duration(t.Int64N(int64(most))) }

// command is a call of the runner in the try's folder.
func (t *try) command(args ...string) *exec.Cmd {
	c := exec.Command(t.runner, args...)
	c.Dir = t.folder
	c.Env = append(os.Environ(), t.mark, "PYTHONPATH=.")
	c.Env = slices.DeleteFunc(c.Env, func(set string) bool { return strings.HasPrefix(set, "CHAOSWORKSHOP_") }) // make's: it ends well after any verdict
	c.WaitDelay = time.Second
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for soak, which lets the tries under way come to their end
	return c
}

// write writes files into the try's folder.
func (t *try) write(files map[string]string) {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(t.folder, name), []byte(text), 0o644); err != nil {
			t.fail("%v", err)
		}
	}
}

func (t *try) isThere(name string) bool {
	_, err := os.Stat(filepath.Join(t.folder, name))
	return err == nil
}

// ends waits until a command has ended, and returns its exit code; -1 after a signal.
func (t *try) ends(c *exec.Cmd, within time.Duration) int {
	var late atomic.Bool
	timer := time.AfterFunc(within, func() {
		late.Store(true)
		c.Process.Kill()
	})
	err := c.Wait()
	timer.Stop()
	if late.Load() {
		t.fail("it did not end within %v", within)
	}
	if c.ProcessState == nil {
		t.fail("%v", err)
		return -1
	}
	return c.ProcessState.ExitCode()
}

// left are the processes that have the try's mark, and what they run.
func (t *try) left() map[int]string {
	all := map[int]string{}
	paths, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range paths {
		if text, err := os.ReadFile(path); err == nil && slices.Contains(strings.Split(string(text), "\x00"), t.mark) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			what, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			all[pid] = strings.ReplaceAll(string(what), "\x00", " ")
		}
	}
	return all
}

// journal is what is needed of a journal.
type journal struct {
	States struct {
		After struct {
			Probes []struct{ Output struct{ Status int } }
		}
	} `json:"steady_states"`
	Verdict struct{ Word string }
}

// after is the status of the answer after the fault; 0 for none.
func (j journal) after() int {
	if len(j.States.After.Probes) == 0 {
		return 0
	}
	return j.States.After.Probes[0].Output.Status
}

// journalIn reads a journal; a missing one is a failure of the try.
func (t *try) journalIn(path string) (j journal) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &j)
	}
	if err != nil {
		t.fail("the journal: %v", err)
	}
	return j
}

// readable tells of journals in a folder that are not whole, and returns all that is in them.
func (t *try) readable(folder string) (all []byte) {
	paths, _ := filepath.Glob(filepath.Join(folder, "journal.json*"))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was just replaced
		}
		lines := [][]byte{text}
		if strings.Contains(filepath.Base(path), ".partial-") {
			lines = bytes.SplitAfter(text, []byte("\n"))
			lines = lines[:len(lines)-1] // the last one may be half
		}
		for _, line := range lines {
			if err != nil || !json.Valid(line) {
				t.fail("%s is not readable: %v", path, err)
				break
			}
		}
		all = append(all, text...)
	}
	return all
}
