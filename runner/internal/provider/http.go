package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/httpclient"
	"chaosworkshop.example/runner/internal/value"
)

// http makes a request. An answer of any status is a success.
func (p *Providers) http(ctx context.Context, a *experiment.Activity) (any, error) {
	address := text(p.Variables.Substitute(setting(a, "url")))
	request, err := p.request(a, address)
	if err != nil {
		return nil, err
	}
	answer, err := request.Do(ctx)
	if err != nil {
		return nil, whyFailed(ctx, httpclient.Shown(address), err)
	}
	headers := &value.Map{}
	for _, field := range answer.Header {
		headers.Set(field.Name, textOf([]byte(field.Content)))
	}
	content, err := bodyOf(answer)
	if err != nil {
		return nil, err
	}
	if answer.Code > 399 && !a.HasTolerance {
		p.Log.Warn("This HTTP call returned a response with a HTTP status code above 400. " +
			"This may indicate some error and not what you expected. Please have a look at the logs.")
	}
	return value.MapOf("status", int64(answer.Code), "headers", headers, "body", content), nil
}

// whyFailed tells a failed activity from an answer that aborts the run, in which
// no server and no network is at fault.
func whyFailed(ctx context.Context, address string, err error) error {
	switch {
	case ctx.Err() != nil, errors.Is(err, httpclient.ErrUnusable):
		return err
	case errors.Is(err, httpclient.ErrTimeout):
		return failed("activity took too long to complete")
	case errors.Is(err, httpclient.ErrTooLarge):
		return failed("the answer of %s is larger than %d MiB", address, maxOutput>>20)
	}
	return failed("failed to connect to %s: %v", address, err)
}

// request reads the settings of an HTTP activity.
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
	if r.ConnectTimeout, r.ReadTimeout, err = timeouts(p.Variables.Substitute(setting(a, "timeout"))); err != nil {
		return nil, err
	}
	named, _ := p.Variables.Substitute(setting(a, "headers")).(*value.Map)
	for name, content := range named.All() {
		if err := setHeader(r, name, content); err != nil {
			return nil, err
		}
	}
	if err := addArguments(r, p.Variables.Arguments(setting(a, "arguments")), named); err != nil {
		return nil, err
	}
	r.TLS, err = tlsConfig(setting(a, "verify_tls"))
	return r, err
}

// addArguments puts an activity's arguments where its method has them: behind
// the ? for GET, into the body for any other.
func addArguments(r *httpclient.Request, arguments any, headers *value.Map) error {
	if r.Method != http.MethodGet && sendsJSON(headers) {
		if arguments != nil {
			r.Body = asciiJSON(arguments)
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

// bodyOf reads an answer as JSON only under the exact type, as the toolkit does,
// and else as text. Where no charset is named the toolkit guesses, and is often
// wrong.
func bodyOf(answer *httpclient.Response) (any, error) {
	kind := answer.Get("Content-Type")
	if kind != "application/json" {
		if name := charset.Of(kind); name != "" {
			return string(charset.DecodeAs(answer.Body, name)), nil
		}
		return textOf(answer.Body), nil
	}
	if len(answer.Body) == 0 {
		return nil, errors.New("the answer calls itself application/json and is empty")
	}
	content, err := parseJSON(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("the answer calls itself application/json and is not: %w", err)
	}
	return content, nil
}

var constant = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|NaN|Infinity`)

const markOfNaN = "\x00NaN"

// parseJSON reads JSON as Python does, which also knows NaN, Infinity and
// -Infinity: services that are written in Python send them.
func parseJSON(text []byte) (any, error) {
	v, err := value.ParseJSON(text)
	if err == nil {
		return v, nil
	}
	numbers := map[string]string{"NaN": asJSON(markOfNaN), "Infinity": "1e999"}
	lenient := constant.ReplaceAllStringFunc(string(text), func(found string) string { return cmp.Or(numbers[found], found) })
	if v, again := value.ParseJSON([]byte(lenient)); again == nil {
		return withNaN(v), nil
	}
	return nil, err
}

func withNaN(v any) any {
	switch v := v.(type) {
	case string:
		if v == markOfNaN {
			return math.NaN()
		}
	case []any:
		for i, item := range v {
			v[i] = withNaN(item)
		}
	case *value.Map:
		for key, item := range v.All() {
			v.Set(key, withNaN(item))
		}
	}
	return v
}
