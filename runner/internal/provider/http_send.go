package provider

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

const maxRedirects = 30 // as python-requests

// errRedirect is a redirect that cannot be followed, in which no network has a
// part.
var errRedirect = errors.New("the redirect cannot be followed")

func (e *exchange) send(ctx context.Context) (*http.Response, *tap, error) {
	var transport http.RoundTripper = e.transport
	if e.retries > 0 {
		transport = persistent{e.transport, e.retries}
	}
	client := http.Client{Transport: transport, CheckRedirect: redirected, Jar: &cookies{}}
	tapped, tap := withTap(ctx, e.limits)
	request, err := e.newRequest(tapped)
	if err != nil {
		return nil, nil, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, nil, e.failure(ctx, err)
	}
	return answer, tap, nil
}

// failure tells a failed activity from an error that no server and no network
// had a part in.
func (e *exchange) failure(ctx context.Context, err error) error {
	var network net.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errRedirect), strings.Contains(err.Error(), "failed to parse Location header"):
		return err
	case !isDialError(err) && errors.As(err, &network) && network.Timeout():
		return failed("activity took too long to complete")
	}
	return failed("failed to connect to %s: %s", e.shown, innermost(err))
}

func isDialError(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns)
}

// innermost is the part of the error that says what happened; the rest repeats
// the address.
func innermost(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended in the middle of the answer"
	case errors.Is(err, io.EOF):
		return "the server closed the connection without an answer"
	}
	var op *net.OpError
	if errors.As(err, &op) { // "dial tcp [::1]:8080: connect: connection refused"
		return op.Err.Error()
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}

// redirected does with a redirect what python-requests does where net/http does
// otherwise.
func redirected(next *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: the server redirects more than %d times", errRedirect, maxRedirects)
	case next.URL.Scheme != "http" && next.URL.Scheme != "https" || next.URL.Hostname() == "":
		return fmt.Errorf("%w: it leads to '%s'", errRedirect, next.URL.Redacted())
	}
	if next.Response.StatusCode == http.StatusMovedPermanently && last.Method != http.MethodPost {
		next.Method = last.Method
	}
	if next.Body == nil {
		next.Header.Del("Content-Type")
	}
	next.Header.Del("Cookie") // those that an answer set are added later
	next.Header.Del("Authorization")
	if sameServer(last.URL, next.URL) {
		carry(next.Header, last.Header, "Authorization")
	}
	next.URL.User = nil
	next.Header.Del("Referer")
	carry(next.Header, via[0].Header, "Referer")
	return nil
}

func carry(to, from http.Header, name string) {
	if content, ok := from[name]; ok {
		to[name] = content
	}
}

// sameServer tells whether a password for the one may be shown to the other.
func sameServer(from, to *url.URL) bool {
	if from.Hostname() != to.Hostname() {
		return false
	}
	upgrade := from.Scheme == "http" && to.Scheme == "https"
	if upgrade && (from.Port() == "" || from.Port() == "80") && (to.Port() == "" || to.Port() == "443") {
		return true
	}
	return from.Scheme == to.Scheme && port(from) == port(to)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// cookies are what a server sets on the way from one redirect to the next. Most
// answers set none.
type cookies struct{ jar *cookiejar.Jar }

func (c *cookies) SetCookies(u *url.URL, set []*http.Cookie) {
	if c.jar == nil {
		c.jar, _ = cookiejar.New(nil) // never fails
	}
	c.jar.SetCookies(u, set)
}

func (c *cookies) Cookies(u *url.URL) []*http.Cookie {
	if c.jar == nil {
		return nil
	}
	return c.jar.Cookies(u)
}

// read takes the whole body, and undoes what Content-Encoding names.
func (e *exchange) read(ctx context.Context, answer *http.Response) ([]byte, error) {
	body, err := readAll(answer.Body, answer.ContentLength)
	if err != nil && !errors.Is(err, errTooLarge) {
		return nil, e.failure(ctx, err)
	}
	if err == nil {
		body, err = decoded(body, headerOf(answer, "Content-Encoding"))
	}
	if errors.Is(err, errTooLarge) {
		return nil, failed("the answer of %s is larger than %d MiB", e.shown, maxOutput>>20)
	}
	return body, err
}
