package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

func providers() *Providers {
	return New(&variables.Variables{}, slog.New(slog.DiscardHandler), &process.Owner{})
}

// activity is a probe with a tolerance, unless its provider says otherwise.
func activity(kind string, provider ...any) *experiment.Activity {
	return experiment.NewActivity(value.MapOf("type", kind, "name", "a", "tolerance", int64(0), "provider", value.MapOf(provider...)))
}

func get(address string) *experiment.Activity {
	return activity("probe", "type", "http", "url", address)
}

func must(t *testing.T, p *Providers, a *experiment.Activity) *value.Map {
	t.Helper()
	output, err := p.Perform(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return output.(*value.Map)
}

func TestStoppingInterruptsARequest(t *testing.T) {
	var l lobby
	server := l.server(t, handler())
	for _, path := range []string{"/slow", "/stall"} {
		ctx, stop := context.WithCancel(t.Context())
		p := providers()
		a := activity("probe", "type", "http", "url", server.URL+path, "timeout", int64(60), "max_retries", int64(1e6))
		time.AfterFunc(30*time.Millisecond, stop)
		_, err := p.Perform(ctx, a)
		var failed *experiment.Failed
		if !errors.Is(err, context.Canceled) || errors.As(err, &failed) {
			t.Errorf("%s: got %v, want %v", path, err, context.Canceled)
		}
		p.http.wires.change()()
	}
	l.empties(t)
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := providers().Perform(ctx, activity("probe", "type", "http", "url", server.URL, "max_retries", int64(1)))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want to be still waiting", err)
	}
	for header, want := range map[string]time.Duration{"5": 5 * time.Second, " 7 ": 7 * time.Second, "999999": longestPause,
		"Thu, 01 Jan 1970 00:00:00 GMT": 0} {
		if got, ok := retryAfter(header); got != want || !ok {
			t.Errorf("Retry-After: %s: got %v %v, want %v", header, got, ok, want)
		}
	}
	if _, ok := retryAfter("soon"); ok {
		t.Error("Retry-After: soon has no meaning")
	}
}

func TestFailuresSayWhatHappened(t *testing.T) {
	at := places(t)
	tests := []struct{ address, want string }{
		{"{closed}/x", "failed to connect to {closed}/x: connect: connection refused"},
		{"http://me:secret@127.0.0.1:1/x", "failed to connect to http://me:xxxxx@127.0.0.1:1/x: connect: connection refused"},
		{"http://" + strings.Repeat("a", 70) + ".test/", "no such host"},
		{"{server}/close", "failed to connect to {server}/close: the server closed the connection without an answer"},
		{"{server}/raw?HTTP/1.1%20200%20OK%0AContent-Length:9%0A%0Aabc", ": the connection ended in the middle of the answer"},
		{"{server}/raw?HTTP/1.1%20200%20OK%0AContent-Length:999999999999%0A%0Aabc", "is larger than 256 MiB"},
		{"{secure}/", ": x509: "},
		{"{server}/raw?SSH-2.0%0D%0A%0D%0A", `malformed HTTP response "SSH-2.0"`},
		{"{server}/endless", "the headers of the answer do not end"},
	}
	for _, test := range tests {
		place := func(s string) string {
			for name, p := range at {
				s = strings.ReplaceAll(s, "{"+name+"}", p)
			}
			return s
		}
		_, err := providers().Perform(t.Context(), get(place(test.address)))
		var failed *experiment.Failed
		if !errors.As(err, &failed) || !strings.Contains(failed.Reason, place(test.want)) {
			t.Errorf("%s:\ngot  %v\nwant %s", test.address, err, place(test.want))
		}
	}
}

