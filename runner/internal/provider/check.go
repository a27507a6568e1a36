package provider

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Finding is one setting of a provider that can never work. Path leads from the
// provider to it.
type Finding struct {
	Path     []string
	What, Do string
}

// Check finds what is sure to end a run: the toolkit accepts it and aborts when
// it comes to the activity. What ${name} stands for is not known yet, so text
// that has a $ in it passes where names are replaced.
func Check(settings *value.Map) []Finding {
	kind, _ := settings.Get("type")
	switch kind {
	case "http":
		return checkHTTP(settings)
	case "process":
		return checkProcess(settings)
	}
	return nil
}

func checkHTTP(settings *value.Map) []Finding {
	url, _ := settings.Get("url")
	all := found(nil, checkURL(url), "url")
	if method, given := settings.Get("method"); given {
		all = found(all, checkMethod(method), "method")
	}
	if timeout, _ := settings.Get("timeout"); !isOpen(timeout) {
		_, err := timeouts(timeout)
		all = found(all, err, "timeout")
	}
	written, _ := settings.Get("headers")
	headers, _ := written.(*value.Map)
	for name, content := range headers.All() {
		if !isOpen(content) {
			one := &exchange{header: http.Header{}}
			all = found(all, one.addHeaders(value.MapOf(name, content)), "headers", name)
		}
	}
	return found(all, checkArguments(settings, headers), "arguments")
}

// found adds what err says to the findings.
func found(all []Finding, err error, path ...string) []Finding {
	var p *problem.Problem
	if errors.As(err, &p) {
		all = append(all, Finding{path, p.What, p.Do})
	}
	return all
}

// asJSON shows a value as it is written in JSON.
func asJSON(v any) string { return string(value.AppendJSON(nil, v, "", "")) }

func unusable(what, do string) error { return problem.New(problem.NoVerdict, what, do) }

// checkURL leaves what may yet be replaced to the run.
func checkURL(written any) error {
	if !value.Truthy(written) {
		return nil // there is none, which is another problem
	}
	address, ok := written.(string)
	if !ok {
		return unusable("the URL must be text, and it is "+asJSON(written), "put quotes around it")
	}
	_, err := parseAddress(address)
	if err == nil || strings.HasPrefix(address, "$") {
		return nil
	}
	scheme, rest, whole := strings.Cut(address, "://")
	if whole && (isOpen(scheme) || isHTTP(scheme) && isOpen(rest)) {
		return nil
	}
	return err
}

func checkMethod(method any) error {
	if word, _ := method.(string); !isToken(word) {
		return unusable("the method "+asJSON(method)+" is no HTTP method", "write one word, such as GET or POST")
	}
	return nil
}

func isHTTP(scheme string) bool {
	scheme = strings.ToLower(strings.TrimSpace(scheme))
	return scheme == "http" || scheme == "https"
}

func checkArguments(settings, headers *value.Map) error {
	arguments, _ := settings.Get("arguments")
	if list, ok := arguments.([]any); ok {
		if slices.ContainsFunc(list, isOpen) {
			return nil
		}
	}
	method, given := settings.Get("method")
	word, _ := method.(string)
	if given && !strings.EqualFold(word, http.MethodGet) {
		if contentType, _ := headers.Get("Content-Type"); contentType == "application/json" || isOpen(contentType) {
			return nil // any JSON will do
		}
	}
	_, err := formEncoded(arguments)
	return err
}

func checkProcess(settings *value.Map) []Finding {
	arguments, _ := settings.Get("arguments")
	timeout, _ := settings.Get("timeout")
	var all []Finding
	if _, isText := arguments.(string); !isText {
		_, err := argumentList(arguments)
		all = found(all, err, "arguments")
	}
	_, err := processTimeout(timeout)
	return found(all, err, "timeout")
}

// isOpen tells whether text, or an item of a list, may turn into something else.
func isOpen(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "$")
	case []any:
		if slices.ContainsFunc(v, isOpen) {
			return true
		}
	}
	return false
}
