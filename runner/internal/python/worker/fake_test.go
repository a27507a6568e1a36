package worker

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// These tests need no Python: the test binary plays it, well or badly.

func TestBadInterpreters(t *testing.T) {
	self, _ := os.Executable()
	const advice = "; check that it is Python 3.7 or later, or give --python the path of another"
	for role, want := range map[string]string{
		"no python":       "the Python interpreter " + self + " does not work for 'it': it ended with exit code 64, and printed last: unknown option -u" + advice,
		"talks at once":   "the Python interpreter " + self + " does not work for 'it': it sent an unexpected line: Welcome!" + advice,
		"other json":      "the Python interpreter " + self + " does not work for 'it': it sent an unexpected line: {\"id\": 1, \"value\": null}" + advice,
		"answers wildly":  "Python had to be ended while 'it' was under way: it sent an unexpected line: {\"id\": 1; check whether it left something unfinished",
		"unknown message": "Python had to be ended while 'it' was under way: it sent an unexpected line: {\"what\": \"is this\"}; check whether it left something unfinished",
		"dies": "Python died while 'it' was under way: it ended with exit code 7, and printed last: last words; " +
			"check whether it left something unfinished; a function must return or raise, and not end its process",
	} {
		t.Run(role, func(t *testing.T) {
			w, h := fake(t, role)
			for range 2 { // each time with a process of its own
				if _, err := do(w, "f"); err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
			}
			if again := "WARNING|Python is started again: what its modules kept in memory is lost"; !slices.Contains(h.take(), again) {
				t.Error("nobody said that Python was started anew")
			}
		})
	}
}

func TestNoInterpreter(t *testing.T) {
	w, _ := newWorker(t, "")
	w.Environment = func(string) (string, bool) { return "", false }
	t.Setenv("PATH", "")
	const none = ", and no Python interpreter is found, neither in an active virtual environment nor as "
	_, err := do(w, "f")
	if err == nil || !strings.HasPrefix(err.Error(), "Python is needed for it (acts.f)"+none) {
		t.Error(err)
	}
	_, err = w.Inspect(context.Background(), []Reference{{Kind: "probe", Name: "a", Module: "m", Func: "f"}, {Kind: "control", Name: "c", Module: "n"}})
	if err == nil || !strings.HasPrefix(err.Error(), "Python is needed for a (m.f), c (n)"+none) {
		t.Error(err)
	}
	w.Python = "/no/such/python"
	if _, err := do(w, "f"); err == nil || !strings.Contains(err.Error(), "there is no Python interpreter '/no/such/python'; give --python") {
		t.Error(err)
	}
	if all, err := w.Inspect(context.Background(), nil); all != nil || err != nil {
		t.Error("nothing to inspect needs an interpreter:", all, err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("too late"))
	if _, err := w.Call(ctx, Call{}); err == nil || err.Error() != "too late" {
		t.Error(err)
	}
}

// What is printed and logged before an answer is told before the call returns.
func TestOutput(t *testing.T) {
	w, h := fake(t, "prints")
	got, err := do(w, "f")
	lines := h.take()
	if got != int64(1) || err != nil {
		t.Error(got, err)
	}
	printed := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, "|") })
	if want := []string{"|one", "|", "|two \uFFFD three", "|\x00looks like a mark"}; !slices.Equal(printed, want) {
		t.Errorf("printed %q, want %q", printed, want)
	}
	for _, want := range []string{"INFO|logged", "signal SIGUSR1", "moved /new"} {
		if !slices.Contains(lines, want) {
			t.Errorf("%q was not told: %q", want, lines)
		}
	}
}

// An answer waits until what was printed before it has been read, but not for
// ever.
func TestAnswerWaits(t *testing.T) {
	for _, marked := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := &interpreter{printed: make(chan struct{})}
			s.ready.Store(true)
			e := &exchange{number: 1, printed: make(chan struct{}), answered: make(chan struct{})}
			s.open.Store(int64(1), e)
			go s.accept(&Worker{}, value.MapOf("id", int64(1)))
			synctest.Wait()
			if e.answer.Load() != nil {
				t.Fatal("the answer did not wait")
			}
			if marked {
				close(e.printed)
				synctest.Wait()
			} else {
				<-time.After(time.Minute)
			}
			if e.answer.Load() == nil {
				t.Error("the answer still waits")
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	w, _ := fake(t, "echoes")
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			if got, err := do(w, fmt.Sprint("f", i)); got != fmt.Sprint("f", i) || err != nil {
				t.Error(i, got, err)
			}
		})
	}
	group.Wait()
}

