//go:build unix

package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

func TestPrints(t *testing.T) {
	w, h := withPython(t)
	if _, err := do(w, "say", "x", "\u2603"); err != nil {
		t.Fatal(err)
	}
	var printed, logged []string
	for _, line := range h.take() {
		if text, ok := strings.CutPrefix(line, "|"); ok {
			printed = append(printed, text)
		} else {
			logged = append(logged, line)
		}
	}
	if want := []string{"out \u2603", "err \u2603", "from a child", "raw \uFFFD", "unfinished"}; !slices.Equal(printed, want) {
		t.Errorf("printed %q, want %q", printed, want)
	}
	if want := []string{"WARNING|logged \u2603", "DEBUG|more\nlines"}; !slices.Equal(logged, want) {
		t.Errorf("logged %q, want %q", logged, want)
	}
	if _, err := do(w, "old_logger"); err != nil || !slices.Contains(h.take(), "INFO|through logzero") {
		t.Error("the logger's old name does not work:", err)
	}
	if _, err := do(w, "asynchronous"); err == nil || len(h.take()) > 0 {
		t.Error("Python complains of a function that nobody awaited, or nobody else does:", err)
	}
	_, err := do(w, "fail", "how", "value")
	var raised *python.Exception
	if lines := h.take(); !errors.As(err, &raised) || len(lines) != 1 ||
		!strings.HasPrefix(lines[0], "DEBUG|'it' failed\nTraceback (most recent call last):\n") {
		t.Errorf("the traceback is not logged: %v, %q", err, lines)
	} else if frame := strings.Split(lines[0], "\n")[2]; !strings.Contains(frame, "acts.py\", line") {
		t.Errorf("the traceback does not begin in the function: %s", frame)
	}
}

func TestThreads(t *testing.T) {
	w, _ := withPython(t)
	mark := filepath.Join(t.TempDir(), "mark")
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := w.Call(ctx, Call{Activity: "long", Module: "acts", Func: "doze", Background: true,
			Arguments: value.MapOf("steps", int64(6000), "mark", mark)})
		done <- err
	}()
	waitFor(t, "the background function", func() bool { return isThere(mark) })
	if got, err := do(w, "main_thread"); got != true || err != nil {
		t.Error("beside one in the background, a function is not in the main thread:", got, err)
	}
	if got, err := w.Call(context.Background(), Call{Module: "acts", Func: "main_thread", Background: true}); got != false || err != nil {
		t.Error("a function in the background is in the main thread:", got, err)
	}
	if got, err := do(w, "remember", "x", int64(1)); !value.Equal(got, []any{int64(1)}) || err != nil {
		t.Error(got, err)
	}
	cancel(errors.New("enough"))
	if err := <-done; err == nil || err.Error() != "enough" || isThere(mark) {
		t.Error("the background function was not interrupted:", err)
	}
	if got, err := do(w, "remember", "x", int64(2)); !value.Equal(got, []any{int64(1), int64(2)}) || err != nil {
		t.Error("the process did not go on:", got, err)
	}
}

// The request to stop may overtake the call.
func TestInterruptEarly(t *testing.T) {
	w, _ := withPython(t)
	s := begin(t, w)
	for number, background := range []bool{false, true} {
		s.write(fmt.Appendf(nil, `{"cancel": %d}`, number+1))
		_, err := w.Call(context.Background(), Call{Activity: "it", Module: "acts", Func: "echo", Background: background})
		if err == nil || err.Error() != "'it' asked for the end of the run with KeyboardInterrupt()" {
			t.Error(background, err)
		}
	}
	if got, err := do(w, "main_thread"); got != true || err != nil {
		t.Error(got, err)
	}
}

// A function that is interrupted may still put things right.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	w, h := withPython(t)
	do(w, "remember", "x", int64(1))
	mark := filepath.Join(t.TempDir(), "mark")
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		waitFor(t, "the function", func() bool { return isThere(mark) })
		cancel(errors.New("enough"))
	}()
	before := time.Now()
	_, err := w.Call(ctx, Call{Module: "acts", Func: "sleep", Arguments: value.MapOf("seconds", int64(60), "mark", mark)})
	if err == nil || err.Error() != "enough" || isThere(mark) || time.Since(before) > 20*time.Second {
		t.Error("the function was not interrupted:", err)
	}
	if got, err := do(w, "remember", "x", int64(2)); !value.Equal(got, []any{int64(1), int64(2)}) || err != nil {
		t.Error("the process did not go on:", got, err)
	}
	for _, line := range h.take() {
		if strings.HasPrefix(line, "WARNING") {
			t.Error(line)
		}
	}
}

