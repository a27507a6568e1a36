package cli

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

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
				case <-s.abandoned:
					left = time.Since(start)
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
