package live

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// wire is a connection that knows only its ends.
type wire struct {
	net.Conn
	from, to net.Addr
	closed   *bool
}

func (w wire) RemoteAddr() net.Addr { return w.from }
func (w wire) LocalAddr() net.Addr  { return w.to }
func (w wire) Close() error         { *w.closed = true; return nil }

// TestPlaces: a new connection always finds a place, and takes it from who has the most.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name, opened string // letters are computers, capital ones those of pages
		lost         []int  // connections by number
	}{
		{"there is a place for each", strings.Repeat("a", maxConnections), nil},
		{"one computer fills all", strings.Repeat("a", maxConnections) + "aa", []int{0, 1}},
		{"one computer fills all, another comes", strings.Repeat("a", maxConnections) + "b", []int{0}},
		{"another was there before", "bc" + strings.Repeat("a", maxConnections), []int{2, 3}},
		{"each has as many", strings.Repeat("ab", maxConnections/2) + "c", []int{0}},
		{"pages are the last to end", "AA" + strings.Repeat("a", maxConnections), []int{2, 3}},
		{"there are only pages", strings.Repeat("A", maxConnections) + "aA", []int{0, 80}},
	} {
		var p places
		var all []*place
		closed := make([]bool, len(c.opened))
		for i, computer := range c.opened {
			address := strings.ToLower(string(computer))
			one := p.take(wire{closed: &closed[i]}, address)
			if address != string(computer) {
				one.stream(fmt.Sprint(i), true)
			}
			all = append(all, one)
		}
		var lost []int
		for i, one := range all {
			select {
			case <-one.lost:
				lost = append(lost, i)
			default:
			}
			if isLost := len(lost) > 0 && lost[len(lost)-1] == i; closed[i] != (isLost && one.use != streaming) {
				t.Errorf("%s: connection %d: closed is %v", c.name, i, closed[i])
			}
			p.changed(one.conn, http.StateClosed)
		}
		if fmt.Sprint(lost) != fmt.Sprint(c.lost) || len(p.taken) > 0 {
			t.Errorf("%s: the connections %v lost their place, want %v; %d are taken", c.name, lost, c.lost, len(p.taken))
		}
	}
}

// TestPlacesOfThisComputer: others cannot take them, whichever address of this computer a page uses.
func TestPlacesOfThisComputer(t *testing.T) {
	for _, c := range []struct {
		from, to string
		own      bool
	}{
		{"127.0.0.1:5000", "127.0.0.1:8090", true},
		{"[::1]:5000", "[::1]:8090", true},
		{"192.0.2.7:5000", "192.0.2.7:8090", true},
		{"192.0.2.8:5000", "192.0.2.7:8090", false},
		{"[fd00::8]:5000", "[fd00::7]:8090", false},
	} {
		from, err := net.ResolveTCPAddr("tcp", c.from)
		to, err2 := net.ResolveTCPAddr("tcp", c.to)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		s := &Server{}
		if places, address := s.placesFor(wire{from: from, to: to}); (places == &s.own) != c.own || address != from.IP.String() {
			t.Errorf("%s at %s: own is %v, the address %q", c.from, c.to, places == &s.own, address)
		}
	}
}

// events opens a stream of a browser with this cookie; empty for none.
func events(t *testing.T, at, browser string) *bufio.Reader {
	t.Helper()
	request, err := http.NewRequest("GET", at+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if browser != "" {
		request.AddCookie(&http.Cookie{Name: cookie, Value: browser})
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return bufio.NewReader(answer.Body)
}

// told is the name of the first event of a page.
func told(t *testing.T, page *bufio.Reader) string {
	t.Helper()
	line, err := page.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "event: "))
}

// TestFull: more pages are opened than there are places, and none of them is read. A page that comes
// later has news, and the first one is told that its place is lost.
func TestFull(t *testing.T) {
	_, at, _, _ := served(t, true)
	first := events(t, at, "first")
	for i := range maxConnections - 1 {
		events(t, at, fmt.Sprint(i))
	}
	if name := told(t, events(t, at, "last")); name != "snapshot" {
		t.Errorf("the last page is told %q", name)
	}
	if text, err := io.ReadAll(first); err != nil || !strings.HasSuffix(string(text), "event: full\ndata: full\n\n") {
		t.Errorf("the first page is told %s, %v", text, err)
	}
}