// What a function has started and waits for is interrupted with it.
func TestInterruptWithChildren(t *testing.T) {
	if !isThere("/proc/self/task") {
		t.Skip("only Linux tells the children of a process")
	}
	t.Parallel()
	w, _ := withPython(t)
	folder := t.TempDir()
	mark, child := filepath.Join(folder, "mark"), filepath.Join(folder, "child")
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		waitFor(t, "the function", func() bool { return isThere(mark) })
		cancel(errors.New("enough"))
	}()
	_, err := w.Call(ctx, Call{Activity: "it", Module: "acts", Func: "wait_for_child", Arguments: value.MapOf("mark", mark, "child", child)})
	if err == nil || err.Error() != "enough" {
		t.Error(err)
	}
	text, _ := os.ReadFile(child)
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the end of its process", func() bool { return !running(pid) })
}

// One that does not obey is ended, with what it started, and the next gets a
// new process. What another activity left in a session of its own stays.
func TestInterruptTheStubborn(t *testing.T) {
	t.Parallel()
	w, _ := withPython(t)
	folder := t.TempDir()
	mark, child := filepath.Join(folder, "mark"), filepath.Join(folder, "child")
	v, err := do(w, "start_daemon")
	daemon, _ := v.(int64)
	if daemon == 0 || err != nil {
		t.Fatal(v, err)
	}
	defer syscall.Kill(int(daemon), syscall.SIGKILL)
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		waitFor(t, "the function", func() bool { return isThere(mark) })
		cancel(errors.New("enough"))
	}()
	_, err = w.Call(ctx, Call{Activity: "it", Module: "acts", Func: "stubborn", Arguments: value.MapOf("mark", mark, "child", child)})
	if err == nil || err.Error() != "enough" {
		t.Error(err)
	}
	text, _ := os.ReadFile(child)
	if pid, err := strconv.Atoi(string(text)); err != nil || running(pid) {
		t.Errorf("its process %d still runs (%v)", pid, err)
	}
	if !running(int(daemon)) {
		t.Error("what another activity left running on purpose was ended")
	}
	if got, err := do(w, "remember", "x", int64(2)); !value.Equal(got, []any{int64(2)}) || err != nil {
		t.Error("there is no new process:", got, err)
	}
}

func running(pid int) bool {
	state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if errors.Is(err, os.ErrNotExist) && isThere("/proc/self/stat") {
		return false
	}
	return syscall.Kill(pid, 0) == nil && !strings.Contains(string(state), ") Z ")
}

func TestDeaths(t *testing.T) {
	w, _ := withPython(t)
	for function, want := range map[string]string{
		"crash":  "Python died while 'it' was under way: it ended with signal 11 (segmentation fault)",
		"babble": "Python had to be ended while 'it' was under way: it sent an unexpected line: what is this?",
	} {
		if _, err := do(w, function); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", function, err)
		}
		if got, err := do(w, "echo", "value", "again"); got != "again" || err != nil {
			t.Error("the next call fails:", got, err)
		}
	}
}

// What a function leaves running stays, as in the toolkit: a thread is waited
// for, a process is let go.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	w, h := withPython(t)
	mark := filepath.Join(t.TempDir(), "mark")
	v, err := do(w, "start_child")
	pid, _ := v.(int64)
	if pid == 0 || err != nil {
		t.Fatal(v, err)
	}
	defer syscall.Kill(int(pid), syscall.SIGKILL)
	if got, err := do(w, "fork"); got != "original" || err != nil {
		t.Error(got, err)
	}
	h.has(t, "|from the copy")
	if _, err := w.Call(context.Background(), Call{Module: "acts", Func: "thread", Arguments: value.MapOf("mark", mark), Background: true}); err != nil {
		t.Error(err)
	}
	w.Close(context.Background())
	for _, line := range h.take() {
		if strings.HasPrefix(line, "|Traceback") {
			t.Error("the copy that a function made of the process complains")
		}
	}
	if !isThere(mark) {
		t.Error("the thread was not waited for")
	}
	if !running(int(pid)) {
		t.Error("the process that an activity started does not outlive the run")
	}
}

// After a stop, a thread is not waited for. What is to be done at the end is done, and what a function
// has started goes on.
func TestCloseAfterStop(t *testing.T) {
	w, h := withPython(t)
	v, err := do(w, "start_child")
	pid, _ := v.(int64)
	if _, failed := do(w, "long_thread"); pid == 0 || err != nil || failed != nil {
		t.Fatal(v, err, failed)
	}
	defer syscall.Kill(int(pid), syscall.SIGKILL)
	s := w.current
	ended, end := context.WithCancel(t.Context())
	end()
	w.Close(ended)
	if said := h.take(); s.exit != (process.Exit{}) || s.err != nil || !running(int(pid)) || !slices.Contains(said, "|at exit") {
		t.Errorf("it ended with %v, %v, and printed %q", s.exit, s.err, said)
	}
}

