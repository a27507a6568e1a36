package run

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/httpclient"
	"chaosworkshop.example/runner/internal/problem"
)

// maxFetched bounds a document, in bytes, as package document bounds a file.
const maxFetched = 32 << 20

// fetchLimit bounds the whole fetch of a document; the toolkit has no limit. Only
// tests change it.
var fetchLimit = 30 * time.Second

// isURL tells whether a source is fetched rather than read. Any scheme counts:
// one that cannot be fetched is said to be so.
func isURL(source string) bool {
	scheme, _, ok := strings.Cut(source, "://")
	return ok && scheme != "" && !strings.ContainsAny(scheme, `/\.`)
}

// fetch reads a document of up to 32 MiB from an http or https address, within
// 30 seconds. Its format is the one that the answer names, else that of the
// address's ending; text/plain is read as JSON and then as YAML. A nil node comes
// with at least one problem that is no warning.
//
// insecure leaves out the check of the server's certificate. auth is the header for a
// host, which has its port behind it where the address has one; empty for none. It is
// not sent to any other server.
func fetch(ctx context.Context, source string, insecure bool, auth func(host string) string) (*document.Document, problem.List) {
	ctx, cancel := context.WithTimeoutCause(ctx, fetchLimit, fmt.Errorf("no answer within %v", fetchLimit))
	defer cancel()
	answer, err := get(ctx, source, insecure, auth)
	switch {
	case err == nil:
		return parseAnswer(source, answer)
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.Is(err, httpclient.ErrTooLarge):
		return document.Unreadable(source, fmt.Sprintf("is larger than %d MiB", maxFetched>>20), "name an experiment, not data")
	}
	return document.Unreadable(source, "cannot be fetched: "+err.Error(), "check the address, and try it in a browser")
}

func get(ctx context.Context, source string, insecure bool, auth func(host string) string) (*httpclient.Response, error) {
	address, err := httpclient.ParseURL(source)
	if err != nil {
		return nil, err
	}
	request := httpclient.New(http.MethodGet, address)
	request.MaxBody, request.TLS = maxFetched, &tls.Config{InsecureSkipVerify: insecure}
	request.Set("Accept", "application/json, application/x-yaml")
	if header := strings.TrimSpace(auth(address.Host)); header != "" && !request.Set("Authorization", header) {
		return nil, errors.New("the authorization cannot be sent: it must be one line of Latin letters")
	}
	return request.Do(ctx)
}

// parseAnswer reads the body of an answer, in the character set and the format that
// its Content-Type names.
func parseAnswer(source string, answer *httpclient.Response) (*document.Document, problem.List) {
	text, kind := answer.Body, answer.Get("Content-Type")
	if name := charset.Of(kind); name != "" {
		text = charset.DecodeAs(text, name)
	}
	switch {
	case answer.Code != http.StatusOK:
		return document.Unreadable(source, fmt.Sprintf("Failed to fetch the experiment: the server answered %s: %s", answer.Status, text),
			"check the address and the authorization")
	case strings.Contains(kind, "application/json"):
		return document.ParseJSON(source, text)
	case strings.Contains(kind, "yaml"):
		return document.ParseYAML(source, text)
	case strings.Contains(kind, "text/plain"):
		if node, found := document.ParseJSON(source, text); node != nil {
			return node, found
		}
		return document.ParseYAML(source, text)
	}
	if parse := document.Parsers[path.Ext(answer.URL.Path)]; parse != nil {
		return parse(source, text)
	}
	return document.Unreadable(source, fmt.Sprintf("the answer is of type %q, which is no experiment's", kind),
		"let the server call it application/json or application/x-yaml")
}
