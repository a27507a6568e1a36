package provider

import (
	"math"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// limits is how long to wait for a connection, and for each piece of an answer;
// zero is for ever.
type limits struct{ connect, read time.Duration }

const timeoutAdvice = "give seconds as a number, or a pair: [to connect, to wait for each piece of the answer]"

// timeouts reads a number of seconds, or a pair of them.
func timeouts(v any) (limits, error) {
	if v == nil {
		return limits{}, nil
	}
	parts, isList := v.([]any)
	if !isList {
		parts = []any{v, v}
	}
	if len(parts) != 2 {
		return limits{}, unusable("the timeout "+asJSON(v)+" is neither a number of seconds nor a pair of them", timeoutAdvice)
	}
	connect, err := seconds(parts[0])
	if err != nil {
		return limits{}, err
	}
	read, err := seconds(parts[1])
	return limits{connect, read}, err
}

// seconds is a timeout; none is for ever, and zero or less cannot be kept.
func seconds(v any) (time.Duration, error) {
	if v == nil {
		return 0, nil
	}
	if n, ok := value.Rational(v); ok && n.Sign() > 0 && v != true {
		f, _ := n.Float64()
		return duration(f), nil
	}
	return 0, unusable("the timeout "+asJSON(v)+" is not a number of seconds above 0", timeoutAdvice)
}

// duration never overflows: 292 years are for ever.
func duration(seconds float64) time.Duration {
	if nanos := seconds * float64(time.Second); nanos < math.MaxInt64 {
		return max(time.Duration(nanos), 1)
	}
	return math.MaxInt64
}

// retries is how often to try again: never, unless max_retries says so. None, in
// urllib3, is three times.
func retries(a *experiment.Activity) int {
	written, given := a.Provider.Get("max_retries")
	if given && written == nil {
		return 3
	}
	n, ok := value.Rational(written)
	if !ok {
		return 0
	}
	f, _ := n.Float64()
	return int(min(max(f, 0), math.MaxInt32))
}
