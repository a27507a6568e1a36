// Package httpclient asks over HTTP as Python's library requests does: the same
// URLs, retries, redirects and encodings. A new connection is made for each
// request, so that no answer comes from before a fault, and an answer's headers
// keep the order and the spelling that the server gave them.
package httpclient

import (
	"bytes"
	"cmp"
	"compress/flate"
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
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// Kinds of errors. Any other error of Do, if not the context's, means that the
// server could not be reached or did not answer as HTTP wants it.
var (
	ErrTimeout  = errors.New("there was no answer in time")
	ErrTooLarge = errors.New("the answer is too large")
	ErrUnusable = errors.New("the answer cannot be used") // a bad redirect, or a broken Content-Encoding
)

// Request is one request, asked as often as it takes. New makes one.
type Request struct {
	Method string
	URL    *url.URL // a user and a password in it are sent as basic authorization
	Body   string

	ConnectTimeout time.Duration // 0: no limit
	ReadTimeout    time.Duration // for each piece of an answer; 0: no limit
	Retries        int           // how often to ask again
	MaxBody        int64         // bytes that an answer may have, unpacked
	TLS            *tls.Config   // nil: the system's certificates

	header http.Header
	host   string // where a header names another than the URL
	proxy  func(r *http.Request) (*url.URL, error)
}

// New is a request with the headers that are always sent.
func New(method string, address *url.URL) *Request {
	return &Request{Method: method, URL: address, MaxBody: 256 << 20, proxy: http.ProxyFromEnvironment, header: http.Header{
		"User-Agent":      {"chaosworkshop-runner"}, // who asks, and nothing that is not true
		"Accept-Encoding": {"gzip, deflate"},
		"Accept":          {"*/*"},
	}}
}

// lookedUp are the headers that this package or net/http looks up by Go's spelling.
const lookedUp = "|authorization|connection|content-length|content-type|cookie|referer|trailer|transfer-encoding|user-agent|"

// Set gives a header its content, in place of another spelling's. The name is
// sent as it is spelt. It is false where the two cannot be sent: a name is one
// word, and a content one line of Latin-1 that starts with no space.
func (r *Request) Set(name, content string) bool {
	sent, err := charmap.ISO8859_1.NewEncoder().String(content)
	bad := func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
	if err != nil || !IsToken(name) || strings.ContainsFunc(content, bad) || strings.TrimLeft(content, " \t") != content {
		return false
	}
	r.Drop(name)
	switch lower := strings.ToLower(name); {
	case lower == "host":
		r.host = sent
	case strings.Contains(lookedUp, "|"+lower+"|"):
		r.header.Set(name, sent)
	default:
		r.header[name] = []string{sent}
	}
	return true
}

// Has tells whether a header is sent, however it is spelt.
func (r *Request) Has(name string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(r.header)), func(present string) bool { return strings.EqualFold(present, name) })
}

// Drop takes a header out, however it is spelt.
func (r *Request) Drop(name string) {
	maps.DeleteFunc(r.header, func(present string, _ []string) bool { return strings.EqualFold(present, name) })
	if strings.EqualFold(name, "User-Agent") {
		r.header["User-Agent"] = nil // else net/http sends its own
	}
}

// IsToken tells whether a text is one word of HTTP, such as a method.
func IsToken(word string) bool {
	bad := func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c) }
	return word != "" && !strings.ContainsFunc(word, bad)
}

// Do asks, and asks again where a server redirects, which changes the request, or
// where Retries allow it. It ends with ctx, and then returns ctx's error.
func (r *Request) Do(ctx context.Context) (*Response, error) {
	if user := r.URL.User; user != nil {
		if password, whole := user.Password(); whole && user.String() != ":" {
			(&http.Request{Header: r.header}).SetBasicAuth(user.Username(), password)
		}
	}
	response, err := r.follow(ctx)
	if err == nil || ctx.Err() == nil {
		return response, explain(err)
	}
	return nil, ctx.Err()
}

// once asks one time. It returns the connection too, if one was made.
func (r *Request) once(ctx context.Context, transport http.RoundTripper) (*http.Response, *conn, error) {
	var over *conn
	request, err := http.NewRequestWithContext(tracing(ctx, &over), r.Method, "", nil)
	if err != nil {
		return nil, nil, err
	}
	if r.Body != "" {
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(r.Body)), int64(len(r.Body))
	}
	address := *r.URL
	address.User = nil
	request.URL, request.Header, request.Host = &address, r.header, r.host
	answer, err := transport.RoundTrip(request)
	return answer, over, err
}

// explain makes an error of this package, or one that says what happened and
// does not repeat the address.
func explain(err error) error {
	var network net.Error
	var op *net.OpError
	switch {
	case err == nil, errors.Is(err, ErrUnusable), errors.Is(err, ErrTooLarge):
		return err
	case !isDialError(err) && errors.As(err, &network) && network.Timeout():
		return ErrTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection ended in the middle of the answer")
	case errors.Is(err, io.EOF):
		return errors.New("the server closed the connection without an answer")
	case errors.As(err, &op): // "dial tcp [::1]:8080: connect: connection refused"
		return op.Err
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return errors.New("the headers of the answer do not end")
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

func isDialError(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || errors.As(err, &dns)
}

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
func (r *Request) response(answer *http.Response, over *conn) (*Response, error) {
	defer answer.Body.Close()
	response := &Response{Code: answer.StatusCode, Status: answer.Status, URL: r.URL, Header: over.fields()}
	if over == nil || len(response.Header) == 0 {
		for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
			response.Header = append(response.Header, Field{name, strings.Join(answer.Header[name], ", ")})
		}
	}
	body, err := readAll(answer.Body, r.MaxBody)
	if err == nil {
		response.Body, err = decoded(body, response.Get("Content-Encoding"), r.MaxBody)
	}
	if errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("%w: more than %d MiB", ErrTooLarge, r.MaxBody>>20)
	}
	return response, err
}

// indexOf is the place of a header, below zero where there is none.
func indexOf(header []Field, name string) int {
	return slices.IndexFunc(header, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

func portOf(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// readAll reads to the end, or returns ErrTooLarge after limit bytes.
func readAll(from io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(from, limit+1))
	if int64(len(b)) > limit {
		return nil, ErrTooLarge
	}
	return b, err
}

// decoded undoes what Content-Encoding names, the last one first. An encoding that
// was not asked for stays.
func decoded(body []byte, encodings string, limit int64) ([]byte, error) {
	names := strings.Split(encodings, ",")
	for i := len(names) - 1; i >= 0 && len(body) > 0; i-- {
		var from io.Reader
		var err error
		switch strings.ToLower(strings.TrimSpace(names[i])) {
		case "gzip", "x-gzip":
			from, err = gzip.NewReader(bytes.NewReader(body))
		case "deflate": // with zlib's head, or without, as some have it
			if from, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
				from, err = flate.NewReader(bytes.NewReader(body)), nil
			}
		default:
			return body, nil
		}
		if err == nil {
			body, err = readAll(from, limit)
			// As for zlib, the end may be missing, or have more behind it.
			if errors.Is(err, io.ErrUnexpectedEOF) || len(body) > 0 && errors.Is(err, gzip.ErrHeader) {
				err = nil
			}
		}
		if errors.Is(err, ErrTooLarge) {
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("%w: it calls itself %s and is not: %v", ErrUnusable, encodings, err)
		}
	}
	return body, nil
}
