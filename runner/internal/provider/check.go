package provider

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/httpclient"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Check finds the settings of a provider that are sure to end a run: the toolkit accepts them and
// aborts when it comes to the activity. What ${name} stands for is not known yet, so text that
// has a $ in it passes where names are replaced. The findings' paths begin at the provider.
func Check(settings *value.Map) []problem.Finding {
	switch settings.Text("type") {
	case "http":
		return checkHTTP(settings)
	case "process":
		return checkProcess(settings)
	}
	return nil
}

// checkHTTP tries each setting by itself, so that it finds all that are wrong.
func checkHTTP(settings *value.Map) []problem.Finding {
	_, err := methodOf(settings)
	all := found(found(nil, checkURL(settings), "url"), err, "method")
	if timeout := settings.Value("timeout"); !isOpen(timeout) {
		_, _, err := timeouts(timeout)
		all = found(all, err, "timeout")
	}
	headers := settings.Map("headers")
	for name, content := range headers.All() {
		if isOpen(content) { // the name is not
			content = ""
		}
		all = found(all, setHeader(httpclient.New("", nil), name, content), "headers", name)
	}
	return found(all, checkArguments(settings, headers), "arguments")
}

// checkProcess leaves out the path, which whoever calls Check looks up with Program, and
// arguments that are text: a shell takes any.
func checkProcess(settings *value.Map) []problem.Finding {
	var all []problem.Finding
	if arguments := settings.Value("arguments"); value.Kind(arguments) != "text" {
		_, err := argumentList(arguments)
		all = found(all, err, "arguments")
	}
	_, err := processTimeout(settings.Value("timeout"))
	return found(all, err, "timeout")
}

// found adds what err says to the findings.
func found(all []problem.Finding, err error, path ...string) []problem.Finding {
	var p *problem.Problem
	if errors.As(err, &p) {
		all = append(all, problem.Finding{Path: path, What: p.What, Do: p.Do})
	}
	return all
}

// checkURL leaves what may yet be replaced to the run.
func checkURL(settings *value.Map) error {
	written := settings.Value("url")
	if !value.Truthy(written) {
		return nil // there is none, which is another problem
	}
	address, ok := written.(string)
	if !ok {
		return unusable("the URL must be text, and it is "+value.JSON(written), "put quotes around it")
	}
	scheme, rest, whole := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "://")
	host := rest[:strings.IndexAny(rest+"/", ":/?#")] // a strange one is only not found, and the run goes on
	mayChange := isOpen(rest) || strings.Contains(host, "$")
	if strings.HasPrefix(address, "$") && isOpen(address) || whole && (isOpen(scheme) || (scheme == "http" || scheme == "https") && mayChange) {
		return nil
	}
	if _, err := httpclient.ParseURL(address); err != nil {
		return unusable(err.Error(), urlAdvice)
	}
	return nil
}

// checkArguments passes any JSON that is sent, or may be sent, as JSON.
func checkArguments(settings, headers *value.Map) error {
	isGet := !settings.Has("method") || strings.EqualFold(settings.Text("method"), http.MethodGet)
	if !isGet && (sendsJSON(headers) || isOpen(headers.Value("Content-Type"))) {
		return nil
	}
	arguments := settings.Value("arguments")
	if list, isList := arguments.([]any); isList && isOpen(list) {
		return nil
	}
	_, err := formEncoded(arguments)
	return err
}

// isOpen tells whether text, or an item of a list, may turn into something else.
func isOpen(v any) bool {
	if list, ok := v.([]any); ok {
		return slices.ContainsFunc(list, isOpen)
	}
	text, _ := v.(string)
	return variable().MatchString(text)
}

// variable is what is replaced: ${name}, $name and $$. A ${name without its } is not.
var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$(?:\$|[_a-zA-Z]|\{[_a-zA-Z][_a-zA-Z0-9]*\})`) })

// What to do about settings that more than one function here refuses.
const (
	urlAdvice       = "write the full URL, as in http://localhost:8080/"
	argumentsAdvice = "write an object: names and values"
	timeoutAdvice   = "give seconds as a number, or a pair: [to connect, to wait for each piece of the answer]"
)

// methodOf is the method in capitals, GET where none is named.
func methodOf(settings *value.Map) (string, error) {
	written, given := settings.Get("method")
	if !given {
		return http.MethodGet, nil
	}
	method, _ := written.(string)
	if !httpclient.IsToken(method) {
		return "", unusable("the method "+value.JSON(written)+" is no HTTP method", "write one word, such as GET or POST")
	}
	return strings.ToUpper(method), nil
}

// setHeader sets a header, or takes it out where its content is null.
func setHeader(r *httpclient.Request, name string, content any) error {
	if content == nil {
		r.Drop(name)
		return nil
	}
	written, ok := content.(string)
	if !ok {
		return unusable(fmt.Sprintf("the header %s is %s, not text", value.JSON(name), value.JSON(content)), "put quotes around it")
	}
	switch {
	case r.Set(name, written):
		return nil
	case strings.Contains(name, "$"):
		return unusable("the header "+value.JSON(name)+" cannot be sent", "write the name itself: ${name} is not replaced in a header's name")
	}
	return unusable(fmt.Sprintf("the header %s cannot be sent with the value %s", value.JSON(name), value.JSON(written)),
		"write a name of one word, and a value of one line, in Latin letters, that starts with no space")
}

// timeouts reads a number of seconds, or a pair of them: how long to wait for a
// connection, and for each piece of an answer. 0 is no limit.
func timeouts(v any) (connect, read time.Duration, err error) {
	parts, isList := v.([]any)
	if !isList {
		parts = []any{v, v}
	}
	if len(parts) != 2 {
		return 0, 0, unusable("the timeout "+value.JSON(v)+" is neither a number of seconds nor a pair of them", timeoutAdvice)
	}
	for i, into := range []*time.Duration{&connect, &read} {
		if n, ok := value.Rational(parts[i]); ok && n.Sign() > 0 && parts[i] != true {
			d, _ := clock.Seconds(parts[i])
			*into = max(d, 1)
		} else if parts[i] != nil {
			return 0, 0, unusable("the timeout "+value.JSON(parts[i])+" is not a number of seconds above 0", timeoutAdvice)
		}
	}
	return connect, read, nil
}
