package clock

import (
	"context"
	"math"
	"math/big"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestSeconds(t *testing.T) {
	for _, c := range []struct {
		in   any
		want time.Duration
		ok   bool
	}{
		{int64(2), 2 * time.Second, true},
		{0.25, 250 * time.Millisecond, true},
		{true, time.Second, true},
		{int64(-1), -time.Second, true},
		{1e300, math.MaxInt64, true},
		{-1e300, math.MinInt64, true},
		{new(big.Int).Lsh(big.NewInt(1), 80), math.MaxInt64, true},
		{math.Inf(1), 0, false},
		{math.NaN(), 0, false},
		{"2", 0, false},
		{nil, 0, false},
	} {
		if got, ok := Seconds(c.in); got != c.want || ok != c.ok {
			t.Errorf("Seconds(%v) = %v, %v; want %v, %v", c.in, got, ok, c.want, c.ok)
		}
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := Sleep(t.Context(), time.Hour); err != nil || time.Since(start) != time.Hour {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := Sleep(ctx, time.Hour); err != context.DeadlineExceeded || time.Since(start) != time.Hour+time.Minute {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// What takes long says so after a second, and then every two seconds, until it is over or stopped.
func TestTell(t *testing.T) {
	for _, stop := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var told []time.Duration
			Tell(ctx, func(sofar time.Duration) { told = append(told, sofar) }, func() {
				time.Sleep(6 * time.Second)
				if stop {
					cancel()
					time.Sleep(6 * time.Second)
				}
			})
			time.Sleep(6 * time.Second)
			if want := []time.Duration{time.Second, 3 * time.Second, 5 * time.Second}; !slices.Equal(told, want) {
				t.Errorf("told %v, want %v", told, want)
			}
		})
	}
}

// What takes long is left to itself when the context ends; what is short is waited for.
func TestUntil(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	over := make(chan struct{})
	defer close(over)
	long := func() int { <-over; return 1 }
	if _, err := Until(stopped, false, long); err != context.Canceled {
		t.Errorf("long: %v", err)
	}
	for _, c := range []struct {
		ctx   context.Context
		short bool
	}{{stopped, true}, {t.Context(), true}, {t.Context(), false}} {
		if v, err := Until(c.ctx, c.short, func() int { return 7 }); v != 7 || err != nil {
			t.Errorf("%v: %d, %v", c.short, v, err)
		}
	}
}
