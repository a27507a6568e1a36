package live

import (
	"crypto/rand"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxConnections is how many connections this computer may have at once, and how many all others.
const maxConnections = 80

// maxStreams is how many pages of one browser have news at once. A browser has six connections to
// one program, and the buttons need one of them.
const maxStreams = 4

// What a connection is used for. The first ones are the first to end.
const (
	idle = iota
	busy
	streaming
)

// place is that of a connection.
type place struct {
	of      *places
	conn    net.Conn
	address string // of its computer
	browser string // whose page has news over it
	use     int
	lost    chan struct{} // closed when it belongs to another connection
}

// places are those of the open connections, the one that was opened first in front.
type places struct {
	mu    sync.Mutex
	taken []*place
}

// take gives a new connection a place. If there is none, the computer with the most connections gives
// one: that of an idle one, or else of the one that was opened first.
func (p *places) take(conn net.Conn, address string) *place {
	p.mu.Lock()
	defer p.mu.Unlock()
	mine := &place{of: p, conn: conn, address: address, lost: make(chan struct{})}
	if len(p.taken) == maxConnections {
		connections, most := map[string]int{address: 1}, 1
		for _, other := range p.taken {
			connections[other.address]++
			most = max(most, connections[other.address])
		}
		var first *place
		for _, other := range p.taken {
			if connections[other.address] == most && (first == nil || other.use < first.use) {
				first = other
			}
		}
		p.lose(first)
	}
	p.taken = append(p.taken, mine)
	return mine
}

// lose ends a connection. A page is told before.
func (p *places) lose(other *place) {
	p.taken = slices.DeleteFunc(p.taken, func(o *place) bool { return o == other })
	if close(other.lost); other.use != streaming {
		other.conn.Close()
	}
}

// stream notes that the page of a browser has news over this connection. If the browser has enough of
// these, there are none. Where nobody knows the browser, its first page has no more news instead: it
// may be one that does not read.
func (mine *place) stream(browser string, known bool) bool {
	p := mine.of
	p.mu.Lock()
	defer p.mu.Unlock()
	var same []*place
	for _, other := range p.taken {
		if other.use == streaming && other.browser == browser {
			same = append(same, other)
		}
	}
	if len(same) == maxStreams {
		if known {
			return false
		}
		p.lose(same[0])
	}
	mine.use, mine.browser = streaming, browser
	return true
}

// changed notes what the server does with a connection.
func (p *places) changed(conn net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.taken, func(other *place) bool { return other.conn == conn })
	switch {
	case i < 0:
	case state == http.StateClosed:
		p.taken = slices.Delete(p.taken, i, i+1)
	case state == http.StateActive:
		p.taken[i].use = busy
	default:
		p.taken[i].use = idle
	}
}

// placesFor are those that a connection may take, and the address of its computer. This computer has
// places of its own, which others cannot take.
func (s *Server) placesFor(conn net.Conn) (*places, string) {
	from, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
	if to, _, _ := net.SplitHostPort(conn.LocalAddr().String()); from == to || net.ParseIP(from).IsLoopback() {
		return &s.own, from
	}
	return &s.others, from
}

// cookie is the name of the text by which browsers are told apart.
const cookie = "chaos-workshop-browser"

// newcomer is a browser of this computer that has no cookie yet.
type newcomer struct {
	mu    sync.Mutex
	text  string
	until time.Time
}

// script sends the script, and a cookie with it. It comes with the script because a page to which
// a link of another site leads is asked for without cookies.
func (s *Server) script(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie(cookie); err != nil {
		mine, _ := r.Context().Value(placeKey{}).(*place)
		text := rand.Text()
		if mine.of == &s.own {
			text = s.new.name()
		}
		http.SetCookie(w, &http.Cookie{Name: cookie, Value: text, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	http.ServeFileFS(w, r, files, "live.js")
}

// name is the text for a browser of this computer. A browser may open many windows at once: they get
// the same.
func (n *newcomer) name() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	if now.After(n.until) {
		n.text = rand.Text()
	}
	n.until = now.Add(3 * time.Second)
	return n.text
}

// admitted finds out whether a page may have news.
func admitted(mine *place, r *http.Request) bool {
	browser, known := mine.address, false
	if c, err := r.Cookie(cookie); err == nil {
		browser, known = cookie+c.Value, true
	}
	if mine.stream(browser, known) {
		return true
	}
	time.Sleep(tickEvery) // the page may have been loaded again: its last stream ends soon
	return mine.stream(browser, known)
}
