package worker

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

const roleVariable = "PYTHON_TEST_ROLE"

// TestMain lets the test binary play an interpreter that runs the worker.
func TestMain(m *testing.M) {
	if role, ok := os.LookupEnv(roleVariable); ok {
		play(role)
		return
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0") // each such process would take a second to exit with -race
	os.Exit(m.Run())
}

// play speaks as the worker does, as far as a role needs it.
func play(role string) {
	switch role {
	case "no python":
		fmt.Fprintln(os.Stderr, "unknown option -u")
		os.Exit(64)
	case "talks at once":
		fmt.Println("Welcome!")
	case "other json":
		fmt.Println(`{"id": 1, "value": null}`)
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
		fallthrough
	default:
		fmt.Println(`{"ready": [3, 11, 7]}`)
	}
	answers := strings.Split(role, "\n") // of the role "answers"
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			if role == "stays" {
				time.Sleep(time.Hour)
			}
			return
		}
		var request struct {
			ID, Cancel int
			Do, Func   string
		}
		json.Unmarshal(line, &request)
		switch {
		case answers[0] == "answers" && request.ID > 0:
			fmt.Fprintf(os.Stderr, "\x00%d\n", request.ID)
			fmt.Printf(`{"id": %d, %s`+"\n", request.ID, answers[request.ID][1:])
		case request.Cancel > 0 && role == "polite":
			fmt.Fprintf(os.Stderr, "\x00%d\n", request.Cancel)
			fmt.Printf(`{"id": %d, "value": null, "stop": {"class": "KeyboardInterrupt", "text": ""}, "folder": "/moved"}`+"\n", request.Cancel)
		case request.ID > 0:
			act(role, request.ID, request.Func)
		}
	}
}

func act(role string, number int, function string) {
	switch role {
	case "answers wildly":
		fmt.Println(`{"id": 1`)
	case "unknown message":
		fmt.Println(`{"what": "is this"}`)
	case "dies":
		fmt.Fprintln(os.Stderr, "last words")
		os.Exit(7)
	case "prints":
		fmt.Println(`{"log": ["INFO", "logged"]}`)
		fmt.Println(`{"signal": "SIGUSR1"}`)
		fmt.Printf(`{"id": %d, "value": 1, "folder": "/new"}`+"\n{\"id\": %[1]d, \"value\": 2}\n", number)
		fmt.Fprintf(os.Stderr, "one\r\n\ntwo \xff three")
		fmt.Fprintf(os.Stderr, "\n\x00looks like a mark\n\x00%d\n\x00%d\n", number, number)
	case "echoes", "stays":
		fmt.Fprintf(os.Stderr, "\x00%d\n", number)
		fmt.Printf(`{"id": %d, "value": %q}`+"\n", number, function)
	}
}

// heard is what a worker has told.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) add(format string, a ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, fmt.Sprintf(format, a...))
}

func (h *heard) take() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	lines := slices.DeleteFunc(h.lines, func(line string) bool { return strings.Contains(line, "is still busy") }) // on a busy machine
	h.lines = nil
	return lines
}

func newWorker(t testing.TB, interpreter string, env ...string) (*Worker, *heard) {
	h := &heard{}
	w := &Worker{
		Python: interpreter, Environment: os.LookupEnv, Env: append(os.Environ(), env...), Owner: &process.Owner{},
		Log:    func(level, text string) { h.add("%s|%s", level, text) },
		Signal: func(name string) { h.add("signal %s", name) },
		Moved:  func(folder string) { h.add("moved %s", folder) },
		SetEnv: func(name, value string, set bool) { h.add("set %s %s %v", name, value, set) },
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		w.Close(ctx)
	})
	return w, h
}

// fake is a worker whose interpreter is the test binary.
func fake(t testing.TB, role string) (*Worker, *heard) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return newWorker(t, self, roleVariable+"="+role)
}

// withPython is a worker with Python and the functions of testdata. What these
// find when they import chaoslib is stub's.
func withPython(t testing.TB) (*Worker, *heard) {
	t.Helper()
	interpreter, err := find("", os.LookupEnv, "a test")
	if err != nil {
		t.Skip("this test needs Python, and its recorded counterparts do not: ", err)
	}
	return newWorker(t, interpreter, pythonPath(t), "PYTHONDONTWRITEBYTECODE=1")
}

func pythonPath(t testing.TB) string {
	here, err := filepath.Abs(filepath.Join("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return "PYTHONPATH=" + here + string(filepath.ListSeparator) + filepath.Join(here, "stub")
}

// do calls a function of acts.py.
func do(w *Worker, function string, arguments ...any) (any, error) {
	return w.Call(context.Background(), Call{Activity: "it", Module: "acts", Func: function, Arguments: value.MapOf(arguments...)})
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(2 * time.Minute)
	for !done() {
		select {
		case <-ticker.C:
		case <-limit:
			t.Error("waited too long for: ", what)
			return
		}
	}
}
