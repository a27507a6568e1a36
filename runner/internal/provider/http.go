package provider

import (
	"context"
	"net/http"
	"net/url"
	"sync/atomic"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// httpClient is what the requests of a run share.
type httpClient struct {
	usual http.Header
	wires wires
	last  atomic.Pointer[reading]
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
	u, err := parseAddress(written)
	if err == nil {
		c.last.Store(&reading{written, *u})
	}
	return u, err
}

func (p *Providers) request(ctx context.Context, a *experiment.Activity) (any, error) {
	e, err := p.exchange(a)
	if err != nil {
		return nil, err
	}
	answer, err := e.send(ctx)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	headers := e.headers(answer)
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
