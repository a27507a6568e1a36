package process

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"
)

// The processes that move to a session of their own: at once, after their parent
// has ended, and one that ignores the request to end.
var escapes = map[string]string{
	"child":      `setsid sh -c 'echo ready $$; sleep 20; true' & wait`,
	"orphan":     `(setsid sh -c 'echo ready $$; sleep 20; true' &) ; sleep 20; true`,
	"ignores it": `setsid sh -c 'trap "" TERM; echo ready $$; sleep 20; true' & wait`,
}

// TestEscaped: what left the group is ended with it, and what a command of
// before left running on purpose is not.
func TestEscaped(t *testing.T) {
	for name, script := range escapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := guarded(t)
			stay := shell(`setsid sh -c 'echo ready $$; exec sleep 20 >/dev/null' &`)
			stays, _ := whenReady(t, &stay, func() {})
			if _, err := o.Run(t.Context(), stay); err != nil {
				t.Fatal(err)
			}
			daemon := group{id: <-stays}
			defer daemon.kill()

			why := errors.New("interrupt")
			ctx, cancel := context.WithCancelCause(t.Context())
			c := shell(script)
			c.Grace = 200 * time.Millisecond
			escaped, said := whenReady(t, &c, func() { cancel(why) })
			if _, err := o.Run(ctx, c); err != why {
				t.Errorf("got %v", err)
			}
			// A process that is about to end has no environment any more.
			if id := <-escaped; !(group{id: id}).vanishes(time.Now().Add(settle)) {
				t.Errorf("process %d still runs", id)
				syscall.Kill(-id, syscall.SIGKILL)
			}
			said()
			if !daemon.alive() {
				t.Error("what was left running on purpose was ended")
			}
		})
	}
}

// TestKeepEscaped: where many activities share a process, what one of them left
// running on purpose stays.
func TestKeepEscaped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := shell(`setsid sh -c 'echo ready $$; exec sleep 20 >/dev/null' & wait`)
	c.KeepEscaped = true
	escaped, _ := whenReady(t, &c, cancel)
	if _, err := new(Owner).Run(ctx, c); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	stays := group{id: <-escaped}
	if !stays.alive() {
		t.Error("it was ended")
	}
	stays.kill()
}
