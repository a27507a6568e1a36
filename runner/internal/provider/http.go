package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// httpClient makes requests over connections that it keeps for the next one.
//
// The toolkit connects anew each time. So does this client wherever that can
// make a difference: a connection that outlives what a fault took away would
// tell of the time before.
type httpClient struct {
	usual    http.Header
	kept     atomic.Pointer[connections]
	last     atomic.Pointer[reading]
	changing atomic.Int32 // activities under way that may change the system
}

// reading is an address and what it was read as: an experiment asks few.
type reading struct {
	written string
	url     url.URL
}

// address is a URL of the caller's own.
func (c *httpClient) address(written string) (*url.URL, error) {
	if last := c.last.Load(); last != nil && last.written == written {
		again := last.url
		return &again, nil
	}
	u, err := Address(written)
	if err == nil {
		c.last.Store(&reading{written, *u})
	}
	return u, err
}

type connections struct{ verified, unverified *http.Transport }

// onlyAsks tells whether an activity leaves the system, and so the connections
// to it, as they are.
func onlyAsks(a *experiment.Activity) bool {
	if a.Type == experiment.Action || a.ProviderType() != "http" {
		return false
	}
	method := methodOf(a)
	return method == http.MethodGet || method == http.MethodHead
}

// change frames what may change the system: whatever is asked while it is under
// way, and afterwards, is asked over new connections.
func (c *httpClient) change() (done func()) {
	c.changing.Add(1)
	c.forget()
	return func() {
		c.forget()
		c.changing.Add(-1)
	}
}

// forget closes the idle connections at once, and those in use when they become
// idle: nobody asks these transports for a connection any more.
func (c *httpClient) forget() {
	if old := c.kept.Swap(nil); old != nil {
		old.verified.CloseIdleConnections()
		old.unverified.CloseIdleConnections()
	}
}

// transport is chosen by verify_tls, which is a switch or, as for
// python-requests, the path of a file of certificates to trust.
func (c *httpClient) transport(verify any) (*http.Transport, error) {
	if c.changing.Load() > 0 {
		c.forget()
	}
	if path, ok := verify.(string); ok && path != "" {
		return trusting(path)
	}
	for {
		kept := c.kept.Load()
		switch {
		case kept == nil:
			c.kept.CompareAndSwap(nil, &connections{newTransport(&tls.Config{}), newTransport(&tls.Config{InsecureSkipVerify: true})})
		case verify == nil || value.Truthy(verify):
			return kept.verified, nil
		default:
			return kept.unverified, nil
		}
	}
}

func trusting(path string) (*http.Transport, error) {
	certificates, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("verify_tls is neither true nor false nor a file of certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("verify_tls names the file '%s', which holds no certificate", path)
	}
	t := newTransport(&tls.Config{RootCAs: pool})
	t.DisableKeepAlives = true
	return t, nil
}

func newTransport(config *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:              http.ProxyFromEnvironment,
		DialContext:        dialTapped,
		DialTLSContext:     dialTLS(config),
		TLSClientConfig:    config, // through a proxy
		IdleConnTimeout:    time.Second,
		DisableCompression: true, // read undoes it, and keeps the header that says so
	}
}

func (p *Providers) request(ctx context.Context, a *experiment.Activity) (any, error) {
	e, err := p.exchange(a)
	if err != nil {
		return nil, err
	}
	answer, tap, err := e.send(ctx)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	headers := tap.headers(answer.Header)
	body, err := e.read(ctx, answer)
	if err != nil {
		return nil, err
	}
	content, err := bodyOf(answer, body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode > 399 && !a.HasTolerance {
		p.Log.Warn("This HTTP call returned a response with a HTTP status code above 400. " +
			"This may indicate some error and not what you expected. Please have a look at the logs.")
	}
	return value.MapOf("status", int64(answer.StatusCode), "headers", headers, "body", content), nil
}
