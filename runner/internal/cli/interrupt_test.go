package cli

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/verdict"
)

// TestSignals: a signal is heard whatever the session is doing, and what cannot end is left.
func TestSignals(t *testing.T) {
	const never = time.Duration(0)
	for name, c := range map[string]struct {
		harmless, listening bool
		signals             []time.Duration // after the start
		left                time.Duration   // when the program ends whatever goes on
		cut                 bool
	}{
		"nothing to end":             {false, false, []time.Duration{1}, 1, false},
		"a run is undone":            {false, true, []time.Duration{1}, never, false},
		"nothing was done yet":       {true, true, []time.Duration{1}, 1 + atMost, false},
		"two signals":                {false, true, []time.Duration{1, time.Second}, time.Second + atMost, true},
		"one request, sent twice":    {false, true, []time.Duration{1, time.Millisecond}, never, false},
		"nothing was done, and two":  {true, true, []time.Duration{1, time.Second}, time.Second + atMost, true},
		"nothing to end, and before": {true, false, []time.Duration{1}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				signals, over := make(chan os.Signal), make(chan struct{})
				s := &session{world: World{Signals: signals}, console: &console{hurry: func() {}}, abandoned: make(chan *verdict.Stop, 1)}
				go s.hear(over)
				defer close(over)
				var undone <-chan struct{}
				s.listener.harmless = c.harmless
				if c.listening {
					ctx, undo, release := s.interruptible(false)
					defer release()
					undone = undo.Done()
					defer func() {
						var stop *verdict.Stop
						if !errors.As(context.Cause(ctx), &stop) || stop.Signal != int(syscall.SIGINT) {
							t.Errorf("the run was stopped by %v", stop)
						}
					}()
				}
				start := time.Now()
				for _, at := range c.signals {
					time.Sleep(at - time.Since(start))
					signals <- syscall.SIGINT
				}
				var left time.Duration
				select {
				case why := <-s.abandoned:
					left = time.Since(start)
					if c.listening && strings.Contains(why.Why, "a fault may still be on") == c.harmless {
						t.Error(why.Why)
					}
				case <-time.After(time.Hour):
				}
				if left != c.left {
					t.Errorf("left after %v, want %v", left, c.left)
				}
				select {
				case <-undone:
					if !c.cut {
						t.Error("the rollbacks were cut short")
					}
				default:
					if c.cut {
						t.Error("the rollbacks were not cut short")
					}
				}
			})
		})
	}
}

// TestUnheard: a signal that comes while nobody listens is not lost.
func TestUnheard(t *testing.T) {
	signals, over := make(chan os.Signal), make(chan struct{})
	s := &session{world: World{Signals: signals}, console: &console{hurry: func() {}}, abandoned: make(chan *verdict.Stop, 1)}
	go s.hear(over)
	defer close(over)
	_, _, release := s.interruptible(false)
	release()
	signals <- syscall.SIGTERM
	ctx, _, release := s.interruptible(false)
	defer release()
	<-ctx.Done()
	if len(s.abandoned) > 0 {
		t.Error("the program was left")
	}
}

// TestEndAtOnce: what a command prints when all has ended is not waited for, be the signal sent
// before or after that.
func TestEndAtOnce(t *testing.T) {
	for _, before := range []bool{true, false} {
		signals, over := make(chan os.Signal), make(chan struct{})
		s := &session{world: World{Signals: signals}, console: &console{hurry: func() {}}, abandoned: make(chan *verdict.Stop, 1)}
		go s.hear(over)
		_, _, release := s.interruptible(false)
		release()
		if before {
			signals <- syscall.SIGTERM
		}
		s.endAtOnce()
		if !before {
			signals <- syscall.SIGTERM
		}
		if stop := <-s.abandoned; stop.Signal != int(syscall.SIGTERM) {
			t.Errorf("left for %v", stop)
		}
		close(over)
	}
}

// TestOutput: nobody has to read what is written once the program is to stop.
func TestOutput(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	hurry := make(chan struct{})
	o := &output{file: write, hurry: hurry}
	if n, err := o.Write([]byte("hello")); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	close(hurry)
	full := make([]byte, 1<<20)
	for range 100 { // each would wait, if it were not known that nobody reads
		if _, err := o.Write(full); !errors.Is(err, errUnread) {
			t.Fatal(err)
		}
	}
	go func() {
		buffer := make([]byte, 1<<20)
		for {
			if _, err := read.Read(buffer); err != nil {
				return
			}
		}
	}()
	for { // until the reader has come to the end of the text that was given up
		if _, err := o.Write([]byte("again")); err == nil {
			return
		}
	}
}

// TestLastText: the last text is waited for, also where others were given up.
func TestLastText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hurry := make(chan struct{})
		close(hurry)
		o := &output{hurry: hurry, texts: make(chan written)}
		o.begin.Do(func() {})
		o.patience.Store(int64(usually))
		write := func() error {
			_, err := o.Write([]byte("last"))
			return err
		}
		if err := write(); !errors.Is(err, errUnread) {
			t.Fatal(err)
		}
		wrote := false
		go func() { // a reader that is late
			w := <-o.texts
			time.Sleep(lastly - 1)
			wrote = true
			w.done <- nil
		}()
		o.insist()
		if err := write(); err != nil || !wrote {
			t.Error(err, wrote)
		}
	})
}

// TestLeave: what a run that is left has not undone is told once, by its verdict or by the last line.
func TestLeave(t *testing.T) {
	for name, c := range map[string]struct {
		notUndone bool
		done      []int
		want      int
		says      string
	}{
		"no verdict yet":          {false, nil, 130, "runner: stopped twice\n"},
		"a verdict":               {true, []int{0}, 0, ""},
		"a verdict, and it hangs": {true, nil, problem.NotUndone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				console, _, said := testConsole("never")
				s := &session{console: console}
				s.notUndone.Store(c.notUndone)
				done := make(chan int, 1)
				for _, code := range c.done {
					done <- code
				}
				if code := s.leave(&verdict.Stop{Why: "stopped twice", Signal: 2}, done); code != c.want || said.String() != c.says {
					t.Errorf("exit code %d: %q", code, said)
				}
			})
		})
	}
}
