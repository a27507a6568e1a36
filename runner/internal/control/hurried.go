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

// errLate is why a control was ended while the run went on.
var errLate = errors.New("it took longer than --max-time")

type hurried struct {
	Caller
	run     context.Context
	maxTime time.Duration

	mu      sync.Mutex
	stopped time.Time                // when run ended
	took    map[string]time.Duration // since then, by the control
}

// Hurried is a Caller whose calls may each take maxTime, 0 for no limit, and that has little time for each control
// once the run was stopped. The time of the rollbacks, and of a person who is asked, does not count.
func Hurried(run context.Context, maxTime time.Duration, caller Caller) Caller {
	h := &hurried{Caller: caller, run: run, maxTime: maxTime, took: map[string]time.Duration{}}
	context.AfterFunc(run, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.stopped = time.Now()
	})
	return h
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
	begun, most, why := time.Now(), h.maxTime, errLate
	if h.run.Err() != nil {
		h.mu.Lock()
		most, why = afterStop-h.took[who], errSlow
		h.mu.Unlock()
		if most <= 0 {
			return errSpent
		}
	}
	if most > 0 {
		bounded, end := context.WithTimeoutCause(ctx, most, why)
		defer end()
		ctx = bounded
	}
	err := call(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	if begun.Before(h.stopped) {
		begun = h.stopped
	}
	if !h.stopped.IsZero() {
		h.took[who] += time.Since(begun)
	}
	return err
}
