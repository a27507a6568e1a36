// Package clock reads numbers of seconds, as experiments have them, and waits.
package clock

import (
	"context"
	"math"
	"math/big"
	"sync"
	"time"
)

// Forever is the longest Duration, 292 years: more seconds than it holds become it.
const Forever time.Duration = math.MaxInt64

// Seconds reads a number of seconds as Python does: an integer, a float, or a bool,
// which counts as 0 or 1. More than a Duration can hold becomes Forever. It is false
// for anything else, and for what is not a finite number.
func Seconds(v any) (time.Duration, bool) {
	var seconds float64
	switch n := v.(type) {
	case bool:
		if n {
			seconds = 1
		}
	case int64:
		seconds = float64(n)
	case *big.Int:
		seconds, _ = n.Float64()
	case float64:
		if seconds = n; math.IsNaN(n) || math.IsInf(n, 0) {
			return 0, false
		}
	default:
		return 0, false
	}
	switch nanos := seconds * float64(time.Second); {
	case nanos >= math.MaxInt64:
		return Forever, true
	case nanos <= math.MinInt64:
		return math.MinInt64, true
	default:
		return time.Duration(nanos), true
	}
}

// Sleep waits for d, or until ctx ends; then it returns ctx's error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Until calls do, and waits for it until ctx ends; then it returns ctx's error, and what do
// returns is lost. So do must change nothing. If it is short, it is waited for in any case.
func Until[T any](ctx context.Context, short bool, do func() T) (v T, err error) {
	if short {
		return do(), nil
	}
	done := make(chan T, 1)
	go func() { done <- do() }()
	select {
	case v = <-done:
		return v, nil
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

// Tell calls do. If that takes more than a second, it calls tell with the time so far then and
// every two seconds, until ctx ends.
func Tell(ctx context.Context, tell func(sofar time.Duration), do func()) {
	start, next := time.Now(), time.Second
	over := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		for {
			select {
			case <-over:
				return
			case <-ctx.Done():
				return
			case <-time.After(next):
				tell(time.Since(start))
				next = 2 * time.Second
			}
		}
	})
	do()
	close(over)
	telling.Wait()
}