func TestCloseInTime(t *testing.T) {
	w, _ := withPython(t)
	ctx, cancel := context.WithCancel(context.Background())
	go w.Call(context.Background(), Call{Module: "acts", Func: "sleep", Arguments: value.MapOf("seconds", int64(60))})
	waitFor(t, "the process", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.current != nil && w.current.ready.Load()
	})
	s := w.current
	cancel()
	if w.Close(ctx); !isClosed(s.ended) {
		t.Error("the process outlives its time")
	}
}

// As the toolkit's process would, ours changes its folder, and says so.
func TestMoved(t *testing.T) {
	w, h := withPython(t)
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	do(w, "folder")
	if lines := h.take(); len(lines) > 0 {
		t.Errorf("nobody moved: %q", lines)
	}
	if got, err := do(w, "change_folder", "to", folder); got != folder || err != nil {
		t.Error(got, err)
	}
	if got, err := do(w, "folder"); got != folder || err != nil {
		t.Error(got, err)
	}
	if lines := h.take(); !slices.Equal(lines, []string{"moved " + folder}) {
		t.Errorf("heard %q", lines)
	}
}

func TestSignalled(t *testing.T) {
	w, h := withPython(t)
	if _, err := do(w, "leave_later", "seconds", 0.05); err != nil {
		t.Error(err)
	}
	h.has(t, "signal SIGUSR2")
	if got, err := do(w, "echo", "value", int64(1)); got != int64(1) || err != nil {
		t.Error(got, err)
	}
}

func TestGreatAndStrange(t *testing.T) {
	t.Parallel()
	w, _ := withPython(t)
	got, err := do(w, "huge", "size", int64(10_000_000))
	if text, _ := got.(string); err != nil || len(text) != 10_000_000 {
		t.Errorf("10 MB came as %d bytes: %v", len(text), err)
	}
	great := strings.Repeat("\u2603", 2_000_000)
	if got, err := do(w, "echo", "value", great); got != great || err != nil {
		t.Error("2 million letters did not come back:", err)
	}
	strange := value.MapOf("bytes", []byte{0, 255}, "", "\x00\u2028\x7f", "\x00", "x")
	if got, err := do(w, "echo", "value", strange); !value.Equal(got, strange) || err != nil {
		t.Errorf("%v came back as %v: %v", strange, got, err)
	}
}

// has waits for a line.
func (h *heard) has(t *testing.T, line string) {
	t.Helper()
	waitFor(t, line, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return slices.Contains(h.lines, line)
	})
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// What is too large is refused, or left out whole, before there are many copies of it.
func TestLarge(t *testing.T) {
	const much = "ValueError: the function returned too much: more than 64 MiB, or more than 2,000,000 values and keys"
	left := func(n int) string { return fmt.Sprintf("(a text of %d characters is left out)", n) }
	w, h := withPython(t)
	for what, c := range map[string]struct{ want, logged string }{
		"endless":       {much, ""},
		"a text":        {much, ""},
		"bytes":         {much, ""},
		"a bomb":        {much, ""},
		"a description": {much, ""},
		"logged":        {"<nil>", "INFO|" + left(16<<20)},
		"left":          {"'it' asked for the end of the run with SystemExit(" + left(16<<20) + ")", ""},
		"wordy":         {"acts.Wordy: " + left(100<<20), "acts.Wordy: " + left(100<<20) + "\n(the rest is left out, because it is too long)"},
		"a text raised": {"acts.Trouble: " + left(16<<20), "raise x\nacts.Trouble: " + left(16<<20) + "\n(the rest is left out, because it is too long)"},
		"arguments":     {"acts.Trouble: " + left(48<<20+15), "(the rest is left out, because it is too long)"},
		"led to":        {"KeyError: 'short'", "KeyError: 'short'\n(the rest is left out, because it is too long)"},
		"a chain":       {"acts.Trouble.Inner: 19999", "acts.Trouble.Inner: 19999\n(the rest is left out, because it is too long)"},
	} {
		_, err := do(w, "large", "what", what)
		lines := h.take()
		if got := fmt.Sprint(err); got != c.want || len(lines) > 1 || !strings.HasSuffix(strings.Join(lines, ""), c.logged) {
			t.Errorf("%s: got %.200s, logged %.300q", what, got, lines)
		}
	}
	if most, err := do(w, "memory"); runtime.GOOS == "linux" && (err != nil || most.(int64) >= 300) {
		t.Error(most, err)
	}
}

// TestNoRoomForPython: it is not Python's fault if the system refuses one more file or process.
func TestNoRoomForPython(t *testing.T) {
	for _, why := range []error{syscall.EMFILE, syscall.EAGAIN, errors.New("exec format error")} {
		p := &interpreter{path: "python3", err: fmt.Errorf("start it: %w", why)}
		blames := strings.Contains(p.death(question{name: "f"}).Error(), "does not work")
		if _, limit := why.(syscall.Errno); blames == limit {
			t.Errorf("%v: it blames Python: %v", why, blames)
		}
	}
}
