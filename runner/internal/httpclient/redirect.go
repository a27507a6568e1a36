package httpclient

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxRedirects = 30            // as requests
	longestPause = 6 * time.Hour // of a server that asks to be asked later, as urllib3
)

// follow asks until an answer does not redirect. What a server sets as cookies
// on the way is sent to the next one that it is for.
func (r *Request) follow(ctx context.Context) (*Response, error) {
	transport := r.transport()
	jar, _ := cookiejar.New(nil) // never fails
	for redirects := 0; ; redirects++ {
		answer, over, err := r.persist(ctx, transport)
		if err != nil {
			return nil, err
		}
		to := location(answer)
		if to == "" {
			return r.response(answer, over)
		}
		answer.Body.Close()
		if redirects == maxRedirects {
			return nil, fmt.Errorf("%w: the server redirects more than %d times", ErrUnusable, maxRedirects)
		}
		jar.SetCookies(r.URL, answer.Cookies())
		if err := r.redirect(answer.StatusCode, to); err != nil {
			return nil, err
		}
		for _, cookie := range jar.Cookies(r.URL) {
			(&http.Request{Header: r.header}).AddCookie(cookie)
		}
	}
}

// location is where an answer redirects to, empty where it does not.
func location(answer *http.Response) string {
	if !slices.Contains([]int{301, 302, 303, 307, 308}, answer.StatusCode) {
		return ""
	}
	return answer.Header.Get("Location")
}

// redirect makes of a request the one that an answer with this status redirects
// to. A password is for the server that it was given for alone.
func (r *Request) redirect(status int, location string) error {
	next, err := url.Parse(escape(location, inURL))
	if err == nil {
		if next.Host == "" && next.Scheme == r.URL.Scheme { // "http:///path" is "/path"
			next.Scheme = ""
		}
		next, err = ParseURL(r.URL.ResolveReference(next).String())
	}
	if err != nil {
		return fmt.Errorf("%w: the redirect cannot be followed: %v", ErrUnusable, err)
	}
	r.header = r.header.Clone() // the last request may still be writing its own
	if !sameServer(r.URL, next) {
		r.Drop("Authorization")
	}
	next.User = nil
	r.Drop("Cookie")
	if status < 307 {
		if r.Method != http.MethodHead && (status != 301 || r.Method == http.MethodPost) {
			r.Method = http.MethodGet
		}
		r.Body = ""
		r.Drop("Content-Type")
	}
	r.URL = next
	return nil
}

// sameServer tells whether a password for the one may be shown to the other.
func sameServer(from, to *url.URL) bool {
	if !strings.EqualFold(from.Hostname(), to.Hostname()) {
		return false
	}
	upgrade := from.Scheme == "http" && to.Scheme == "https" && portOf(from) == "80" && portOf(to) == "443"
	return upgrade || from.Scheme == to.Scheme && portOf(from) == portOf(to)
}

// persist asks again, up to Retries times: when nothing came of it and asking
// twice does no harm, and when a busy server names a time with Retry-After.
func (r *Request) persist(ctx context.Context, transport http.RoundTripper) (*http.Response, *conn, error) {
	for left := r.Retries; ; left-- {
		answer, over, err := r.once(ctx, transport)
		pause, again := r.later(answer, err)
		if left <= 0 || !again || ctx.Err() != nil {
			return answer, over, err
		}
		if answer != nil {
			answer.Body.Close()
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// later tells whether to ask again, and after which pause.
func (r *Request) later(answer *http.Response, err error) (time.Duration, bool) {
	repeatable := strings.Contains("|GET|HEAD|PUT|DELETE|OPTIONS|TRACE|", "|"+r.Method+"|") // means the same the second time
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

// retryAfter reads a number of seconds or a date.
func retryAfter(header string) (time.Duration, bool) {
	if n, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, longestPause), true
	}
	date, err := http.ParseTime(header)
	return min(max(time.Until(date), 0), longestPause), err == nil
}