func TestUnexpectedErrorsSayWhatToDo(t *testing.T) {
	server := httptest.NewServer(handler())
	defer server.Close()
	tests := []struct {
		want     string
		provider []any
	}{
		{"has no scheme", []any{"url", "localhost:8080/"}},
		{"put quotes around it", []any{"headers", value.MapOf("X", int64(5))}},
		{"is no HTTP method; write one word", []any{"method", "GET /"}},
		{"the timeout \"5\" is not a number of seconds above 0; give", []any{"timeout", "5"}},
		{"neither a number of seconds nor a pair", []any{"timeout", []any{int64(1)}}},
		{"the arguments are 5, not a mapping; write a mapping", []any{"arguments", int64(5), "method", "POST"}},
		{"is empty", []any{"url", server.URL + "/raw?HTTP/1.1%20200%20OK%0AContent-Type:application/json%0A%0A"}},
		{"redirects more than 30 times", []any{"url", server.URL + "/again?n=31"}},
	}
	for _, test := range tests {
		a := activity("probe", append([]any{"type", "http", "url", server.URL}, test.provider...)...)
		_, err := providers().Perform(t.Context(), a)
		var failed *experiment.Failed
		if err == nil || errors.As(err, &failed) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want an unexpected error with %q", err, test.want)
		}
	}
}

// A bad end is a success to the toolkit, with a warning where no tolerance says
// that it may be wanted.
func TestWarnings(t *testing.T) {
	server := httptest.NewServer(handler())
	defer server.Close()
	status := func(code int) []any {
		return []any{"type", "http", "url", fmt.Sprintf("%s/status?code=%d", server.URL, code)}
	}
	exit := func(line string) []any { return []any{"type", "process", "path", "true", "arguments", line} }
	const http, process = "a HTTP status code above 400", "a non-zero exit code"
	tests := []struct {
		provider []any
		want     string
	}{
		{status(399), ""}, {status(400), http}, {status(503), http}, {status(204), ""},
		{exit("; exit 0"), ""}, {exit("; exit 1"), process}, {exit("; exit 200"), process}, {exit("; kill -9 $$"), ""},
	}
	for _, test := range tests {
		for _, tolerance := range []bool{false, true} {
			var log bytes.Buffer
			p := providers()
			p.Log = slog.New(slog.NewTextHandler(&log, nil))
			a := activity("probe", test.provider...)
			a.HasTolerance = tolerance
			must(t, p, a)
			warned := strings.Contains(log.String(), "level=WARN")
			if want := test.want != "" && !tolerance; warned != want || want && !strings.Contains(log.String(), test.want) {
				t.Errorf("%v, tolerance %v: logged %q, want %q", test.provider, tolerance, log.String(), test.want)
			}
		}
	}
}

func TestProxy(t *testing.T) {
	target := httptest.NewServer(handler())
	defer target.Close()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.IsAbs() || r.Header.Get("X-One") != "1" {
			w.WriteHeader(http.StatusBadRequest)
		}
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
		}
		w.Header()["x-odd"] = []string{"a", "b"}
	}))
	defer proxy.Close()
	through, _ := url.Parse(proxy.URL)
	e, err := providers().exchange(activity("probe", "type", "http", "url", "http://example.test/",
		"headers", value.MapOf("X-One", "1"), "timeout", 0.2))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/echo", "/slow"} {
		request, _ := e.newRequest(t.Context())
		request.URL.Path = path
		answer, err := e.throughProxy(request, through, nil)
		var network net.Error
		switch {
		case path == "/slow":
			if !errors.As(err, &network) || !network.Timeout() {
				t.Errorf("slow: got %v, want a timeout", err)
			}
		case err != nil:
			t.Error(err)
		default:
			headers := e.headers(answer)
			answer.Body.Close()
			if odd, _ := headers.Get("X-Odd"); answer.StatusCode != 200 || odd != "a, b" {
				t.Errorf("got %d %s", answer.StatusCode, shown(headers))
			}
		}
	}
}

func TestLimits(t *testing.T) {
	full := errors.Is
	if _, err := readAll(strings.NewReader("12345"), -1, 4); !full(err, errTooLarge) {
		t.Errorf("five bytes of four: %v", err)
	}
	if b, err := readAll(strings.NewReader("1234"), -1, 4); err != nil || string(b) != "1234" {
		t.Errorf("four bytes of four: %q %v", b, err)
	}
	over := false
	c := captured{limit: 4, full: func() { over = true }}
	if _, err := io.Copy(&c, strings.NewReader("1234")); err != nil || over {
		t.Errorf("four bytes of four: %v, over %v", err, over)
	}
	c = captured{limit: 4, full: func() { over = true }}
	if _, err := io.Copy(&c, io.LimitReader(endless{}, 1<<40)); err != nil || !over {
		t.Errorf("endless: %v, over %v", err, over)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
