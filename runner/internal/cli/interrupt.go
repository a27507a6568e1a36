package cli

import (
	"context"
	"os"
	"syscall"

	"chaosworkshop.example/runner/internal/verdict"
)

// interruptible returns two contexts. The first signal ends ctx: the experiment
// stops and its rollbacks begin. The second ends undo: they are cut short.
func (s *session) interruptible() (ctx, undo context.Context, release func()) {
	ctx, stop := context.WithCancelCause(context.Background())
	undo, cut := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		for received := 0; ; received++ {
			var signal os.Signal
			select {
			case <-over:
				return
			case signal = <-s.world.Signals:
			case name := <-s.raised:
				signal = signalNamed(name)
			}
			if received > 0 {
				cut()
				continue
			}
			number, _ := signal.(syscall.Signal)
			stop(verdict.BySignal(signalName(signal), int(number)))
		}
	}()
	return ctx, undo, func() {
		close(over)
		stop(context.Canceled)
		cut()
	}
}

func signalNamed(name string) os.Signal { return signalNames[name] }

func signalName(s os.Signal) string {
	for name, signal := range signalNames {
		if signal == s {
			return name
		}
	}
	return "a signal"
}