func TestCancelPolitely(t *testing.T) {
	w, h := fake(t, "polite")
	ctx, cancel := context.WithCancelCause(context.Background())
	go cancelOnce(t, begin(t, w), 1, cancel)
	if _, err := w.Call(ctx, Call{Activity: "it"}); err == nil || err.Error() != "enough" {
		t.Error(err)
	}
	for _, line := range h.take() {
		if strings.HasPrefix(line, "WARNING") {
			t.Error("a process that obeyed was ended: ", line)
		}
	}
}

// cancelOnce waits until a request has been made.
func cancelOnce(t *testing.T, s *interpreter, number int64, cancel context.CancelCauseFunc) {
	waitFor(t, "the request", func() bool { return s.exchange(number) != nil })
	cancel(errors.New("enough"))
}

// begin starts the process without a request.
func begin(t *testing.T, w *Worker) *interpreter {
	t.Helper()
	s, err := w.interpreter("")
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the process is ready", s.ready.Load)
	return s
}

// A process that ignores both the request to stop and SIGTERM is killed.
func TestCancelTheDeaf(t *testing.T) {
	t.Parallel()
	w, h := fake(t, "deaf")
	s := begin(t, w)
	ctx, cancel := context.WithCancelCause(context.Background())
	other := make(chan error, 1)
	go func() {
		_, err := do(w, "other")
		other <- err
	}()
	waitFor(t, "the other call", func() bool { return s.exchange(1) != nil })
	go cancelOnce(t, s, 2, cancel)
	if _, err := w.Call(ctx, Call{Activity: "deaf"}); err == nil || err.Error() != "enough" {
		t.Error(err)
	}
	const warning = "WARNING|'deaf' does not stop, so Python is ended; what its modules remembered is lost"
	if !slices.Contains(h.take(), warning) || !isClosed(s.ended) {
		t.Error("the process was not ended, or nobody said so")
	}
	const died = "Python had to be ended while 'it' was under way: 'deaf' did not stop when it was asked to; check whether it left something unfinished"
	if err := <-other; err == nil || err.Error() != died {
		t.Error(err)
	}
}

// The rollbacks of a run whose function ignores all signals begin within two seconds, and a control has less.
func TestTimeToEnd(t *testing.T) {
	end := (&Worker{}).command("python3").Grace + drainTime
	if activityGrace+end > 1800*time.Millisecond || controlGrace+end > 1200*time.Millisecond {
		t.Errorf("a function that ignores all signals has %v, and a control %v", activityGrace+end, controlGrace+end)
	}
}

// A process with a thread that does not end is waited for as long as an activity may take.
func TestCloseHasALimit(t *testing.T) {
	w, h := fake(t, "stays")
	w.MaxTime = time.Millisecond
	s := begin(t, w)
	w.Close(context.Background())
	want := []string{"WARNING|Python is ended now: what a function left running in it is waited for at most 0.001 s (--max-time)"}
	if got := h.take(); !isClosed(s.ended) || !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCloseEnds(t *testing.T) {
	w, _ := fake(t, "echoes")
	w.Close(context.Background()) // before it began
	s := begin(t, w)
	w.Close(context.Background())
	if !isClosed(s.ended) || s.exit != (process.Exit{}) || s.err != nil {
		t.Errorf("the process ended with %v, %v", s.exit, s.err)
	}
}

func TestMark(t *testing.T) {
	big := new(big.Int).Lsh(big.NewInt(1), 20000)
	for _, tt := range []struct {
		v    any
		sent string
	}{
		{value.MapOf("a", []any{[]byte("\x00\xff"), "x", nil}), `{"a": [{"\u0000": "bytes", "is": "00ff"}, "x", null]}`},
		{math.Inf(1), "Infinity"},
		{(*value.Map)(nil), "{}"},
	} {
		if got := value.JSON(mark(tt.v)); got != tt.sent {
			t.Errorf("%v is sent as %s", tt.v, got)
		}
	}
	for text, want := range map[string]any{
		`{"\u0000": "bytes", "is": "00ff"}`: []byte("\x00\xff"), `{"\u0000": "float", "is": "-inf"}`: math.Inf(-1),
		`{"\u0000": "int", "is": "` + fmt.Sprintf("%#x", big) + `"}`: big, `{"\u0000": "int", "is": "-0x10"}`: int64(-16),
		`{"\u0000": "else", "is": "x"}`: "x",
	} {
		v, err := value.ParseJSON([]byte(`{"a": [` + text + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := unmark(v); !value.Equal(got, value.MapOf("a", []any{want})) {
			t.Errorf("%.40s means %.40v", text, got)
		}
	}
}
