package provider

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf16"

	"chaosworkshop.example/runner/internal/value"
)

// maxOutput is the most bytes of an answer, or of what a process writes. The
// toolkit sets none; beyond this one a laptop runs out of memory.
const maxOutput = 256 << 20

var errTooLarge = errors.New("too large")

// readAll reads to the end; expected is how much that is, or below zero.
func readAll(from io.Reader, expected, limit int64) ([]byte, error) {
	if expected > limit {
		return nil, errTooLarge
	}
	var b bytes.Buffer
	b.Grow(int(min(max(expected, 0), 1<<20)) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(from, limit+1))
	if n > limit {
		return nil, errTooLarge
	}
	return b.Bytes(), err
}

// bodyOf reads an answer as JSON only under the exact type, as the toolkit does.
func bodyOf(answer *http.Response, body []byte) (any, error) {
	contentType := headerOf(answer, "Content-Type")
	if contentType != "application/json" {
		return bodyText(contentType, body), nil
	}
	if len(body) == 0 {
		return nil, errors.New("the answer calls itself application/json and is empty")
	}
	content, err := value.ParseJSON(body)
	if err != nil {
		return nil, fmt.Errorf("the answer calls itself application/json and is not: %w", err)
	}
	return content, nil
}

// headerOf is a header of an answer, however often it came.
func headerOf(answer *http.Response, name string) string {
	return strings.Join(answer.Header[name], ", ")
}

// decoded undoes the encodings that a server applied, the last one first. One
// that we did not ask for stays.
func decoded(body []byte, encodings string) ([]byte, error) {
	if encodings == "" {
		return body, nil
	}
	names := strings.Split(encodings, ",")
	for i := len(names) - 1; i >= 0 && len(body) > 0; i-- {
		var err error
		switch strings.ToLower(strings.TrimSpace(names[i])) {
		case "gzip", "x-gzip":
			body, err = inflated(gzip.NewReader(bytes.NewReader(body)))
		case "deflate":
			body, err = inflated(deflateReader(body))
		default:
			return body, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the answer calls itself %s and is not: %w", encodings, err)
		}
	}
	return body, nil
}

// inflated is lenient towards what is missing or too much at the end, as zlib
// is.
func inflated(from io.Reader, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	body, err := readAll(from, -1, maxOutput)
	if errors.Is(err, io.ErrUnexpectedEOF) || len(body) > 0 && errors.Is(err, gzip.ErrHeader) {
		err = nil
	}
	return body, err
}

// deflateReader reads what the standard names deflate, and what others take it
// for.
func deflateReader(body []byte) (io.Reader, error) {
	if r, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
		return r, nil
	}
	return flate.NewReader(bufio.NewReader(bytes.NewReader(body))), nil
}

// asciiJSON is what Python's json.dumps makes of a value: letters beyond ASCII
// are escaped.
func asciiJSON(v any) string {
	plain := string(value.AppendJSON(nil, v, "", ""))
	var b strings.Builder
	for _, r := range plain {
		switch {
		case r < 0x7f:
			b.WriteByte(byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
