package httpclient

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ask makes a request of an address that a test has written.
func ask(t *testing.T, address string) *Request {
	t.Helper()
	u, err := ParseURL(address)
	if err != nil {
		t.Fatal(err)
	}
	return New(http.MethodGet, u)
}

func must(t *testing.T, r *Request) *Response {
	t.Helper()
	answer, err := r.Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// raw is a server that sends exactly this to each connection and closes it: at
// once, or when it has been asked.
func raw(t *testing.T, answer string, atOnce bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			if !atOnce {
				c.Read(make([]byte, 1<<16))
			}
			io.WriteString(c, answer)
			c.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, c)
			c.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// Each request has a connection of its own, which does not outlive it.
func TestEachRequestConnectsAnew(t *testing.T) {
	var mu sync.Mutex
	opened, open := 0, 0
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Connection") != "" || r.Close {
			t.Errorf("the request says Connection: %s", r.Header.Get("Connection"))
		}
		if r.URL.Path == "/again" {
			http.Redirect(w, r, "/", http.StatusFound)
		}
		io.WriteString(w, "ok")
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		switch state {
		case http.StateNew:
			opened, open = opened+1, open+1
		case http.StateClosed:
			if open--; open == 0 {
				select {
				case closed <- struct{}{}:
				default: // nobody has taken the last one
				}
			}
		}
	}
	server.Start()
	defer server.Close()
	var all sync.WaitGroup
	for _, path := range []string{"/", "/", "/again", "/again"} {
		all.Go(func() { must(t, ask(t, server.URL+path)) })
	}
	all.Wait()
	for {
		mu.Lock()
		n, left := opened, open
		mu.Unlock()
		if left == 0 {
			if n != 6 {
				t.Errorf("%d connections, want 6", n)
			}
			return
		}
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			t.Fatalf("%d connections are still open", left)
		}
	}
}

func TestHeadersKeepOrderAndSpelling(t *testing.T) {
	fields := "x-ODD:  1 \r\nB: 2\r\na: 3\r\n folded\r\nX-Odd: 4\r\n"
	want := []Field{{"x-ODD", "1 , 4"}, {"B", "2"}, {"a", "3"}, {"Content-Length", "2"}}
	for what, answer := range map[string]string{
		"an answer":       "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 2\r\n\r\nok",
		"after a 100":     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + fields + "Content-Length: 2\r\n\r\nok",
		"bare line feeds": strings.ReplaceAll("HTTP/1.1 200 OK\r\n"+fields+"Content-Length: 2\r\n\r\nok", "\r", ""),
	} {
		for _, hasty := range []bool{false, true} {
			got := must(t, ask(t, raw(t, answer, hasty)))
			if !slices.Equal(got.Header, want) || string(got.Body) != "ok" {
				t.Errorf("%s, before it is asked %v: got %q and %q", what, hasty, got.Header, got.Body)
			}
		}
	}
	long := "X-Long: " + strings.Repeat("x", maxLine-len("X-Long: \r")) + "\r\n"
	got := must(t, ask(t, raw(t, "HTTP/1.1 200 OK\r\n"+long+fields+"\r\n", false)))
	if len(got.Header) != 4 || got.Header[1].Name != "x-ODD" {
		t.Errorf("after a long header: %d headers, %q", len(got.Header), got.Header[1:])
	}
}

// The limits of Python's http.client: the table of package provider has its numbers of headers.
func TestLongHeads(t *testing.T) {
	for what, head := range map[string]string{
		"a long header":             "HTTP/1.1 200 OK\nX: " + strings.Repeat("x", maxLine-len("X: ")+1),
		"a long status line":        "HTTP/1.1 200 " + strings.Repeat("x", maxLine),
		"headers on two lines each": "HTTP/1.1 200 OK" + strings.Repeat("\nX: 1\n 2", maxHeaders/2+1),
	} {
		if _, err := ask(t, raw(t, head+"\n\n", false)).Do(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "the answer has more than 99 headers") {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

// A proxy for http passes headers on; through one for https there is a tunnel,
// in which net/http's spelling and order have to do.
func TestProxy(t *testing.T) {
	proxy, _ := url.Parse(raw(t, "HTTP/1.1 200 OK\r\nx-odd: a\r\nB: b\r\n\r\nthrough", false))
	r := ask(t, "http://example.test/x")
	r.proxy = http.ProxyURL(proxy)
	if got := must(t, r); !slices.Equal(got.Header, []Field{{"x-odd", "a"}, {"B", "b"}}) || string(got.Body) != "through" {
		t.Errorf("got %q, %q", got.Header, got.Body)
	}

	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["x-odd"] = []string{"a", "b"}
	}))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	tunnel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			t.Errorf("the proxy was asked to %s", r.Method)
		}
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		here, _, _ := http.NewResponseController(w).Hijack()
		io.WriteString(here, "HTTP/1.1 200 Connection established\r\nx-proxy: me\r\n\r\n")
		go func() { io.Copy(there, here); there.Close() }()
		io.Copy(here, there)
		here.Close()
	}))
	defer tunnel.Close()
	proxy, _ = url.Parse(tunnel.URL)
	r = ask(t, secure.URL)
	r.proxy, r.TLS = http.ProxyURL(proxy), secure.Client().Transport.(*http.Transport).TLSClientConfig
	if got := must(t, r); got.Get("x-odd") != "a, b" || got.Get("x-proxy") != "" {
		t.Errorf("through the tunnel: got %q", got.Header)
	}
	proxy, _ = url.Parse("http://127.0.0.1:1") // where nobody listens
	r = ask(t, secure.URL)
	r.proxy = http.ProxyURL(proxy)
	if _, err := r.Do(t.Context()); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1: connect") {
		t.Errorf("without the proxy: got %v", err)
	}
}

