// Package httpclient asks over HTTP as Python's library requests does: the same
// URLs, retries, redirects and encodings. A new connection is made for each
// request, so that no answer comes from before a fault, and an answer's headers
// keep the order and the spelling that the server gave them.
package httpclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"

	"chaosworkshop.example/runner/internal/clock"
)

// Kinds of errors. Any other error of Do, if not the context's, means that the
// server could not be reached or did not answer as HTTP wants it.
var (
	ErrTimeout  = errors.New("there was no answer in time")
	ErrTooLarge = errors.New("the answer is too large")
	ErrUnusable = errors.New("the answer cannot be used") // a bad redirect, or a broken Content-Encoding
)

// Request is one request with its retries and redirects. New makes one.
type Request struct {
	Method string
	URL    *url.URL // a user and a password in it are sent as basic authorization
	Body   string

	ConnectTimeout time.Duration // 0: no limit
	ReadTimeout    time.Duration // for each piece of an answer; 0: no limit
	Retries        int           // how often to ask again
	MaxBody        int64         // bytes that an answer may have, unpacked
	TLS            *tls.Config   // nil: the system's certificates

	header http.Header
	host   string // where a header names another than the URL
	proxy  func(r *http.Request) (*url.URL, error)
}

// New is a request with the headers that are always sent.
func New(method string, address *url.URL) *Request {
	return &Request{Method: method, URL: address, MaxBody: 256 << 20, proxy: http.ProxyFromEnvironment, header: http.Header{
		"User-Agent":      {"chaosworkshop-runner"}, // not python-requests, which this is not
		"Accept-Encoding": {"gzip, deflate"},
		"Accept":          {"*/*"},
	}}
}

// lookedUp are the headers that this package or net/http looks up by Go's spelling.
const lookedUp = "|authorization|connection|content-length|content-type|cookie|referer|trailer|transfer-encoding|user-agent|"

// Set gives a header its content, in place of another spelling's. The name is
// sent as it is spelt. It is false where the two cannot be sent: a name is one
// word, and a content one line of Latin-1 that starts with no space.
func (r *Request) Set(name, content string) bool {
	sent, err := charmap.ISO8859_1.NewEncoder().String(content)
	bad := func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
	if err != nil || !IsToken(name) || strings.ContainsFunc(content, bad) || strings.TrimLeft(content, " \t") != content {
		return false
	}
	r.Drop(name)
	switch lower := strings.ToLower(name); {
	case lower == "host":
		r.host = sent
	case strings.Contains(lookedUp, "|"+lower+"|"):
		r.header.Set(name, sent)
	default:
		r.header[name] = []string{sent}
	}
	return true
}

// Has tells whether a header is sent, however it is spelt.
func (r *Request) Has(name string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(r.header)), func(present string) bool { return strings.EqualFold(present, name) })
}

// Drop takes a header out, however it is spelt.
func (r *Request) Drop(name string) {
	maps.DeleteFunc(r.header, func(present string, _ []string) bool { return strings.EqualFold(present, name) })
	if strings.EqualFold(name, "User-Agent") {
		r.header["User-Agent"] = nil // else net/http sends its own
	}
}

// IsToken tells whether a text is one token of HTTP (RFC 9110): a method or the name of a header.
func IsToken(word string) bool {
	bad := func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c) }
	return word != "" && !strings.ContainsFunc(word, bad)
}

// maxRedirects is how often an answer may redirect, as in requests.
const maxRedirects = 30

// Do sends the request, follows redirects and retries. Cookies that a server sets on
// the way are sent to the servers that they are for. Do ends with ctx, and then
// returns ctx's error; the other errors are described above. An answer without its body comes
// with ErrTooLarge.
func (r *Request) Do(ctx context.Context) (*Response, error) { return r.do(ctx, r.transport()) }

func (r *Request) do(ctx context.Context, over *http.Transport) (*Response, error) {
	transport := &persistent{Transport: over, retries: r.Retries}
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(got httptrace.GotConnInfo) { transport.over, _ = got.Conn.(*conn) },
	})
	request, err := http.NewRequestWithContext(traced, r.Method, "", strings.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	address := *r.URL
	address.User = nil
	request.URL, request.Header, request.Host = &address, r.header, r.host
	if password, whole := r.URL.User.Password(); whole && r.URL.User.String() != ":" {
		request.SetBasicAuth(r.URL.User.Username(), password)
	}
	jar, _ := cookiejar.New(nil) // never fails
	client := http.Client{Transport: transport, CheckRedirect: r.redirect, Jar: jar}
	answer, err := client.Do(request)
	if err == nil {
		var response *Response
		if response, err = r.response(answer, transport.header); err == nil || errors.Is(err, ErrTooLarge) {
			return response, err
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, explain(err)
}

// redirect changes the request that net/http sends next into the one that Python's
// requests sends. A password goes only to the server that it was given for.
func (r *Request) redirect(next *http.Request, before []*http.Request) error {
	if len(before) > maxRedirects {
		return fmt.Errorf("%w: the server redirects more than %d times", ErrUnusable, maxRedirects)
	}
	address, err := ParseURL(next.URL.String())
	if err != nil {
		return fmt.Errorf("%w: the redirect cannot be followed: %v", ErrUnusable, err)
	}
	address.User = nil
	next.URL, next.Host = address, r.host
	if slices.ContainsFunc(before, func(b *http.Request) bool { return !sameServer(b.URL, address) }) {
		next.Header.Del("Authorization")
	}
	next.Header.Del("Cookie") // the jar has those that the next server gets
	if r.header.Get("Referer") == "" {
		next.Header.Del("Referer")
	}
	last := before[len(before)-1]
	if next.Response.StatusCode == http.StatusMovedPermanently && last.Method != http.MethodPost {
		next.Method = last.Method
	}
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

// portOf is the port of a URL, also where it is not written.
func portOf(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// explain makes an error of this package, or one that says what happened and
// does not repeat the address.
func explain(err error) error {
	var network net.Error
	var op *net.OpError
	var dns *net.DNSError
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.Is(err, ErrUnusable), errors.Is(err, ErrTooLarge):
		return err
	case !isDialError(err) && errors.As(err, &network) && network.Timeout():
		return ErrTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection ended in the middle of the answer")
	case errors.Is(err, io.EOF):
		return errors.New("the server closed the connection without an answer")
	case errors.As(err, &dns): // without the name: it may be a part of a secret
		return errors.New(dns.Err)
	case errors.As(err, &op): // "dial tcp [::1]:8080: connect: connection refused"
		return op.Err
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return errors.New("the headers of the answer do not end")
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// longestPause bounds the pause that a server asks for, as in Python's urllib3.
const longestPause = 6 * time.Hour

// persistent is a transport that retries: when a request that may be repeated failed,
// and when a busy server names a time with Retry-After.
type persistent struct {
	*http.Transport
	retries int
	over    *conn   // the latest; nil for a proxy's tunnel: net/http puts a TLS connection of its own around ours
	header  []Field // of the latest answer
}

// RoundTrip returns the last answer. It ends with the context of the request.
func (p *persistent) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme == "https" {
		if err := readable(p.TLSClientConfig); err != nil {
			return nil, err
		}
	}
	for left := p.retries; ; left-- {
		answer, err := p.Transport.RoundTrip(request)
		if err == nil {
			if p.header, err = p.over.fields(answer); err != nil {
				answer.Body.Close()
				answer = nil
			}
		}
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
