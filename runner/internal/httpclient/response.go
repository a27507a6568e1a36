package httpclient

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
func (r *Request) response(answer *http.Response, over *conn) (*Response, error) {
	defer answer.Body.Close()
	response := &Response{Code: answer.StatusCode, Status: answer.Status, URL: answer.Request.URL, Header: over.fields()}
	if len(response.Header) == 0 {
		for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
			response.Header = append(response.Header, Field{name, strings.Join(answer.Header[name], ", ")})
		}
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

// readAll reads to the end, or returns ErrTooLarge after limit bytes.
func readAll(from io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(from, limit+1))
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, limit>>20)
	}
	return b, err
}

// decoded undoes what Content-Encoding names. An encoding that was not asked for
// stays.
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
