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

// TestPlaces: a new page always finds a place, and takes it from who has the most.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name, opened string // letters are computers
		lost         []int  // pages by number
	}{
		{"there is a place for each", strings.Repeat("a", maxPages), nil},
		{"one computer fills all", strings.Repeat("a", maxPages) + "aa", []int{0, 1}},
		{"one computer fills all, another comes", strings.Repeat("a", maxPages) + "b", []int{0}},
		{"another was there before", "bc" + strings.Repeat("a", maxPages), []int{2, 3}},
		{"each has as many", strings.Repeat("ab", maxPages/2) + "c", []int{0}},
	} {
		var p places
		var all []*place
		for _, computer := range c.opened {
			all = append(all, p.take(string(computer)))
		}
		var lost []int
		for i, page := range all {
			select {
			case <-page.lost:
				lost = append(lost, i)
			default:
			}
			p.leave(page)
		}
		if fmt.Sprint(lost) != fmt.Sprint(c.lost) || len(p.taken) > 0 {
			t.Errorf("%s: the pages %v lost their place, want %v; %d are taken", c.name, lost, c.lost, len(p.taken))
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
		at, err := net.ResolveTCPAddr("tcp", c.to)
		if err != nil {
			t.Fatal(err)
		}
		s := &Server{}
		r := (&http.Request{RemoteAddr: c.from}).WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, net.Addr(at)))
		if places, address := s.placesFor(r); (places == &s.own) != c.own || !strings.Contains(c.from, address+":") && !strings.Contains(c.from, "["+address+"]") {
			t.Errorf("%s at %s: own is %v, the address %q", c.from, c.to, places == &s.own, address)
		}
	}
}

// TestFull: more pages are opened than there are places, and none of them is read. A page that comes
// later has news, and the first one is told that its place is lost.
func TestFull(t *testing.T) {
	_, at, _, _ := served(t, true)
	open := func() io.Reader {
		t.Helper()
		answer, err := http.Get(at + "/events")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { answer.Body.Close() })
		return answer.Body
	}
	first := open()
	for range maxPages - 1 {
		open()
	}
	if line, err := bufio.NewReader(open()).ReadString('\n'); line != "event: snapshot\n" {
		t.Errorf("the last page is told %q, %v", line, err)
	}
	if text, err := io.ReadAll(first); !strings.HasSuffix(string(text), "event: full\ndata: full\n\n") {
		t.Errorf("the first page is told %s, %v", text, err)
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

// TestSilent: a page that reads nothing loses its place within seconds.
func TestSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer client.Close()
		l := make(piped, 1)
		l <- server
		s := &Server{Room: NewRoom("", "", nil), Clean: strings.TrimSpace, Hosts: []string{"live"}}
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() { s.Serve(ctx, []net.Listener{l}); close(over) }()
		taken := func() int {
			synctest.Wait()
			s.own.mu.Lock()
			defer s.own.mu.Unlock()
			return len(s.own.taken)
		}
		fmt.Fprint(client, "GET /events HTTP/1.1\r\nHost: live\r\n\r\n")
		if taken() != 1 {
			t.Fatal("the page has no place")
		}
		time.Sleep(patience + tickEvery)
		if taken() != 0 {
			t.Error("the page still has its place")
		}
		stop()
		<-over
	})
}
