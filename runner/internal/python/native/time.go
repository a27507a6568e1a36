package native

import (
	"context"
	"math"
	"math/big"
	"os"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/value"
)

func osGetenv(a arguments) (any, error) {
	key, ok := a["key"].(string)
	if !ok {
		return nil, raise("TypeError", "str expected, not %s", value.Kind(a["key"]))
	}
	if v, ok := os.LookupEnv(key); ok {
		return v, nil
	}
	return a["default"], nil
}

// timeSleep waits, unless the context ends first.
func timeSleep(ctx context.Context, a arguments) error {
	wait, ok := clock.Seconds(a["secs"])
	f, isFloat := a["secs"].(float64)
	_, isBig := a["secs"].(*big.Int)
	switch {
	case math.IsNaN(f):
		return raise("ValueError", "Invalid value NaN (not a number)")
	case isFloat && (!ok || wait == math.MaxInt64 || wait == math.MinInt64):
		return raise("OverflowError", "timestamp out of range for platform time_t")
	case isBig || wait == math.MaxInt64 || wait == math.MinInt64:
		return raise("OverflowError", "timestamp too large to convert to C _PyTime_t")
	case !ok:
		return raise("TypeError", "a number is required, not %s", value.Kind(a["secs"]))
	case wait < 0, f < 0:
		return raise("ValueError", "sleep length must be non-negative")
	}
	return clock.Sleep(ctx, wait)
}
