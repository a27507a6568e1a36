package provider

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// send follows redirects to the last answer.
func (e *exchange) send(ctx context.Context) (*http.Response, error) {
	var transport http.RoundTripper = e
	if e.retries > 0 {
		transport = persistent{e, e.retries}
	}
	client := http.Client{Transport: transport, CheckRedirect: redirected, Jar: &cookies{}}
	request, err := e.newRequest(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, e.failure(ctx, err)
	}
	return answer, nil
}

// RoundTrip makes one request over an idle connection or a new one.
func (e *exchange) RoundTrip(request *http.Request) (*http.Response, error) {
	if proxy, err := http.ProxyFromEnvironment(request); proxy != nil || err != nil {
		return e.throughProxy(request, proxy, err)
	}
	key := wireKey{request.URL.Scheme, request.URL.Host, e.trust}
	if request.Body == nil && repeatable(request.Method) {
		if w := e.wires.take(key); w != nil {
			answer, err := e.ask(w, request)
			if err == nil || !isStale(err) {
				return answer, err
			}
		}
	}
	w, err := e.wires.connect(request.Context(), request.URL, key, e.limits)
	if err != nil {
		return nil, err
	}
	return e.ask(w, request)
}

func (e *exchange) ask(w *wire, request *http.Request) (answer *http.Response, err error) {
	answer, e.block, err = w.ask(request, e.limits, e.wires.put)
	return answer, err
}

// isStale tells that nothing came back over a connection: the server had closed
// it, as it may.
func isStale(err error) bool {
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.As(err, &op) && !op.Timeout()
}

// throughProxy leaves the proxies that HTTP_PROXY and its like name to net/http,
// and with them the spelling of headers.
func (e *exchange) throughProxy(request *http.Request, proxy *url.URL, err error) (*http.Response, error) {
	if err != nil {
		return nil, err
	}
	config, err := tlsConfig(e.trust)
	if err != nil {
		return nil, err
	}
	e.block = ""
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: config, DisableKeepAlives: true, DisableCompression: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{Timeout: e.limits.connect}).DialContext(ctx, network, address)
			return patientConn{conn, e.limits.read}, err
		}}
	return transport.RoundTrip(request)
}

// patientConn waits so long for each piece, or for ever.
type patientConn struct {
	net.Conn
	limit time.Duration
}

func (c patientConn) Read(p []byte) (int, error) {
	if c.limit > 0 {
		c.SetReadDeadline(time.Now().Add(c.limit))
	}
	return c.Conn.Read(p)
}

// headers are those of the answer, as the server wrote them where we know it.
func (e *exchange) headers(answer *http.Response) *value.Map {
	if m := headersOf(e.block); m.Len() > 0 {
		return m
	}
	m := &value.Map{}
	for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
		m.Set(name, strings.Join(answer.Header[name], ", "))
	}
	return m
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

// read takes the whole body, and undoes what Content-Encoding names.
func (e *exchange) read(ctx context.Context, answer *http.Response) ([]byte, error) {
	body, err := readAll(answer.Body, answer.ContentLength, maxOutput)
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