func TestTimeouts(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stall" {
			io.WriteString(w, "first")
			http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}))
	defer server.Close()
	for _, path := range []string{"/slow", "/stall"} {
		r := ask(t, server.URL+path)
		r.ReadTimeout = 50 * time.Millisecond
		if _, err := r.Do(t.Context()); !errors.Is(err, ErrTimeout) {
			t.Errorf("%s: got %v", path, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if _, err := ask(t, server.URL+path).Do(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s, stopped: got %v", path, err)
		}
		cancel()
	}
	mute := raw(t, "", false) // takes a connection, and knows no TLS
	r := ask(t, "https"+strings.TrimPrefix(mute, "http"))
	r.ConnectTimeout = 50 * time.Millisecond
	if _, err := r.Do(t.Context()); err == nil {
		t.Error("TLS without an answer is a success")
	}
}

func TestRetryAfter(t *testing.T) {
	for header, want := range map[string]time.Duration{"5": 5 * time.Second, " 7 ": 7 * time.Second, "999999": longestPause,
		"Thu, 01 Jan 1970 00:00:00 GMT": 0} {
		if got, ok := retryAfter(header); got != want || !ok {
			t.Errorf("Retry-After: %s: got %v %v, want %v", header, got, ok, want)
		}
	}
	if _, ok := retryAfter("soon"); ok {
		t.Error("Retry-After: soon has no meaning")
	}
	r := ask(t, raw(t, "HTTP/1.1 503 Busy\r\nRetry-After: 30\r\n\r\n", false))
	r.Retries = 1
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Do(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want to be still waiting", err)
	}
}

func TestTooLarge(t *testing.T) {
	for answer, tooLarge := range map[string]bool{
		"HTTP/1.1 200 OK\r\n\r\n1234":  false,
		"HTTP/1.1 200 OK\r\n\r\n12345": true,
	} {
		r := ask(t, raw(t, answer, false))
		r.MaxBody = 4
		if _, err := r.Do(t.Context()); errors.Is(err, ErrTooLarge) != tooLarge {
			t.Errorf("%q: got %v", answer, err)
		}
	}
	bomb := "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed(t, 1_000_000)
	r := ask(t, raw(t, bomb, false))
	r.MaxBody = 100_000
	if _, err := r.Do(t.Context()); !errors.Is(err, ErrTooLarge) || err.Error() != "the answer is too large: more than 0 MiB" {
		t.Errorf("much in little: got %v", err)
	}
	endless := "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Header: and one more\r\n", 100_000)
	if _, err := ask(t, raw(t, endless, false)).Do(t.Context()); err == nil || err.Error() != "the headers of the answer do not end" {
		t.Errorf("endless headers: got %v", err)
	}
}

// packed is so many zeros, by gzip.
func packed(t *testing.T, zeros int) string {
	t.Helper()
	var b strings.Builder
	w := gzip.NewWriter(&b)
	w.Write(make([]byte, zeros))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A password goes to no other server, and comes back from none.
func TestRedirectsKeepPasswords(t *testing.T) {
	seen := func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get("Authorization")) }
	other := httptest.NewServer(http.HandlerFunc(seen))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/seen", seen)
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("at"), http.StatusFound)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	for at, want := range map[string]string{"/seen": "Bearer x", server.URL + "/seen": "Bearer x", other.URL: "",
		strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/seen": ""} {
		r := ask(t, server.URL+"/to?at="+url.QueryEscape(at))
		r.Set("authorization", "Bearer x")
		if got := string(must(t, r).Body); got != want {
			t.Errorf("to %s: authorized as %q, want %q", at, got, want)
		}
	}
	for _, pair := range []struct {
		from, to string
		same     bool
	}{
		{"http://a/", "http://A:80/x", true}, {"http://a/", "https://a/", true}, {"https://a/", "http://a/", false},
		{"http://a:80/", "https://a:443/", true}, {"http://a:81/", "https://a/", false}, {"http://a/", "http://b/", false}, {"http://a/", "http://a:81/", false},
	} {
		from, _ := url.Parse(pair.from)
		to, _ := url.Parse(pair.to)
		if sameServer(from, to) != pair.same {
			t.Errorf("%s and %s: same %v, want %v", pair.from, pair.to, !pair.same, pair.same)
		}
	}
}

func TestSet(t *testing.T) {
	for name, contents := range map[string]map[string]bool{
		"X-One": {"": true, "a b": true, "é": true, "\ta": false, " a": false, "a\nb": false, "a\x7f": false, "€": false, "a ": true},
		"X One": {"a": false}, "": {"a": false}, "${k}": {"a": false}, "é": {"a": false},
	} {
		for content, want := range contents {
			if got := ask(t, "http://a/").Set(name, content); got != want {
				t.Errorf("%q: %q: got %v", name, content, got)
			}
		}
	}
	r := ask(t, "http://a/")
	r.Set("x-one", "1")
	r.Set("X-ONE", "2")
	r.Set("AUTHORIZATION", "3")
	if !r.Has("Accept") || !r.Has("x-One") || len(r.header) != 5 || r.header.Get("Authorization") != "3" {
		t.Errorf("got %q", r.header)
	}
	r.Drop("ACCEPT")
	if r.Has("Accept") {
		t.Errorf("Accept is still there: %q", r.header)
	}
}
