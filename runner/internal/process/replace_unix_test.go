//go:build unix

package process

import (
	"fmt"
	"syscall"
	"testing"
)

func (o *Owner) current() *watchdog {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.watchdog
}

// another waits for the watchdog that takes the place of one that was killed or stopped.
func (o *Owner) another(before *watchdog) *watchdog {
	for {
		if now := o.current(); now != nil && now != before {
			return now
		}
	}
}

// TestWatchdogIsReplaced: where a watchdog was killed or stopped, the next one knows all that is
// to be ended, and nobody waits for the first.
func TestWatchdogIsReplaced(t *testing.T) {
	for _, sent := range []syscall.Signal{syscall.SIGKILL, syscall.SIGSTOP} {
		t.Run(sent.String(), func(t *testing.T) {
			o := guarded(t)
			p, err := o.Start(shell(`exec sleep 20`))
			if err != nil {
				t.Fatal(err)
			}
			first := o.current()
			first.process.Signal(sent)
			for i := range 5000 { // more than a pipe takes
				o.tell(started, group{id: 1 << 30, mark: fmt.Sprint(i)})
				o.tell(ended, group{id: 1 << 30, mark: fmt.Sprint(i)})
			}
			second := o.another(first)
			if _, err := o.Run(t.Context(), shell(`true`)); err != nil || o.current() != second {
				t.Errorf("%v, or a third watchdog", err)
			}
			second.pipe.Close() // as if this program was killed
			<-p.Done()
			<-second.gone
			if p.Exit().Code != -15 || second.err != nil {
				t.Errorf("the process ended with %v, and the watchdog: %v", p.Exit(), second.err)
			}
		})
	}
}

// TestCloseEndsAll: a watchdog that was killed or stopped at the end leaves its work to its Owner.
func TestCloseEndsAll(t *testing.T) {
	for _, sent := range []syscall.Signal{syscall.SIGKILL, syscall.SIGSTOP} {
		o := guarded(t)
		o.Notes = []string{"/none", t.TempDir()}
		p, err := o.Start(shell(`exec sleep 20`))
		if err != nil {
			t.Fatal(err)
		}
		o.current().process.Signal(sent)
		o.Close() // its error depends on who is faster
		<-p.Done()
		if p.Exit().Code != -15 {
			t.Errorf("%v: the process ended with %v", sent, p.Exit())
		}
		isEmpty(t, o.Notes[1])
	}
}

// TestNoOtherWatchdog: where no other watchdog can be started, processes are started without.
func TestNoOtherWatchdog(t *testing.T) {
	o := guarded(t)
	o.Notes = []string{"/none", t.TempDir()}
	if _, err := o.Run(t.Context(), shell(`true`)); err != nil {
		t.Fatal(err)
	}
	first := o.current()
	o.mu.Lock()
	o.Watchdog = []string{"/nowhere"}
	o.mu.Unlock()
	first.process.Kill()
	<-first.gone
	p, err := o.Start(shell(`exec sleep 20`))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	<-p.Done()
	isEmpty(t, o.Notes[1])
}
