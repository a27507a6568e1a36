package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/python/worker"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

func providers() *Providers {
	return &Providers{Variables: &variables.Variables{}, Log: slog.New(slog.DiscardHandler), Owner: &process.Owner{}, LearnPieces: func(any) {}}
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
	server := httptest.NewServer(handler())
	defer server.Close()
	for _, path := range []string{"/slow", "/stall"} {
		ctx, stop := context.WithCancel(t.Context())
		a := activity("probe", "type", "http", "url", server.URL+path, "timeout", int64(60), "max_retries", int64(1e6))
		time.AfterFunc(30*time.Millisecond, stop)
		_, err := providers().Perform(ctx, a)
		var failed *experiment.Failed
		if !errors.Is(err, context.Canceled) || errors.As(err, &failed) {
			t.Errorf("%s: got %v, want %v", path, err, context.Canceled)
		}
	}
}

func TestFailuresSayWhatHappened(t *testing.T) {
	at := places(t)
	refused := "connect: connection refused"
	if runtime.GOOS == "windows" {
		refused = "connectex: "
	}
	tests := []struct{ address, want string }{
		{"{closed}/x", "failed to connect to {closed}/x: " + refused},
		{"http://me:secret@127.0.0.1:1/x", "failed to connect to http://me:secret@127.0.0.1:1/x: " + refused},
		{"http://" + strings.Repeat("a", 70) + ".test/", "no such host"},
		{"{server}/close", "failed to connect to {server}/close: the server closed the connection without an answer"},
		{"{server}/raw?HTTP/1.1%20200%20OK%0AContent-Length:9%0A%0Aabc", ": the connection ended in the middle of the answer"},
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
		{"does not begin with http:// or https://", []any{"url", "localhost:8080/"}},
		{"it is no ordinary file", []any{"verify_tls", os.DevNull}},
		{"put quotes around it", []any{"headers", value.MapOf("X", int64(5))}},
		{"is no HTTP method; write one word", []any{"method", "GET /"}},
		{"the timeout \"5\" is not a number of seconds above 0; give", []any{"timeout", "5"}},
		{"neither a number of seconds nor a pair", []any{"timeout", []any{int64(1)}}},
		{"the arguments are 5, not an object; write an object", []any{"arguments", int64(5), "method", "POST"}},
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
	type row struct {
		provider []any
		want     string
	}
	tests := []row{
		{status(399), ""}, {status(400), http}, {status(503), http}, {status(204), ""},
	}
	if runtime.GOOS == "windows" {
		tests = append(tests, row{exit("& exit 0"), ""}, row{exit("& exit 1"), process})
	} else {
		tests = append(tests, row{exit("; exit 0"), ""}, row{exit("; exit 1"), process}, row{exit("; exit 200"), process}, row{exit("; kill -9 $$"), ""})
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

func TestManyValues(t *testing.T) {
	p := providers()
	p.Variables = &variables.Variables{Configuration: value.MapOf("a", strings.Repeat("x", 1<<20))}
	_, err := p.Perform(t.Context(), activity("probe", "type", "process", "path", "true", "arguments", strings.Repeat("${a}", 65)))
	var failed *experiment.Failed
	if !errors.As(err, &failed) || !strings.HasPrefix(failed.Reason, "the values in the place of ${name} would have more than 64 MiB in this activity") {
		t.Errorf("got %v", err)
	}
}

// silent are variables that take their time.
type silent struct {
	variables.Variables
	ever chan struct{}
	in   string
}

func (s *silent) wait(in string) {
	if s.in == in {
		<-s.ever
	}
}

func (s *silent) Refers(any) bool      { return true }
func (s *silent) Fits(v any) bool      { s.wait("Fits"); return s.Variables.Fits(v) }
func (s *silent) Substitute(v any) any { s.wait("Substitute"); return s.Variables.Substitute(v) }
func (s *silent) Arguments(v any) any  { s.wait("Arguments"); return s.Variables.Arguments(v) }

// The end is heard while values are put in the place of names.
func TestEndWhilePreparing(t *testing.T) {
	for in, settings := range map[string][]any{
		"Fits": {"type", "process", "path", "true"}, "Substitute": {"type", "http", "url", "http://127.0.0.1:1/"},
		"Arguments": {"type", "python", "module", "os.path", "func", "exists"},
	} {
		p, v := providers(), &silent{ever: make(chan struct{}), in: in}
		p.Variables = v
		ctx, end := context.WithCancel(t.Context())
		end()
		if _, err := p.Perform(ctx, activity("probe", settings...)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", in, err)
		}
		close(v.ever)
	}
}

// TestLimits: an output has a limit, and so has the time that an activity may take in all.
func TestLimits(t *testing.T) {
	over := false
	streams := &room{limit: 4, full: func() { over = true }}
	out, err := captured{room: streams}, captured{room: streams}
	for i, text := range []string{"12", "34", "5", "67"} {
		[]*captured{&out, &err}[i%2].Write([]byte(text))
		if over != (i > 1) {
			t.Errorf("after %s: over %v", text, over)
		}
	}
	first, _ := out.text(9)
	second, _ := err.text(9)
	if got := first + second + fmt.Sprint(streams.used.Load()); got != "12347" {
		t.Errorf("kept %s", got)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/drip":
			for r.Context().Err() == nil {
				w.Write([]byte("x"))
				w.(http.Flusher).Flush()
				clock.Sleep(r.Context(), time.Millisecond)
			}
		case "/large":
			w.Header().Set("Content-Length", fmt.Sprint(maxOutput+1))
			io.CopyN(w, endless{}, maxOutput+1)
		case "/gbk":
			w.Header().Set("Content-Type", "text/plain; charset=gbk")
			io.WriteString(w, strings.Repeat("\xff", maxOutput/3+1))
		case "/values":
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, "["+strings.Repeat("0,", 2_000_000)+"0]")
		}
	}))
	defer server.Close()
	from := func(path string) []any { return []any{"type", "http", "url", server.URL + path, "timeout", int64(60)} }
	program := func(line string) []any { return []any{"type", "process", "path", "sh", "arguments", []any{"-c", line}} }
	const late, much = "the activity took longer than 0.2 s in all (--max-time)", "is larger than 64 MiB"
	for _, c := range []struct {
		provider []any
		limit    time.Duration
		want     string
	}{
		{from("/drip"), 200 * time.Millisecond, late}, {program("sleep 60"), 200 * time.Millisecond, late}, {program("while :; do :; done"), 200 * time.Millisecond, late},
		{[]any{"type", "python", "module", "time", "func", "sleep", "arguments", value.MapOf("secs", int64(60))}, 200 * time.Millisecond, late},
		{from("/large"), 0, much + ": it has 67108865 bytes"}, {from("/gbk"), 0, much + ": as UTF-8 it has 67108866 bytes"},
		{from("/values"), time.Hour, "cannot be read: there are too many values in this, at byte 3999999"},
		{[]any{"type", "python", "module", "x", "func", "stays"}, 200 * time.Millisecond, late + "; process 7 (sudo) does not end"},
		{program("head -c 67108865 /dev/zero; sleep 60"), 0, "the process wrote more than 64 MiB: it was stopped after 67108865 bytes"},
		{program(`head -c 33554433 /dev/zero | tr '\0' '\377'`), 0, "the process wrote more than 64 MiB: as UTF-8 it has 67108866 bytes"},
		{program(`for out in 1 2; do head -c 20000000 /dev/zero | tr '\0' '\377' >&$out; done`), 0, "the process wrote more than 64 MiB: as UTF-8 it has 80000000 bytes"},
	} {
		if c.provider[1] == "process" && runtime.GOOS == "windows" {
			continue
		}
		p := providers()
		p.MaxTime = c.limit
		p.Python = func(ctx context.Context, _ worker.Call) (any, error) {
			<-ctx.Done()
			return nil, worker.Unended("process 7 (sudo) does not end")
		}
		output, err := p.Perform(t.Context(), activity("probe", c.provider...))
		var failed *experiment.Failed
		if !errors.As(err, &failed) || !strings.Contains(failed.Reason, c.want) {
			t.Errorf("%v: %v, %v; want %q", c.provider, output, err, c.want)
		}
	}
	p := providers()
	p.MaxTime = time.Hour
	if _, err := p.Perform(t.Context(), activity("probe", "type", "python", "module", "os.path", "func", "exists", "arguments", value.MapOf("path", "x"))); err != nil {
		t.Error(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.Perform(stopped, activity("probe", from("/drip")...)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