// TestFullBrowser: the fifth page of a browser is told at once that there are too many, and the others
// go on; those of other browsers too. Where nobody knows the browser, it is the first page.
func TestFullBrowser(t *testing.T) {
	_, at, _, _ := served(t, true)
	var mine, nobodys []*bufio.Reader
	for range maxStreams {
		mine, nobodys = append(mine, events(t, at, "mine")), append(nobodys, events(t, at, ""))
	}
	for name, want := range map[string]string{"mine": "full", "another": "snapshot", "": "snapshot"} {
		if got := told(t, events(t, at, name)); got != want {
			t.Errorf("one page more of the browser %q is told %q, want %q", name, got, want)
		}
	}
	if text, err := io.ReadAll(nobodys[0]); err != nil || !strings.HasSuffix(string(text), "event: full\ndata: full\n\n") {
		t.Errorf("the first page of nobody knows whom is told %s, %v", text, err)
	}
	for i, page := range mine {
		if name := told(t, page); name != "snapshot" {
			t.Errorf("page %d is told %q", i, name)
		}
	}
}

// TestCookie: the script brings a cookie to a browser that has none. Windows that open at once get the same.
func TestCookie(t *testing.T) {
	_, at, _, _ := served(t, true)
	get := func(has string) *http.Cookie {
		t.Helper()
		request, err := http.NewRequest("GET", at+"/live.js", nil)
		if err != nil {
			t.Fatal(err)
		}
		if has != "" {
			request.AddCookie(&http.Cookie{Name: cookie, Value: has})
		}
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		for _, c := range answer.Cookies() {
			return c
		}
		return nil
	}
	one, other := get(""), get("")
	if one == nil || other == nil || one.Value != other.Value || len(one.Value) < 20 || !one.HttpOnly || one.SameSite != http.SameSiteStrictMode || one.Name != cookie {
		t.Errorf("the cookies are %v and %v", one, other)
	}
	if again := get(one.Value); again != nil {
		t.Errorf("a browser with a cookie gets %v", again)
	}
}

// piped is a listener to whom clients come that have no buffers.
type piped chan net.Conn

func (p piped) Accept() (net.Conn, error) {
	if c, open := <-p; open {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (p piped) Close() error   { close(p); return nil }
func (p piped) Addr() net.Addr { return &net.TCPAddr{} }

// TestSilent: whoever reads nothing, or sends only a part, loses the place within seconds.
func TestSilent(t *testing.T) {
	for sent, most := range map[string]time.Duration{
		"GET /events HTTP/1.1\r\nHost: live\r\n\r\n":                     patience + tickEvery,
		strings.Repeat("GET /live.js HTTP/1.1\r\nHost: live\r\n\r\n", 9): limit,
		"GET / HTTP/1.1\r\nHost: live\r\n\r\n":                           limit,
		"GET / HT":                                                       3*time.Second + limit, // to read, and to say that it is too late
		"POST /do HTTP/1.1\r\nHost: live\r\nOrigin: http://live\r\nContent-Length: 9\r\n\r\na": limit,
	} {
		t.Run(sent, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { silent(t, sent, most) })
		})
	}
}

// silent sends something, and reads nothing.
func silent(t *testing.T, sent string, most time.Duration) {
	client, server := net.Pipe()
	defer client.Close()
	l := make(piped, 1)
	l <- server
	s := &Server{Room: NewRoom("", "", [][2]string{{"a", ""}}), Clean: strings.TrimSpace, Hosts: []string{"live"}, Buttons: true}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { s.Serve(ctx, l); close(over) }()
	taken := func() int {
		synctest.Wait()
		s.own.mu.Lock()
		defer s.own.mu.Unlock()
		return len(s.own.taken)
	}
	go fmt.Fprint(client, sent)
	if taken() != 1 {
		t.Fatal("there is no place")
	}
	time.Sleep(most)
	if taken() != 0 {
		t.Error("the place is still taken")
	}
	stop()
	<-over
}
