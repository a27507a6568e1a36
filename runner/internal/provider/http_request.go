package provider

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// userAgent says who asks, and nothing that is not true.
const userAgent = "chaosworkshop-runner"

// exchange is one request, as often as it takes, and its answer.
type exchange struct {
	shown   string // the address without a password
	method  string
	url     *url.URL
	header  http.Header
	host    string // where the activity's headers name another than the URL
	body    string
	limits  limits
	retries int
	trust   string // see trustOf
	wires   *wires
	block   string // the headers of the last answer, as they came
}

func (p *Providers) exchange(a *experiment.Activity) (*exchange, error) {
	written := text(p.Variables.Substitute(setting(a, "url")))
	address, err := p.http.address(written)
	if err != nil {
		return nil, err
	}
	e := &exchange{shown: written, method: methodOf(a), url: address, header: p.http.usual, wires: &p.http.wires}
	if method, given := a.Provider.Get("method"); given {
		if err := checkMethod(method); err != nil {
			return nil, err
		}
	}
	if e.limits, err = timeouts(p.Variables.Substitute(setting(a, "timeout"))); err != nil {
		return nil, err
	}
	named, _ := p.Variables.Substitute(setting(a, "headers")).(*value.Map)
	if err := e.addHeaders(named); err != nil {
		return nil, err
	}
	if err := e.addArguments(p.Variables.Arguments(setting(a, "arguments")), named); err != nil {
		return nil, err
	}
	e.authorise()
	e.retries, e.trust = retries(a), trustOf(setting(a, "verify_tls"))
	if e.trust != trustKnown {
		_, err = tlsConfig(e.trust)
	}
	return e, err
}

// methodOf is empty for one that is not text.
func methodOf(a *experiment.Activity) string {
	written, given := a.Provider.Get("method")
	if !given {
		return http.MethodGet
	}
	method, _ := written.(string)
	return strings.ToUpper(method)
}

// authorise sends a name and a password that the URL holds, instead of any that
// the headers hold. A name alone is not sent.
func (e *exchange) authorise() {
	user := e.url.User
	if user == nil {
		return
	}
	e.shown = e.url.Redacted()
	e.url.User = nil
	if password, whole := user.Password(); whole && user.String() != ":" {
		e.header = maps.Clone(e.header)
		request := http.Request{Header: e.header}
		request.SetBasicAuth(user.Username(), password)
	}
}

// newRequest may be called again: net/http keeps what it is given as it is.
func (e *exchange) newRequest(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if e.body != "" {
		body = strings.NewReader(e.body)
	}
	request, err := http.NewRequestWithContext(ctx, e.method, "", body)
	if err != nil {
		return nil, err
	}
	request.URL, request.Header, request.Host = e.url, e.header, e.host
	return request, nil
}

// addArguments puts an activity's arguments where its method has them: behind
// the ? for GET, into the body for any other.
func (e *exchange) addArguments(arguments any, named *value.Map) error {
	if e.method == http.MethodGet {
		query, err := formEncoded(arguments)
		if query != "" && e.url.RawQuery != "" {
			query = "&" + query
		}
		e.url.RawQuery += escape(query, inQuery)
		return err
	}
	// Only this spelling of name and type makes it JSON.
	if exact, _ := named.Get("Content-Type"); exact == "application/json" {
		if arguments != nil {
			e.body = asciiJSON(arguments)
		}
		return nil
	}
	var err error
	e.body, err = formEncoded(arguments)
	if _, isText := arguments.(string); value.Truthy(arguments) && !isText && !has(named, "Content-Type") {
		e.header = maps.Clone(e.header)
		e.header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return err
}

func has(named *value.Map, header string) bool {
	for name, content := range named.All() {
		if content != nil && strings.EqualFold(name, header) {
			return true
		}
	}
	return false
}

const argumentsAdvice = `write a mapping: {"name": "text"}`

// formEncoded keeps the order of the keys, repeats the key of a list, and drops
// what is null. Text goes as it is.
func formEncoded(arguments any) (string, error) {
	if s, ok := arguments.(string); ok || !value.Truthy(arguments) {
		return s, nil
	}
	var form []string
	add := func(key string, v any) {
		for _, one := range asList(v) {
			form = appendPairs(form, key, one)
		}
	}
	switch arguments := arguments.(type) {
	case *value.Map:
		for key, v := range arguments.All() {
			add(key, v)
		}
		return strings.Join(form, "&"), nil
	case []any: // of pairs
		for _, item := range arguments {
			pair, ok := item.([]any)
			if !ok || len(pair) != 2 {
				return "", unusable("the arguments hold "+asJSON(item)+", which is no pair of a name and a value", argumentsAdvice)
			}
			add(formText(pair[0]), pair[1])
		}
		return strings.Join(form, "&"), nil
	}
	return "", unusable("the arguments are "+asJSON(arguments)+", not a mapping", argumentsAdvice)
}

// appendPairs repeats the key for a list within the list, and no deeper.
func appendPairs(form []string, key string, v any) []string {
	switch v.(type) {
	case nil:
		return form
	case []any, *value.Map:
		for _, inner := range asList(v) {
			form = append(form, url.QueryEscape(key)+"="+url.QueryEscape(formText(inner)))
		}
		return form
	}
	return append(form, url.QueryEscape(key)+"="+url.QueryEscape(formText(v)))
}

func formText(v any) string {
	if raw, ok := v.([]byte); ok {
		return string(raw)
	}
	return value.Text(v)
}

// asList is what Python walks over: a mapping's keys, a list's items.
func asList(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case *value.Map:
		var keys []any
		for k := range v.All() {
			keys = append(keys, k)
		}
		return keys
	}
	return []any{v}
}
