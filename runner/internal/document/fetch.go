package document

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/problem"
)

// fetchLimit bounds the whole fetch of a document; the toolkit has no limit.
const fetchLimit = 30 * time.Second

// Fetching says how a document is fetched.
type Fetching struct {
	Authorization func(host string) string // the header for a host; empty for none
	SkipTLSCheck  bool
}

// IsURL tells whether a source is fetched rather than read. Any scheme counts:
// one that cannot be fetched is said to be so.
func IsURL(source string) bool {
	scheme, _, ok := strings.Cut(source, "://")
	return ok && scheme != "" && !strings.ContainsAny(scheme, `/\.`)
}

// Fetch reads a document from an http or https address. Its format is the one
// that the answer names, else that of the address's ending; text/plain is read
// as JSON and then as YAML.
func Fetch(ctx context.Context, source string, f Fetching) (*Document, problem.List) {
	answer, text, err := f.get(ctx, source)
	source = shown(source)
	if err != nil {
		return nil, problem.List{unreadable(source, err.Error(), "check the address, and try it in a browser")}
	}
	if answer.StatusCode != http.StatusOK {
		return nil, problem.List{unreadable(source, fmt.Sprintf("Failed to fetch the experiment: the server answered %s: %s", answer.Status, firstLine(text)),
			"check the address and the authorization")}
	}
	if len(text) > maxBytes {
		return nil, problem.List{unreadable(source, fmt.Sprintf("is larger than %d MiB", maxBytes>>20), "name an experiment, not data")}
	}
	return parseAnswer(source, answer, text)
}

func (f Fetching) get(ctx context.Context, source string) (*http.Response, []byte, error) {
	address, err := url.Parse(source)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot be fetched: %w", errors.Unwrap(err))
	}
	if address.Scheme != "http" && address.Scheme != "https" {
		return nil, nil, fmt.Errorf("cannot be fetched: '%s' is not one of http or https", address.Scheme)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, fetchLimit, fmt.Errorf("no answer within %v", fetchLimit))
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept", "application/json, application/x-yaml")
	if header := f.Authorization(address.Host); header != "" {
		request.Header.Set("Authorization", header)
	}
	answer, err := f.client().Do(request)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot be fetched: %w", whyFailed(ctx, err))
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("cannot be fetched: %w", whyFailed(ctx, err))
	}
	return answer, text, nil
}

// shown is an address without the password that it may hold.
func shown(source string) string {
	if address, err := url.Parse(source); err == nil {
		return address.Redacted()
	}
	return source
}

func (f Fetching) client() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: f.SkipTLSCheck}
	transport.DisableKeepAlives = true
	return &http.Client{Transport: transport}
}

func whyFailed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func parseAnswer(source string, answer *http.Response, text []byte) (*Document, problem.List) {
	kind := answer.Header.Get("Content-Type")
	switch {
	case strings.Contains(kind, "application/json"):
		return ParseJSON(source, text)
	case strings.Contains(kind, "yaml"):
		return ParseYAML(source, text)
	case strings.Contains(kind, "text/plain"):
		if node, found := ParseJSON(source, text); node != nil {
			return node, found
		}
		return ParseYAML(source, text)
	}
	if parse, err := parserFor(path.Base(answer.Request.URL.Path)); err == nil {
		return parse(source, text)
	}
	return nil, problem.List{unreadable(source, fmt.Sprintf("the answer is of type %q, which is no experiment's", kind),
		"let the server call it application/json or application/x-yaml")}
}

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if len(line) > 200 {
		line = strings.ToValidUTF8(line[:200], "") + "..."
	}
	return line
}
