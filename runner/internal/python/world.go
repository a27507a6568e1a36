package python

import (
	"context"
	"math"
	"math/big"
	"os"
	"time"
)

func osGetenv(_ context.Context, a arguments) (any, error) {
	key, ok := a["key"].(string)
	if !ok {
		return nil, raise("TypeError", "str expected, not %s", typeName(a["key"]))
	}
	if v, ok := os.LookupEnv(key); ok {
		return v, nil
	}
	return a["default"], nil
}

// timeSleep waits, unless the context ends first.
func timeSleep(ctx context.Context, a arguments) (any, error) {
	wait, err := duration(a["secs"])
	if err != nil {
		return nil, err
	}
	if wait < 0 {
		return nil, raise("ValueError", "sleep length must be non-negative")
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// duration is a number of seconds, rounded away from zero to nanoseconds.
func duration(seconds any) (time.Duration, error) {
	switch n := seconds.(type) {
	case bool:
		if n {
			return time.Second, nil
		}
		return 0, nil
	case int64:
		if most := int64(math.MaxInt64 / time.Second); n <= most && n >= -most {
			return time.Duration(n) * time.Second, nil
		}
		return 0, raise("OverflowError", "timestamp too large to convert to C _PyTime_t")
	case *big.Int:
		return 0, raise("OverflowError", "timestamp too large to convert to C _PyTime_t")
	case float64:
		return floatDuration(n)
	}
	return 0, noInteger(seconds)
}

func floatDuration(seconds float64) (time.Duration, error) {
	if math.IsNaN(seconds) {
		return 0, raise("ValueError", "Invalid value NaN (not a number)")
	}
	ns := math.Ceil(math.Abs(seconds) * 1e9)
	if ns >= math.MaxInt64 {
		return 0, raise("OverflowError", "timestamp out of range for platform time_t")
	}
	return time.Duration(math.Copysign(ns, seconds)), nil
}
