package live

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

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
