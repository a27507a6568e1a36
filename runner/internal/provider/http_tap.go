package provider

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/value"
)

// tap reads along on a connection, because an output's headers stand there as
// the server spelt and ordered them, which net/http does not keep. It also
// holds each wait to the activity's timeout.
type tap struct {
	limits limits

	mu    sync.Mutex
	heard []byte // what came before the end of the answer's headers
	block string // the headers, with the answer's first line
	whole bool   // no more of them will come
}

type tapKey struct{}

// withTap makes a context whose requests are read along.
func withTap(ctx context.Context, l limits) (context.Context, *tap) {
	t := &tap{limits: l}
	ctx = context.WithValue(ctx, tapKey{}, t)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: t.begin}), t
}

func limitsOf(ctx context.Context) limits {
	if t, ok := ctx.Value(tapKey{}).(*tap); ok {
		return t.limits
	}
	return limits{}
}

func dialTapped(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: limitsOf(ctx).connect}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &tappedConn{Conn: conn}, nil
}

// dialTLS does the handshake itself, so that the tap sits where the text is.
func dialTLS(config *tls.Config) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		limit := limitsOf(ctx).connect
		conn, err := (&net.Dialer{Timeout: limit}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if limit > 0 {
			conn.SetDeadline(time.Now().Add(limit))
		}
		config := config.Clone()
		config.ServerName, _, _ = net.SplitHostPort(address)
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, err
		}
		conn.SetDeadline(time.Time{})
		return &tappedConn{Conn: secure}, nil
	}
}

// begin starts to listen on the connection that the next request goes over: a
// new one or an old one. What TLS through a proxy hides stays as net/http tells
// it.
func (t *tap) begin(info httptrace.GotConnInfo) {
	conn := info.Conn
	secure, hidden := conn.(*tls.Conn)
	if hidden {
		conn = secure.NetConn()
	}
	t.mu.Lock()
	t.heard, t.block, t.whole = nil, "", hidden
	t.mu.Unlock()
	if tapped, ok := conn.(*tappedConn); ok {
		tapped.begin(t)
	}
}

// hear keeps what belongs to the headers. A "100 Continue" comes before the
// answer and is none.
func (t *tap) hear(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.whole {
		return
	}
	if len(t.heard) > 0 {
		p = append(t.heard, p...)
	}
	for end := endOfHeaders(p); end >= 0; end = endOfHeaders(p) {
		if !isInterim(p) {
			t.block, t.heard, t.whole = string(p[:end]), nil, true
			return
		}
		p = p[end:]
	}
	t.heard = slices.Clone(p)
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

func isInterim(b []byte) bool {
	_, status, _ := bytes.Cut(b, []byte(" "))
	return bytes.HasPrefix(status, []byte("1")) && !bytes.HasPrefix(status, []byte("101"))
}

// headers returns the answer's headers as they were sent: those that came more
// than once on one line, as HTTP allows.
func (t *tap) headers(known http.Header) *value.Map {
	t.mu.Lock()
	_, lines, _ := strings.Cut(t.block, "\n")
	t.mu.Unlock()
	m := &value.Map{}
	for lines != "" {
		var line string
		line, lines, _ = strings.Cut(lines, "\n")
		name, content, ok := strings.Cut(strings.TrimSuffix(line, "\r"), ":")
		if ok && name != "" && name[0] != ' ' && name[0] != '\t' {
			addHeader(m, name, headerText(strings.TrimLeft(content, " \t")))
		}
	}
	if m.Len() > 0 {
		return m
	}
	var names []string
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		m.Set(name, strings.Join(known[name], ", "))
	}
	return m
}

// headerText reads what is no UTF-8 as Latin-1, as bodies are read.
func headerText(content string) string {
	if utf8.ValidString(content) {
		return content
	}
	return latin1([]byte(content))
}

func addHeader(m *value.Map, name, content string) {
	for known, earlier := range m.All() {
		if strings.EqualFold(known, name) {
			m.Set(known, earlier.(string)+", "+content)
			return
		}
	}
	m.Set(name, content)
}

// tappedConn is a connection on which one tap after the other listens.
type tappedConn struct {
	net.Conn

	mu    sync.Mutex
	tap   *tap
	timed bool // has a deadline
}

func (c *tappedConn) begin(t *tap) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tap = t; c.timed {
		c.Conn.SetDeadline(time.Time{})
	}
	c.timed = t.limits != limits{}
	c.await(t.limits.read, c.Conn.SetReadDeadline)
}

// await moves a deadline: a wait under way is held to it as well.
func (c *tappedConn) await(limit time.Duration, move func(time.Time) error) {
	if limit > 0 {
		move(time.Now().Add(limit)) // a connection that is gone says so when used
	}
}

// Read passes on what it reads to the tap.
func (c *tappedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if n > 0 && c.tap != nil {
		c.tap.hear(p[:n])
		c.await(c.tap.limits.read, c.Conn.SetReadDeadline)
	}
	return n, err
}

// Write waits no longer for a server that takes nothing than for a connection.
func (c *tappedConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.tap != nil {
		c.await(c.tap.limits.connect, c.Conn.SetWriteDeadline)
	}
	c.mu.Unlock()
	return c.Conn.Write(p)
}
