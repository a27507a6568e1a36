package live

import (
	"net"
	"net/http"
	"slices"
	"sync"
)

// maxPages is how many pages of this computer may be open at once, and how many of all others.
const maxPages = 100

// place is that of an open page.
type place struct {
	address string        // of its computer
	lost    chan struct{} // closed when it belongs to another page
}

// places are those of the open pages, the one that was opened first in front.
type places struct {
	mu    sync.Mutex
	taken []*place
}

// take gives a new page a place. If there is none, the computer with the most pages gives one: that
// of its page which was opened first.
func (p *places) take(address string) *place {
	p.mu.Lock()
	defer p.mu.Unlock()
	mine := &place{address, make(chan struct{})}
	p.taken = append(p.taken, mine)
	if len(p.taken) > maxPages {
		pages, most := map[string]int{}, 0
		for _, other := range p.taken {
			pages[other.address]++
			most = max(most, pages[other.address])
		}
		first := slices.IndexFunc(p.taken, func(other *place) bool { return pages[other.address] == most })
		close(p.taken[first].lost)
		p.taken = slices.Delete(p.taken, first, first+1)
	}
	return mine
}

// leave gives a place back, if it was not lost before.
func (p *places) leave(mine *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = slices.DeleteFunc(p.taken, func(other *place) bool { return other == mine })
}

// placesFor are those that a page may take, and the address of its computer. This computer has
// places of its own, which others cannot take.
func (s *Server) placesFor(r *http.Request) (*places, string) {
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if to, _, _ := net.SplitHostPort(at.String()); from == to || net.ParseIP(from).IsLoopback() {
		return &s.own, from
	}
	return &s.others, from
}
