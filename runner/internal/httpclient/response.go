package httpclient

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Response is a whole answer.
type Response struct {
	Code   int
	Status string   // "404 Not Found"
	URL    *url.URL // that of the last request, after redirects
	Header []Field  // in the server's order and spelling
	Body   []byte   // unpacked
}

// Field is a header. One that came more than once stands at its first place, its
// contents with ", " between them.
type Field struct{ Name, Content string }

// Get returns the content of a header, empty where there is none.
func (r *Response) Get(name string) string {
	if i := indexOf(r.Header, name); i >= 0 {
		return r.Header[i].Content
	}
	return ""
}

// response reads an answer to its end.
func (r *Request) response(answer *http.Response, header []Field) (*Response, error) {
	defer answer.Body.Close()
	response := &Response{Code: answer.StatusCode, Status: answer.Status, URL: answer.Request.URL, Header: header}
	if answer.StatusCode == http.StatusSwitchingProtocols { // its body would be the connection
		return response, nil
	}
	body, err := readAll(answer.Body, r.MaxBody)
	if err == nil {
		response.Body, err = decoded(body, response.Get("Content-Encoding"), r.MaxBody)
	}
	return response, err
}

// indexOf is the place of a header, below zero where there is none.
func indexOf(header []Field, name string) int {
	return slices.IndexFunc(header, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// long is the length of a body, in bytes, that counts among what the program may take in all.
const long = 16 << 20

// readAll reads to the end, or returns ErrTooLarge after limit bytes.
func readAll(from io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(from, limit+1))
	if len(b) > long {
		runtime.GC() // as many bytes were left on the way: on a busy machine they would stay for a while
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, limit>>20)
	}
	return b, err
}

// decoded undoes what Content-Encoding names. An encoding that was not asked for stays.
func decoded(body []byte, encoding string, limit int64) ([]byte, error) {
	var from io.Reader
	var err error
	switch name := strings.ToLower(strings.TrimSpace(encoding)); {
	case len(body) == 0:
		return body, nil
	case name == "gzip", name == "x-gzip":
		from, err = gzip.NewReader(bytes.NewReader(body))
	case name == "deflate":
		from, err = zlib.NewReader(bytes.NewReader(body))
	default:
		return body, nil
	}
	if err == nil {
		body, err = readAll(from, limit)
		// As for zlib, the end may be missing, or have more behind it.
		if errors.Is(err, io.ErrUnexpectedEOF) || len(body) > 0 && errors.Is(err, gzip.ErrHeader) {
			return body, nil
		}
	}
	if err != nil && !errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("%w: it calls itself %s and is not: %v", ErrUnusable, encoding, err)
	}
	return body, err
}

// transport makes a new connection for each request, with the request's time limits.
// It keeps none: an older connection could answer from before the fault.
func (r *Request) transport() *http.Transport {
	plain := &net.Dialer{Timeout: r.ConnectTimeout}
	return &http.Transport{
		Proxy:                  r.proxy,
		DialContext:            r.watching(plain.DialContext),
		DialTLSContext:         r.watching((&tls.Dialer{NetDialer: plain, Config: r.TLS}).DialContext),
		TLSClientConfig:        r.TLS, // through a proxy
		TLSHandshakeTimeout:    r.ConnectTimeout,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    -1, // and not DisableKeepAlives, which sends "Connection: close"
		MaxResponseHeaderBytes: 1 << 20,
		ReadBufferSize:         1 << 10, // a long body is read past it
		WriteBufferSize:        1 << 10,
	}
}

// watching makes each connection a conn. connect and its result are what net/http dials with.
func (r *Request) watching(connect func(ctx context.Context, network, address string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		raw, err := connect(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &conn{Conn: raw, connect: r.ConnectTimeout, read: r.ReadTimeout, asked: make(chan struct{})}, nil
	}
}

// conn is a connection for one request. It keeps the headers of the answer as
// they came, which net/http respells and sorts.
type conn struct {
	net.Conn
	connect, read time.Duration // limits; 0: none

	asked    chan struct{} // closed once the request is being sent
	once     sync.Once
	block    []byte // what was read until the answer's headers had come
	answered bool   // they have
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
	if !c.answered {
		c.block = append(c.block, p[:n]...)
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

var (
	// interim begins a head that comes before the answer's, such as "100 Continue".
	interim   = regexp.MustCompile(`^[^ ]+ 1(?:0[^1]|[1-9][0-9])(?:[^0-9]|$)`)
	emptyLine = regexp.MustCompile("\n\r?\n")
)

// Limits of Python's http.client for the head of an answer.
const maxHeaders, maxLine = 99, 1<<16 - 1 // lines, and bytes of a line without its end

// fields are the headers of the answer, or the reason why Python takes no such answer.
// Call it once the answer has come: what is read from then on is the body, and is not kept.
func (c *conn) fields(answer *http.Response) (header []Field, err error) {
	if answer.ProtoMajor != 1 && answer.Proto != "HTTP/0.9" || answer.StatusCode < 100 {
		return nil, fmt.Errorf("the answer begins with %s %s, which is not HTTP/1.1", answer.Proto, answer.Status)
	}
	if c == nil {
		for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
			header = append(header, Field{name, strings.Join(answer.Header[name], ", ")})
		}
		return header, nil
	}
	c.answered = true
	var lines []string
	for _, head := range emptyLine.Split(string(c.block), -1) {
		lines = strings.Split(head, "\n")
		if len(lines)-1 > maxHeaders || slices.ContainsFunc(lines, func(line string) bool { return len(line) > maxLine }) {
			return nil, fmt.Errorf("the answer has more than %d headers, or one of more than %d bytes", maxHeaders, maxLine)
		}
		if !interim.MatchString(head) {
			break
		}
	}
	for _, line := range lines[1:] {
		name, content, ok := strings.Cut(strings.TrimRight(line, "\r"), ":")
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
	return header, nil
}
