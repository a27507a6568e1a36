package provider

import (
	"fmt"
	"net/http"
	"strings"

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
	var all []Finding
	add := func(err error, do string, path ...string) {
		if err != nil {
			all = append(all, Finding{path, err.Error(), do})
		}
	}
	url, _ := settings.Get("url")
	add(checkURL(url), `write it whole: "http://localhost:8080/"`, "url")
	if method, given := settings.Get("method"); given {
		if word, _ := method.(string); !isToken(word) {
			add(fmt.Errorf("the method %s is no HTTP method", value.Repr(method)), "write one word, such as GET or POST", "method")
		}
	}
	if timeout, _ := settings.Get("timeout"); !isOpen(timeout) {
		_, err := timeouts(timeout)
		add(err, "give seconds as a number, or [seconds to connect, seconds to read]", "timeout")
	}
	written, _ := settings.Get("headers")
	headers, _ := written.(*value.Map)
	for name, content := range headers.All() {
		if !isOpen(content) {
			add((&exchange{}).addHeaders(value.MapOf(name, content)), "correct the header", "headers", name)
		}
	}
	add(checkArguments(settings, headers), `write a mapping: "arguments": {"name": "text"}`, "arguments")
	return all
}

// checkURL leaves what may yet be replaced to the run.
func checkURL(written any) error {
	if !value.Truthy(written) {
		return nil // there is none, which is another problem
	}
	address, ok := written.(string)
	if !ok {
		return fmt.Errorf("the URL must be text, and it is %s", value.Repr(written))
	}
	_, err := Address(address)
	if err == nil || strings.HasPrefix(address, "$") {
		return nil
	}
	if scheme, rest, whole := strings.Cut(address, "://"); whole && isOpen(rest) && isHTTP(scheme) || isOpen(scheme) && whole {
		return nil
	}
	return err
}

func isHTTP(scheme string) bool {
	scheme = strings.ToLower(strings.TrimSpace(scheme))
	return scheme == "http" || scheme == "https"
}

func checkArguments(settings, headers *value.Map) error {
	arguments, _ := settings.Get("arguments")
	if list, ok := arguments.([]any); ok {
		for _, item := range list {
			if isOpen(item) {
				return nil
			}
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
	var all []Finding
	arguments, _ := settings.Get("arguments")
	if _, err := argumentList(arguments); err != nil {
		if _, isText := arguments.(string); !isText {
			all = append(all, Finding{[]string{"arguments"}, "process arguments must be a list or text, and they are " + value.Repr(arguments), "write a list of text"})
		}
	}
	timeout, _ := settings.Get("timeout")
	if _, err := processTimeout(timeout); err != nil {
		all = append(all, Finding{[]string{"timeout"}, err.Error(), "give seconds as a number; ${name} is not replaced here"})
	}
	return all
}

// isOpen tells whether text, or an item of a list, may turn into something else.
func isOpen(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "$")
	case []any:
		for _, item := range v {
			if isOpen(item) {
				return true
			}
		}
	}
	return false
}
