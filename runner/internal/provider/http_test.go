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
	"sync"
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

// lobby counts the connections that a server has had, and has.
type lobby struct {
	mu       sync.Mutex
	all, now int
	changed  chan struct{} // one message for each connection that closed
}

func (l *lobby) server(t *testing.T, h http.Handler) *httptest.Server {
	l.changed = make(chan struct{}, 100)
	s := quietly(httptest.NewUnstartedServer(h))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		l.mu.Lock()
		defer l.mu.Unlock()
		switch state {
		case http.StateNew:
			l.all, l.now = l.all+1, l.now+1
		case http.StateClosed, http.StateHijacked:
			l.now--
			l.changed <- struct{}{}
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (l *lobby) wantAll(t *testing.T, n int, what string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all != n {
		t.Errorf("%s: %d connections so far, want %d", what, l.all, n)
	}
}

// empties waits until no connection is left.
func (l *lobby) empties(t *testing.T) {
	t.Helper()
	for {
		l.mu.Lock()
		now := l.now
		l.mu.Unlock()
		if now == 0 {
			return
		}
		select {
		case <-l.changed:
		case <-time.After(5 * time.Second):
			t.Fatalf("%d connections are still open", now)
		}
	}
}

func must(t *testing.T, p *Providers, a *experiment.Activity) *value.Map {
	t.Helper()
	output, err := p.Perform(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return output.(*value.Map)
}

// A probe may use the connection of the probe before, and nothing else may.
func TestConnectionsAreUsedAgainBetweenProbesAlone(t *testing.T) {
	var l lobby
	server := l.server(t, handler())
	p, ask := providers(), get(server.URL+"/echo")
	steps := []struct {
		what string
		do   func()
		want int
	}{
		{"the first probe", func() { must(t, p, ask) }, 1},
		{"ten more", func() {
			for range 10 {
				must(t, p, ask)
			}
		}, 1},
		{"HEAD", func() { must(t, p, activity("probe", "type", "http", "url", server.URL+"/head", "method", "HEAD")) }, 1},
		{"a redirect", func() { must(t, p, get(server.URL+"/redirect?code=302&to=/echo")) }, 1},
		{"an action that asks", func() { must(t, p, activity("action", "type", "http", "url", server.URL)) }, 2},
		{"a probe after it", func() { must(t, p, ask) }, 3},
		{"a probe that posts", func() { must(t, p, activity("probe", "type", "http", "url", server.URL, "method", "POST")) }, 4},
		{"a probe after that", func() { must(t, p, ask) }, 5},
		{"a Python action", func() {
			must(t, p, ask)
			if _, err := p.Perform(t.Context(), activity("action", "type", "python", "module", "os", "func", "getcwd")); err != nil {
				t.Fatal(err)
			}
			must(t, p, ask)
		}, 6},
		{"two probes while an action runs", func() {
			done := p.http.wires.change()
			must(t, p, ask)
			must(t, p, ask)
			done()
		}, 8},
		{"a probe that an action overtook", func() {
			e, err := p.exchange(ask)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := e.send(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			p.http.wires.change()()
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			must(t, p, ask)
		}, 10},
		{"an answer that is left unread", func() {
			e, _ := p.exchange(get(server.URL + "/stall"))
			answer, err := e.send(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			must(t, p, ask)
		}, 11},
	}
	for _, s := range steps {
		s.do()
		l.wantAll(t, s.want, s.what)
	}
	p.http.wires.change()()
	l.empties(t)
}

func TestIdleConnectionsDoNotStay(t *testing.T) {
	var l lobby
	server := l.server(t, handler())
	p := providers()
	must(t, p, get(server.URL))
	l.empties(t) // after a second
	must(t, p, get(server.URL))
	l.wantAll(t, 2, "after the first expired")
	server.CloseClientConnections()
	l.empties(t)
	must(t, p, get(server.URL))
	l.wantAll(t, 3, "after the server closed the second")
}

// A timeout of one probe must not stay with the connection.
func TestTimeoutsDoNotOutliveTheirProbe(t *testing.T) {
	var l lobby
	server := l.server(t, handler())
	p := providers()
	must(t, p, activity("probe", "type", "http", "url", server.URL, "timeout", 0.02))
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer slow.Close()
	time.AfterFunc(40*time.Millisecond, func() { close(release) })
	must(t, p, get(slow.URL)) // takes longer than the timeout
	must(t, p, get(server.URL))
	l.wantAll(t, 1, "two probes")
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
