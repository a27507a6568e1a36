package provider

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math"
	"net/http"
	"os"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/httpclient"
	"chaosworkshop.example/runner/internal/value"
)

const (
	urlAdvice     = `write it whole: "http://localhost:8080/"`
	timeoutAdvice = "give seconds as a number, or a pair: [to connect, to wait for each piece of the answer]"
)

func methodOf(settings *value.Map) (string, error) {
	written, given := settings.Get("method")
	if !given {
		return http.MethodGet, nil
	}
	method, _ := written.(string)
	if !httpclient.IsToken(method) {
		return "", unusable("the method "+asJSON(written)+" is no HTTP method", "write one word, such as GET or POST")
	}
	return strings.ToUpper(method), nil
}

// setHeader takes a header out where its content is null.
func setHeader(r *httpclient.Request, name string, content any) error {
	if content == nil {
		r.Drop(name)
		return nil
	}
	written, ok := content.(string)
	if !ok {
		return unusable(fmt.Sprintf("the header %s is %s, not text", asJSON(name), asJSON(content)), "put quotes around it")
	}
	switch {
	case r.Set(name, written):
		return nil
	case strings.Contains(name, "$"):
		return unusable("the header "+asJSON(name)+" cannot be sent", "write the name itself: ${name} is not replaced in a header's name")
	}
	return unusable(fmt.Sprintf("the header %s cannot be sent with the value %s", asJSON(name), asJSON(written)),
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
		return 0, 0, unusable("the timeout "+asJSON(v)+" is neither a number of seconds nor a pair of them", timeoutAdvice)
	}
	if connect, err = timeout(parts[0]); err == nil {
		read, err = timeout(parts[1])
	}
	return connect, read, err
}

func timeout(v any) (time.Duration, error) {
	if v == nil {
		return 0, nil
	}
	if n, ok := value.Rational(v); ok && n.Sign() > 0 && v != true {
		d, _ := clock.Seconds(v)
		return max(d, 1), nil
	}
	return 0, unusable("the timeout "+asJSON(v)+" is not a number of seconds above 0", timeoutAdvice)
}

// retries is how often to try again: never, unless max_retries says so. null, in
// Python's urllib3, is three times.
func retries(settings *value.Map) int {
	written, given := settings.Get("max_retries")
	if given && written == nil {
		return 3
	}
	n, ok := value.Rational(written)
	if !ok {
		return 0
	}
	f, _ := n.Float64()
	return int(min(max(f, 0), math.MaxInt32))
}

// tlsConfig reads verify_tls, which is a switch or, as for Python's requests, the
// path of a file of certificates.
func tlsConfig(verify any) (*tls.Config, error) {
	path, _ := verify.(string)
	switch {
	case path == "" && (verify == nil || value.Truthy(verify)):
		return nil, nil
	case path == "":
		return &tls.Config{InsecureSkipVerify: true}, nil
	}
	certificates, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("verify_tls is neither true nor false nor a file of certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("verify_tls names the file '%s', which holds no certificate", path)
	}
	return &tls.Config{RootCAs: pool}, nil
}
