package provider

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/httpclient"
	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/value"
)

// http makes a request. An answer of any status is a success.
func (p *Providers) http(ctx context.Context, a *experiment.Activity) (any, error) {
	var address string
	request, err := prepared(ctx, true, func() (*httpclient.Request, error) {
		address = text(p.Variables.Substitute(a.Provider.Value("url")))
		p.LearnPieces(address)
		return p.request(a, address)
	})
	if err != nil {
		return nil, err
	}
	answer, err := request.Do(ctx)
	switch { // no server and no network is at fault where an answer aborts the run
	case err == nil:
	case ctx.Err() != nil, errors.Is(err, httpclient.ErrUnusable):
		return nil, err
	case errors.Is(err, httpclient.ErrTimeout):
		return nil, failed("activity took too long to complete")
	case errors.Is(err, httpclient.ErrTooLarge):
		size := "" // how large it says that it is
		if said := answer.Get("Content-Length"); said != "" && answer.Get("Content-Encoding") == "" {
			size = ": it has " + said + " bytes"
		}
		return nil, failed("the answer of %s is larger than %d MiB%s", address, maxOutput>>20, size)
	default:
		return nil, failed("failed to connect to %s: %v", address, err)
	}
	headers := &value.Map{}
	for _, field := range answer.Header {
		headers.Set(field.Name, textOf([]byte(field.Content)))
	}
	content, err := prepared(ctx, true, func() (any, error) { return bodyOf(answer, address) })
	switch {
	case errors.Is(err, bytes.ErrTooLarge):
		return nil, failed("the answer of %s cannot be read: %v", address, err)
	case err != nil:
		return nil, err
	}
	if answer.Code > 399 && !a.HasTolerance {
		p.Log.Warn("This HTTP call returned a response with a HTTP status code above 400. " +
			"This may indicate some error and not what you expected. Please have a look at the logs.")
	}
	return value.MapOf("status", int64(answer.Code), "headers", headers, "body", content), nil
}

// request is what the settings of an HTTP activity ask for. Its error is a problem
// with one of them.
func (p *Providers) request(a *experiment.Activity, address string) (*httpclient.Request, error) {
	method, err := methodOf(a.Provider)
	if err != nil {
		return nil, err
	}
	u, err := httpclient.ParseURL(address)
	if err != nil {
		return nil, unusable(err.Error(), urlAdvice)
	}
	r := httpclient.New(method, u)
	r.MaxBody, r.Retries = maxOutput, retries(a.Provider)
	if r.ConnectTimeout, r.ReadTimeout, err = timeouts(p.Variables.Substitute(a.Provider.Value("timeout"))); err != nil {
		return nil, err
	}
	named, _ := p.Variables.Substitute(a.Provider.Value("headers")).(*value.Map)
	for name, content := range named.All() {
		if err := setHeader(r, name, content); err != nil {
			return nil, err
		}
	}
	if err := addArguments(r, p.Variables.Arguments(a.Provider.Value("arguments")), named); err != nil {
		return nil, err
	}
	r.TLS, err = tlsConfig(a.Provider.Value("verify_tls"))
	return r, err
}

// formEncoded writes arguments as a form is sent: key=value, joined by &. It keeps
// the order of the keys, repeats the key of a list, and drops what is null. A list
// of pairs is another way to write a mapping. Text goes as it is.
func formEncoded(arguments any) (string, error) {
	if s, ok := arguments.(string); ok || !value.Truthy(arguments) {
		return s, nil
	}
	var form []string
	add := func(key string, v any) {
		for _, item := range asList(v) {
			for _, inner := range asList(item) { // and no deeper
				if item != nil {
					form = append(form, url.QueryEscape(key)+"="+url.QueryEscape(value.Text(inner)))
				}
			}
		}
	}
	switch arguments := arguments.(type) {
	case *value.Map:
		for key, v := range arguments.All() {
			add(key, v)
		}
	case []any:
		for _, item := range arguments {
			pair, ok := item.([]any)
			if !ok || len(pair) != 2 {
				return "", unusable("the arguments hold "+value.JSON(item)+", which is no pair of a name and a value", argumentsAdvice)
			}
			add(value.Text(pair[0]), pair[1])
		}
	default:
		return "", unusable("the arguments are "+value.JSON(arguments)+", not an object", argumentsAdvice)
	}
	return strings.Join(form, "&"), nil
}

