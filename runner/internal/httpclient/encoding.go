package httpclient

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readAll reads to the end; expected is how much that is, or below zero.
func readAll(from io.Reader, expected, limit int64) ([]byte, error) {
	if expected > limit {
		return nil, ErrTooLarge
	}
	var b bytes.Buffer
	b.Grow(int(min(max(expected, 0), 1<<20)) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(from, limit+1))
	if n > limit {
		return nil, ErrTooLarge
	}
	return b.Bytes(), err
}

// decoded undoes what Content-Encoding names, the last one first. What we did
// not ask for stays.
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
			body, err = readAll(from, -1, limit)
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
