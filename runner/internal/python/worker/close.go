package worker

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errLate is why a process is ended that does not end by itself.
var errLate = errors.New("it did not end in time")

// Close lets the process end: its threads go on until they are finished, and
// what it left running stays, as in the toolkit. At the end of ctx all is ended, and after MaxTime. If
// ctx has ended before, because the run was stopped, threads are not waited for.
func (w *Worker) Close(ctx context.Context) {
	w.mu.Lock()
	s := w.current
	w.current = nil
	w.mu.Unlock()
	if s == nil {
		return
	}
	limit, stopped := "", ctx.Err() != nil
	go func() {
		if stopped {
			s.write([]byte(`{"leave": true}`))
		}
		s.requests.Close()
	}()
	switch {
	case stopped:
		bounded, end := context.WithTimeoutCause(context.WithoutCancel(ctx), leaveTime, errLate)
		defer end()
		ctx = bounded
	case w.MaxTime > 0:
		limit = fmt.Sprintf(" at most %v s (--max-time)", w.MaxTime.Seconds())
		bounded, end := context.WithTimeoutCause(ctx, w.MaxTime, errLate)
		defer end()
		ctx = bounded
	}
	slow := time.AfterFunc(activityGrace, func() {
		w.Log("WARNING", "Python has not ended yet: a function left a thread running, which is waited for"+limit)
	})
	defer slow.Stop()
	select {
	case <-s.ended:
	case <-ctx.Done():
		slow.Stop()
		if context.Cause(ctx) == errLate && !stopped {
			w.Log("WARNING", "Python is ended now: what a function left running in it is waited for"+limit)
		}
		s.kill(context.Cause(ctx))
		<-s.ended
	}
	s.output.Close()
}
