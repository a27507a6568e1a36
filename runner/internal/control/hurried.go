package control

import (
	"context"
	"errors"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/python/worker"
)

// afterStop is how long all calls of one control may take together once the run was stopped: somebody
// has pressed Ctrl-C, and the rollbacks wait for that.
const afterStop = time.Second

// Why a control has not come to its end, or was not called, after the run was stopped.
var errSlow, errSpent = errors.New("it took too long"), errors.New("it has taken too long before")

type hurried struct {
	Caller
	run context.Context

	mu   sync.Mutex
	took map[string]time.Duration // since the end of run, by the control
}

// Hurried is a Caller that has little time for each control once the run was stopped. The time of the
// rollbacks, and of a person who is asked, does not count.
func Hurried(run context.Context, caller Caller) Caller {
	return &hurried{Caller: caller, run: run, took: map[string]time.Duration{}}
}

func (h *hurried) Control(ctx context.Context, c worker.ControlCall) (r worker.ControlResult, err error) {
	err = h.hurry(ctx, c.Control, func(ctx context.Context) (err error) {
		r, err = h.Caller.Control(ctx, c)
		return err
	})
	return r, err
}

func (h *hurried) Event(ctx context.Context, e worker.Event) error {
	return h.hurry(ctx, "", func(ctx context.Context) error { return h.Caller.Event(ctx, e) })
}

func (h *hurried) hurry(ctx context.Context, who string, call func(context.Context) error) error {
	if h.run.Err() == nil {
		return call(ctx)
	}
	h.mu.Lock()
	left := afterStop - h.took[who]
	h.mu.Unlock()
	if left <= 0 {
		return errSpent
	}
	begun := time.Now()
	ctx, end := context.WithTimeoutCause(ctx, left, errSlow)
	defer end()
	err := call(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.took[who] += time.Since(begun)
	return err
}
