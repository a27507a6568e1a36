package provider

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/value"
)

const (
	bufferSize = 16 << 10 // headers beyond it get net/http's spelling
	maxHeaders = 1 << 20  // bytes
)

// wire is one connection, used for one request at a time and by the goroutine
// that makes it. net/http's own Transport would do, but for two things: it does
// not keep the names of headers as the server spelt and ordered them, and its
// two goroutines for each connection are a quarter of a short request's time.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
	out  *bufio.Writer

	key    wireKey
	age    int
	expire *time.Timer // runs while the wire is idle

	request *http.Request
	limits  limits
	timed   bool        // has a deadline
	uncut   func() bool // ends the watch over the request's context
	left    int         // bytes of headers that the answer may still have
}

func newWire(conn net.Conn) *wire {
	w := &wire{conn: conn}
	w.in, w.out = bufio.NewReaderSize(w, bufferSize), bufio.NewWriter(w)
	return w
}

// ask makes one request. The answer's headers are returned a second time as the
// server wrote them. The wire is free for the next request, or closed, once the
// answer's body is: done says which.
func (w *wire) ask(request *http.Request, l limits, done func(*wire, bool)) (*http.Response, string, error) {
	w.begin(request, l)
	unsent := request.Write(w.out)
	if unsent == nil {
		unsent = w.out.Flush()
	}
	answer, block, err := w.answer(request) // may be there although not all was taken
	if err != nil {
		w.end(false, done)
		switch {
		case w.left < 0:
			err = errors.New("the headers of the answer do not end")
		case unsent != nil && errors.Is(err, io.EOF):
			err = unsent
		}
		return nil, "", err
	}
	w.left = math.MaxInt
	reusable := !answer.Close && unsent == nil
	if answer.Body == http.NoBody {
		w.end(reusable, done)
	} else {
		answer.Body = &answerBody{ReadCloser: answer.Body, end: func(whole bool) { w.end(whole && reusable, done) }}
	}
	return answer, block, nil
}

func (w *wire) begin(request *http.Request, l limits) {
	if w.timed {
		w.conn.SetDeadline(time.Time{})
	}
	w.request, w.limits, w.left = request, l, maxHeaders
	w.timed = l != limits{}
	w.uncut = context.AfterFunc(request.Context(), w.cut)
}

// cut makes whoever waits for the wire wait no longer.
func (w *wire) cut() { w.conn.SetDeadline(time.Unix(1, 0)) }

func (w *wire) end(reusable bool, done func(*wire, bool)) {
	done(w, w.uncut() && reusable && w.in.Buffered() == 0)
}

// answer skips what comes before it, such as "100 Continue".
func (w *wire) answer(request *http.Request) (*http.Response, string, error) {
	for {
		block, err := w.peek()
		if err != nil {
			return nil, "", err
		}
		answer, err := http.ReadResponse(w.in, request)
		if err != nil || answer.StatusCode >= 200 || answer.StatusCode == http.StatusSwitchingProtocols {
			return answer, block, err
		}
	}
}

// peek waits for all headers and leaves them where they are. Those that are too
// long, or end too early, are left to net/http.
func (w *wire) peek() (string, error) {
	for {
		ready, _ := w.in.Peek(w.in.Buffered())
		if end := endOfHeaders(ready); end >= 0 {
			return string(ready[:end]), nil
		}
		switch _, err := w.in.Peek(len(ready) + 1); {
		case errors.Is(err, bufio.ErrBufferFull), err == io.EOF && len(ready) > 0:
			return "", nil
		case err != nil:
			return "", err
		}
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

// Read waits for each piece of an answer as long as the activity's timeout says.
func (w *wire) Read(p []byte) (int, error) {
	if w.left < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	w.await(w.limits.read, w.conn.SetReadDeadline)
	n, err := w.conn.Read(p)
	w.left -= n
	return n, err
}

// Write waits no longer for a server that takes nothing than for a connection.
func (w *wire) Write(p []byte) (int, error) {
	w.await(w.limits.connect, w.conn.SetWriteDeadline)
	return w.conn.Write(p)
}

func (w *wire) await(limit time.Duration, move func(time.Time) error) {
	if limit <= 0 {
		return
	}
	move(time.Now().Add(limit)) // a connection that is gone says so when used
	if w.request.Context().Err() != nil {
		w.cut() // again: it may have been before
	}
}

// answerBody tells when it has been read, or will not be.
type answerBody struct {
	io.ReadCloser
	end func(whole bool)
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.finish(err == io.EOF)
	}
	return n, err
}

// Close does not read what is left, as net/http would: that may never end.
func (b *answerBody) Close() error {
	b.finish(false)
	return nil
}

func (b *answerBody) finish(whole bool) {
	if b.end != nil {
		b.end(whole)
		b.end = nil
	}
}

// headersOf reads a block of headers: those that came more than once stand on one
// line, as HTTP allows.
func headersOf(block string) *value.Map {
	m := &value.Map{}
	_, lines, _ := strings.Cut(block, "\n")
	for lines != "" {
		var line string
		line, lines, _ = strings.Cut(lines, "\n")
		name, content, ok := strings.Cut(strings.TrimSuffix(line, "\r"), ":")
		if ok && name[:min(1, len(name))] > " " {
			addHeader(m, name, headerText(strings.TrimLeft(content, " \t")))
		}
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
