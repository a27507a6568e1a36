package httpclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// canned is a connection on which a server has said what it says, whatever it is asked.
type canned struct {
	io.Reader
	net.Conn
}

func (c canned) Read(p []byte) (int, error)     { return c.Reader.Read(p) }
func (canned) Write(p []byte) (int, error)      { return len(p), nil }
func (canned) Close() error                     { return nil }
func (canned) SetDeadline(time.Time) error      { return nil }
func (canned) SetReadDeadline(time.Time) error  { return nil }
func (canned) SetWriteDeadline(time.Time) error { return nil }
func (canned) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (canned) RemoteAddr() net.Addr             { return &net.TCPAddr{} }

// FuzzAnswer: whatever a server says, there is an answer within the limits, or an error in one line.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{"", "HTTP/1.1 200 OK\r\n\r\nbody", "HTTP/1.1 200\nA: 1\na : 2\n\nx", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 X\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: //[::1]:70000/\r\n\r\n", "HTTP/1.0 301 X\r\nLocation: /again\r\nSet-Cookie: a=b; Domain=h\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nx", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", "HTTP/0.9 200 x\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00", "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n\x78\x9c\x03\x00", "hello\r\n"} {
		f.Add([]byte(text), "http://h:1/a?b#c")
	}
	f.Fuzz(func(t *testing.T, text []byte, written string) {
		address, err := ParseURL(written)
		if err != nil {
			if !strings.Contains(err.Error(), written) {
				t.Fatalf("%q: %v", written, err)
			}
			return
		}
		if address.Hostname() == "" {
			t.Fatalf("%q is %v", written, address)
		}
		r := New(http.MethodGet, address)
		r.MaxBody, r.proxy = 1000, nil
		asked := 0
		transport := r.transport()
		transport.DialContext = r.watching(func(context.Context, string, string) (net.Conn, error) {
			asked++
			return canned{Reader: bufio.NewReader(bytes.NewReader(text))}, nil
		})
		transport.DialTLSContext = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no TLS here") }
		answer, err := r.do(t.Context(), transport)
		switch {
		case asked > maxRedirects+1:
			t.Fatalf("%q: asked %d times", text, asked)
		case (answer == nil) == (err == nil):
			t.Fatalf("%q: %v %v", text, answer, err)
		case err != nil && (err.Error() == "" || strings.Contains(err.Error(), "\n")):
			t.Fatalf("%q: %q", text, err)
		case err == nil && (len(answer.Body) > 1000 || answer.Code < 100):
			t.Fatalf("%q: %+v", text, answer)
		}
	})
}
