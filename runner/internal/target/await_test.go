package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestAwait(t *testing.T) {
	interrupted := errors.New("interrupt")
	for _, test := range []struct {
		name             string
		ready            time.Duration // when it answers
		dies, interrupts time.Duration // when, if ever
		says             error         // until then; nil: nobody listens
		hangs            bool          // until then it does not even refuse
		want             string
		took             time.Duration
	}{
		{name: "at once", want: "<nil>"},
		{name: "soon", ready: 5 * time.Millisecond, want: "<nil>", took: 6 * time.Millisecond},                                  // 2 + 4
		{name: "later", ready: 150 * time.Millisecond, want: "<nil>", took: (2 + 4 + 8 + 16 + 32 + 50 + 50) * time.Millisecond}, // 162
		{name: "answers", says: errors.New("it answered 503"), ready: 3 * time.Second, want: "<nil>", took: 3022 * time.Millisecond},
		{name: "never", ready: time.Hour, want: errNobody.Error(), took: 10 * time.Second},
		{name: "hangs", ready: time.Hour, hangs: true, want: "something listens there, and does not answer", took: 10 * time.Second},
		{name: "dies", ready: time.Hour, dies: 2500 * time.Millisecond, want: "it has ended", took: 2500 * time.Millisecond},
		{name: "dies while asked", ready: time.Hour, dies: time.Second, hangs: true, want: "it has ended", took: time.Second},
		{name: "interrupted", ready: time.Hour, interrupts: time.Second, want: "interrupt", took: time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if test.interrupts > 0 {
					time.AfterFunc(test.interrupts, func() { cancel(interrupted) })
				}
				dead, begin := make(chan struct{}), time.Now()
				if test.dies > 0 {
					time.AfterFunc(test.dies, func() { close(dead) })
				}
				waiting, stop := context.WithTimeout(ctx, 10*time.Second)
				defer stop()
				err := await(ctx, waiting, dead, func(ctx context.Context) error {
					if time.Since(begin) >= test.ready {
						return nil
					}
					if test.hangs {
						<-ctx.Done()
						return ctx.Err()
					}
					return cmp.Or(test.says, errNobody)
				})
				var late lateError
				if errors.As(err, &late) != (test.took == 10*time.Second) || fmt.Sprint(err) != test.want {
					t.Errorf("got %T: %v, want %s", err, err, test.want)
				}
				if took := time.Since(begin); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
			})
		})
	}
}

// TestAwaitEnded: an answer counts only while the service itself runs.
func TestAwaitEnded(t *testing.T) {
	dead := make(chan struct{})
	err := await(t.Context(), t.Context(), dead, func(context.Context) error {
		close(dead)
		return nil
	})
	if !errors.Is(err, errEnded) {
		t.Errorf("got %v", err)
	}
}
