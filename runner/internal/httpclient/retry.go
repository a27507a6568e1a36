package httpclient

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/clock"
)

// longestPause bounds the pause that a server asks for, as in Python's urllib3.
const longestPause = 6 * time.Hour

// persistent is a transport that asks again, up to so many times: when nothing came
// of it and asking twice does no harm, and when a busy server names a time with
// Retry-After.
type persistent struct {
	*http.Transport
	retries int
}

// RoundTrip returns the last answer. It ends with the context of the request.
func (p persistent) RoundTrip(request *http.Request) (*http.Response, error) {
	for left := p.retries; ; left-- {
		answer, err := p.Transport.RoundTrip(request)
		pause, again := later(request.Method, answer, err)
		if left <= 0 || !again || request.Context().Err() != nil {
			if err == nil && answer.Header.Get("Location") != "" { // net/http refuses signs that Python escapes
				answer.Header.Set("Location", escape(answer.Header.Get("Location"), inURL))
			}
			return answer, err
		}
		if answer != nil {
			answer.Body.Close()
		}
		if err := clock.Sleep(request.Context(), pause); err != nil {
			return nil, err
		}
		next := *request
		if request.GetBody != nil {
			next.Body, _ = request.GetBody() // text, which never fails
		}
		request = &next
	}
}

// later tells whether to ask again, and after which pause.
func later(method string, answer *http.Response, err error) (time.Duration, bool) {
	repeatable := strings.Contains("|GET|HEAD|PUT|DELETE|OPTIONS|TRACE|", "|"+method+"|") // means the same the second time
	switch {
	case err != nil:
		return 0, repeatable || isDialError(err)
	case !repeatable:
		return 0, false
	}
	switch answer.StatusCode {
	case http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return retryAfter(answer.Header.Get("Retry-After"))
	}
	return 0, false
}

// isDialError tells whether no connection was made.
func isDialError(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || errors.As(err, &dns)
}

// retryAfter reads a number of seconds or a date.
func retryAfter(header string) (time.Duration, bool) {
	if n, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, longestPause), true
	}
	date, err := http.ParseTime(header)
	return min(max(time.Until(date), 0), longestPause), err == nil
}
