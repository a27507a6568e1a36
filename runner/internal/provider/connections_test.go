package provider

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// lobby counts the connections that a server has had, and has.
type lobby struct {
	mu       sync.Mutex
	all, now int
	changed  chan struct{} // a message when one has closed
}

func (l *lobby) server(t *testing.T, h http.Handler) *httptest.Server {
	l.changed = make(chan struct{}, 1)
	s := quietly(httptest.NewUnstartedServer(h))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		l.mu.Lock()
		defer l.mu.Unlock()
		switch state {
		case http.StateNew:
			l.all, l.now = l.all+1, l.now+1
		case http.StateClosed, http.StateHijacked:
			l.now--
			select {
			case l.changed <- struct{}{}:
			default: // one is waiting already
			}
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

// What a server says beyond its answer must not answer the next question.
func TestWhatFollowsAnAnswerIsNotTheNext(t *testing.T) {
	var l lobby
	server := l.server(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { conn.Close() })
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 Later\r\nContent-Length: 0\r\n\r\n")
	}))
	p := providers()
	for range 2 {
		if status, _ := must(t, p, get(server.URL)).Get("status"); status != int64(200) {
			t.Errorf("got status %v", status)
		}
	}
	l.wantAll(t, 2, "after two probes")
}

// Requests share their usual headers, and none may add to them.
func TestRequestsDoNotChangeEachOther(t *testing.T) {
	server := httptest.NewServer(handler())
	defer server.Close()
	p := providers()
	plain := shown(must(t, p, get(server.URL)).Copy())
	must(t, p, activity("probe", "type", "http", "url", server.URL, "method", "POST", "arguments", value.MapOf("a", "1")))
	must(t, p, activity("probe", "type", "http", "url", server.URL, "headers", value.MapOf("X-One", "1", "Accept", nil)))
	must(t, p, activity("probe", "type", "http", "url", strings.Replace(server.URL, "//", "//me:pw@", 1)))
	must(t, p, activity("probe", "type", "http", "url", server.URL, "arguments", value.MapOf("a", "1")))
	if again := shown(must(t, p, get(server.URL))); shown(undated(parsed(t, again))) != shown(undated(parsed(t, plain))) {
		t.Errorf("first %s\nthen  %s", plain, again)
	}
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestManyAtOnce(t *testing.T) {
	var l lobby
	server := l.server(t, handler())
	p := providers()
	kinds := []*experiment.Activity{
		get(server.URL), get(server.URL + "/redirect?code=302&to=/echo&cookie=a=1"),
		activity("probe", "type", "http", "url", server.URL+"/busy?id=many&times=9", "max_retries", int64(20), "timeout", int64(5)),
		activity("action", "type", "http", "url", server.URL, "method", "POST", "arguments", value.MapOf("a", "1")),
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 12 {
				if _, err := p.Perform(t.Context(), kinds[(i+j)%len(kinds)]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	p.http.wires.change()()
	l.empties(t)
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
