package httpclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strings"
	"sync"
	"time"
)

const maxHeaders = 1 << 20 // bytes

// transport makes a connection for each request, and lets it time out as the
// request says. It keeps none: a connection that is older than a fault would
// tell of the time before.
func (r *Request) transport() *http.Transport {
	plain := &net.Dialer{Timeout: r.ConnectTimeout}
	return &http.Transport{
		Proxy:                  r.proxy,
		DialContext:            r.watching(plain),
		DialTLSContext:         r.watching(&tls.Dialer{NetDialer: plain, Config: r.TLS}),
		TLSClientConfig:        r.TLS, // through a proxy
		TLSHandshakeTimeout:    r.ConnectTimeout,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    -1, // and not DisableKeepAlives, which sends "Connection: close"
		MaxResponseHeaderBytes: maxHeaders,
		ReadBufferSize:         1 << 10, // a long body is read past it
		WriteBufferSize:        1 << 10,
	}
}

// dialer is a net.Dialer or a tls.Dialer.
type dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// watching makes each connection of a dialer a conn.
func (r *Request) watching(d dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &conn{Conn: raw, connect: r.ConnectTimeout, read: r.ReadTimeout, asked: make(chan struct{})}, nil
	}
}

// tracing notes which connection is used. A proxy's tunnel is left out: net/http
// puts a TLS connection of its own around ours.
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
	whole bool   // block has all of them
}

// Write gives a server that takes nothing the time that connecting may take.
func (c *conn) Write(p []byte) (int, error) {
	c.once.Do(func() { close(c.asked) })
	if c.connect > 0 {
		c.SetWriteDeadline(time.Now().Add(c.connect)) // a connection that is gone says so when used
	}
	n, err := c.Conn.Write(p)
	c.await()
	return n, err
}

// Read holds back what a server sends before it was asked, such as a script's
// fixed answer through netcat. net/http would take it for a fault.
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

// Close also ends a Read that waits.
func (c *conn) Close() error {
	c.once.Do(func() { close(c.asked) })
	return c.Conn.Close()
}

var emptyLine = regexp.MustCompile("\n\r?\n")

// keep collects the headers, and forgets those that come before the answer's,
// such as "100 Continue".
func (c *conn) keep(p []byte) {
	from := max(len(c.block)-2, 0) // no empty line ends before it
	c.block = append(c.block, p...)
	for {
		end := emptyLine.FindIndex(c.block[from:])
		if end == nil {
			c.whole = len(c.block) > maxHeaders
			return
		}
		head := c.block[:from+end[1]]
		_, status, _ := bytes.Cut(head, []byte(" "))
		if !bytes.HasPrefix(status, []byte("1")) || bytes.HasPrefix(status, []byte("101")) {
			c.block, c.whole = head, true
			return
		}
		from, c.block = 0, c.block[len(head):]
	}
}

// fields are the headers that came; none where not all of them did.
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
