package httpclient

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

const maxHeaders = 1 << 20 // bytes

// transport makes a connection for each request, and lets it time out as the
// request says. It keeps none: a connection that is older than a fault would
// tell of the time before.
func (r *Request) transport() *http.Transport {
	t := &http.Transport{
		Proxy:               r.proxy,
		TLSClientConfig:     r.TLS,
		TLSHandshakeTimeout: r.ConnectTimeout,
		DisableCompression:  true,
		MaxIdleConnsPerHost: -1, // and not DisableKeepAlives, which sends "Connection: close"

		ReadBufferSize:  1 << 10, // more is read past the buffer
		WriteBufferSize: 1 << 10,

		MaxResponseHeaderBytes: maxHeaders,
	}
	if t.Proxy == nil {
		t.Proxy = http.ProxyFromEnvironment
	}
	dialer := &net.Dialer{Timeout: r.ConnectTimeout}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return r.watched(raw), nil
	}
	t.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		secure, err := r.secured(ctx, raw, address)
		if err != nil {
			raw.Close()
			return nil, err
		}
		return r.watched(secure), nil
	}
	return t
}

func (r *Request) secured(ctx context.Context, raw net.Conn, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	config := cmp.Or(r.TLS, &tls.Config{}).Clone()
	config.ServerName = host
	if r.ConnectTimeout > 0 {
		raw.SetDeadline(time.Now().Add(r.ConnectTimeout))
	}
	secure := tls.Client(raw, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secure, raw.SetDeadline(time.Time{})
}

func (r *Request) watched(raw net.Conn) *conn {
	return &conn{Conn: raw, connect: r.ConnectTimeout, read: r.ReadTimeout, asked: make(chan struct{})}
}

// tracing notes which connection is used. One through a proxy's tunnel is not
// ours, and is left out.
func tracing(ctx context.Context, over **conn) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		*over, _ = got.Conn.(*conn)
	}})
}

// conn is a connection for one request. It keeps the headers of the answer as
// they came, which net/http respells and sorts.
type conn struct {
	net.Conn
	connect, read time.Duration // limits; 0: none

	asked chan struct{} // closed once the request is being sent
	once  sync.Once
	block []byte // the answer up to the end of its headers
	whole bool   // whether block is
}

// Write waits no longer for a server that takes nothing than for a connection.
func (c *conn) Write(p []byte) (int, error) {
	c.once.Do(func() { close(c.asked) })
	if c.connect > 0 {
		c.SetWriteDeadline(time.Now().Add(c.connect)) // a connection that is gone says so when used
	}
	n, err := c.Conn.Write(p)
	c.await()
	return n, err
}

// Read keeps what a hasty server sends before it was asked until then: net/http
// takes it for a fault.
func (c *conn) Read(p []byte) (int, error) {
	c.await()
	n, err := c.Conn.Read(p)
	<-c.asked
	if !c.whole {
		c.keep(p[:n])
	}
	return n, err
}

// await gives the next piece of the answer its time, from now on.
func (c *conn) await() {
	if c.read > 0 {
		c.SetReadDeadline(time.Now().Add(c.read))
	}
}

// Close ends whatever waits.
func (c *conn) Close() error {
	c.once.Do(func() { close(c.asked) })
	return c.Conn.Close()
}

// keep collects the headers, and forgets those that come before the answer's,
// such as "100 Continue".
func (c *conn) keep(p []byte) {
	c.block = append(c.block, p...)
	for {
		end := endOfHeaders(c.block)
		if end < 0 {
			c.whole = len(c.block) > maxHeaders
			return
		}
		_, status, _ := bytes.Cut(c.block, []byte(" "))
		if !bytes.HasPrefix(status, []byte("1")) || bytes.HasPrefix(status, []byte("101")) {
			c.block, c.whole = c.block[:end], true
			return
		}
		c.block = c.block[end:]
	}
}

// endOfHeaders is where the first empty line ends, or below zero.
func endOfHeaders(b []byte) int {
	end := bytes.Index(b, []byte("\n\r\n"))
	if end >= 0 {
		end += 3
		b = b[:end]
	}
	if bare := bytes.Index(b, []byte("\n\n")); bare >= 0 {
		return bare + 2
	}
	return end
}

// fields are the headers that came; none where they did not come whole.
func (c *conn) fields() (header []Field) {
	if c == nil || !c.whole {
		return nil
	}
	_, lines, _ := strings.Cut(string(c.block), "\n")
	for line := range strings.Lines(lines) {
		name, content, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if !ok || name == "" || name[0] <= ' ' {
			continue
		}
		content = strings.TrimLeft(content, " \t")
		if i := indexOf(header, name); i >= 0 {
			header[i].Content += ", " + content
		} else {
			header = append(header, Field{name, content})
		}
	}
	return header
}