// asList is what Python walks over: a mapping's keys, a list's items.
func asList(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case *value.Map:
		var keys []any
		for key := range v.All() {
			keys = append(keys, key)
		}
		return keys
	}
	return []any{v}
}

// addArguments puts an activity's arguments where its method has them: behind
// the ? for GET, into the body for any other.
func addArguments(r *httpclient.Request, arguments any, headers *value.Map) error {
	if r.Method != http.MethodGet && sendsJSON(headers) {
		if arguments != nil {
			r.Body = charset.ASCII(value.JSON(arguments)) // as Python's json.dumps
		}
		return nil
	}
	form, err := formEncoded(arguments)
	if r.Method == http.MethodGet {
		if form != "" && r.URL.RawQuery != "" {
			form = "&" + form
		}
		r.URL.RawQuery += httpclient.EscapeQuery(form)
		return err
	}
	r.Body = form
	if _, isText := arguments.(string); value.Truthy(arguments) && !isText && !r.Has("Content-Type") {
		r.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return err
}

// sendsJSON is true for exactly this spelling of the name and the type.
func sendsJSON(headers *value.Map) bool { return headers.Text("Content-Type") == "application/json" }

// bodyOf reads an answer as JSON only under the exact type, as the toolkit does, and
// else as text. Where no charset is named the toolkit guesses, and is often wrong.
func bodyOf(answer *httpclient.Response, address string) (any, error) {
	kind := answer.Get("Content-Type")
	if kind != "application/json" {
		text, size := charset.Text(string(answer.Body), charset.Of(kind), maxOutput)
		if size > maxOutput {
			return nil, failed("the answer of %s is larger than %d MiB: as UTF-8 it has %d bytes", address, maxOutput>>20, size)
		}
		return text, nil
	}
	if len(answer.Body) == 0 {
		return nil, errors.New("the answer calls itself application/json and is empty")
	}
	content, err := value.ParseJSON(answer.Body)
	if err == nil || errors.Is(err, bytes.ErrTooLarge) {
		return content, err
	}
	// Services that are written in Python send NaN, Infinity and -Infinity too, which
	// JSON does not have: they become text, as in the journal.
	quoted := constant.ReplaceAllStringFunc(string(answer.Body), func(found string) string { return `"` + strings.Trim(found, `"`) + `"` })
	if content, again := value.ParseJSON([]byte(quoted)); again == nil {
		return content, nil
	}
	return nil, fmt.Errorf("the answer calls itself application/json and is not: %w", err)
}

// constant is a text in quotes, or a number that JSON does not have.
var constant = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?Infinity|NaN`)

// retries is how often to try again: never, unless max_retries says so. null, in
// Python's urllib3, is three times.
func retries(settings *value.Map) int {
	written, given := settings.Get("max_retries")
	if given && written == nil {
		return 3
	}
	n, ok := value.Rational(written)
	if !ok || n.Sign() < 0 {
		return 0
	}
	f, _ := n.Float64()
	return int(min(f, math.MaxInt32))
}

// tlsConfig reads verify_tls, which is a switch or, as for Python's requests, the
// path of a file of certificates.
func tlsConfig(verify any) (*tls.Config, error) {
	path, _ := verify.(string)
	if path == "" {
		return &tls.Config{InsecureSkipVerify: verify != nil && !value.Truthy(verify)}, nil
	}
	certificates, err := original.Read(path)
	if err != nil {
		return nil, fmt.Errorf("verify_tls is neither true nor false nor a file of certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("verify_tls names the file '%s', which holds no certificate", path)
	}
	return &tls.Config{RootCAs: pool}, nil
}
