package provider

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"testing"
)

func loop(b *testing.B, c *http.Client, ctx func() context.Context) {
	server := httptest.NewServer(http.HandlerFunc(answerShort))
	defer server.Close()
	for b.Loop() {
		r, _ := http.NewRequestWithContext(ctx(), "GET", server.URL+"/", nil)
		answer, err := c.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		io.ReadAll(answer.Body)
		answer.Body.Close()
	}
}

func BenchmarkT0(b *testing.B) { loop(b, http.DefaultClient, b.Context) }
func BenchmarkT1(b *testing.B) {
	t := newTransport(&tls.Config{})
	t.DialContext = nil
	loop(b, &http.Client{Transport: t}, b.Context)
}
func BenchmarkT2(b *testing.B) {
	loop(b, &http.Client{Transport: newTransport(&tls.Config{})}, b.Context)
}
func BenchmarkT3(b *testing.B) {
	loop(b, &http.Client{Transport: newTransport(&tls.Config{})}, func() context.Context { c, _ := withTap(b.Context(), limits{}); return c })
}
func BenchmarkT4(b *testing.B) {
	t := newTransport(&tls.Config{})
	t.DialContext = nil
	loop(b, &http.Client{Transport: t}, func() context.Context {
		return httptrace.WithClientTrace(b.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {}})
	})
}
func BenchmarkT5(b *testing.B) {
	t := newTransport(&tls.Config{})
	t.DialContext = func(ctx context.Context, n, a string) (net.Conn, error) { return (&net.Dialer{}).DialContext(ctx, n, a) }
	loop(b, &http.Client{Transport: t}, b.Context)
}
