package provider

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestPause is what urllib3 grants a server that asks to be asked later.
const longestPause = 6 * time.Hour

// persistent asks again, up to so many times: when nothing came of it and asking
// twice does no harm, and when a busy server names a time with Retry-After.
type persistent struct {
	http.RoundTripper
	times int
}

// RoundTrip returns the last answer or error.
func (p persistent) RoundTrip(request *http.Request) (*http.Response, error) {
	for left := p.times; ; left-- {
		answer, err := p.RoundTripper.RoundTrip(request)
		pause, again := later(request, answer, err)
		if left <= 0 || !again {
			return answer, err
		}
		if answer != nil {
			io.Copy(io.Discard, io.LimitReader(answer.Body, maxOutput))
			answer.Body.Close()
		}
		if err := wait(request.Context(), pause); err != nil {
			return nil, err
		}
		request = rewound(request)
	}
}

// later tells whether to ask again, and when.
func later(request *http.Request, answer *http.Response, err error) (time.Duration, bool) {
	switch {
	case request.Context().Err() != nil:
		return 0, false
	case err != nil:
		return 0, isDialError(err) || repeatable(request.Method)
	case !repeatable(request.Method):
		return 0, false
	}
	switch answer.StatusCode {
	case http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return retryAfter(answer.Header.Get("Retry-After"))
	}
	return 0, false
}

// repeatable are the methods that mean the same the second time.
func repeatable(method string) bool {
	switch method {
	case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE":
		return true
	}
	return false
}

// retryAfter is a number of seconds or a date.
func retryAfter(header string) (time.Duration, bool) {
	if n, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, longestPause), true
	}
	date, err := http.ParseTime(header)
	return min(max(time.Until(date), 0), longestPause), err == nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// rewound is the same request with its body from the start.
func rewound(request *http.Request) *http.Request {
	again := *request
	if request.GetBody != nil {
		again.Body, _ = request.GetBody() // a strings.Reader, which cannot fail
	}
	return &again
}
