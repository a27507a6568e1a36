package live

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Action is what somebody asks for: predict, take, back, play.
type Action struct {
	Do        string
	Predicted Predicted
}

// Server serves the page of a room.
type Server struct {
	Room    *Room
	Clean   func(string) string // makes text from outside fit to be shown
	Hosts   []string            // the names of this server, with the port
	Buttons bool                // the page has buttons
	Act     func(Action) bool   // what to do when somebody presses one; false: there is too much to do

	token       string
	own, others places
	new         newcomer
}

// tickEvery is the time between two news of the page.
const tickEvery = 250 * time.Millisecond

// patience is how long a page may take to read one of them, and limit how long a request and its
// answer may take otherwise. Then the connection ends.
const patience, limit = 2 * time.Second, 5 * time.Second

// placeKey leads from a request to the place of its connection.
type placeKey struct{}

//go:embed page.html table.html live.js live.css
var files embed.FS

var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(files, "page.html", "table.html"))
})

// Serve serves the page until the context ends; end the room before. It does not wait for pages
// that do not read.
func (s *Server) Serve(ctx context.Context, l net.Listener) {
	s.token = rand.Text()
	server := &http.Server{
		Handler: s.guarded(), MaxHeaderBytes: 8 << 10, ErrorLog: log.New(io.Discard, "", 0),
		ReadHeaderTimeout: 3 * time.Second, ReadTimeout: limit, WriteTimeout: limit, IdleTimeout: limit,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			places, address := s.placesFor(conn)
			return context.WithValue(ctx, placeKey{}, places.take(conn, address))
		},
		ConnState: func(conn net.Conn, state http.ConnState) {
			places, _ := s.placesFor(conn)
			places.changed(conn, state)
		},
	}
	go server.Serve(l)
	<-ctx.Done()
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 300*time.Millisecond)
	defer cancel()
	server.Shutdown(soon) // pages that are open hear of the end
	server.Close()
}

// guarded refuses what does not come from the page itself.
func (s *Server) guarded() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page("page.html", false))
	mux.HandleFunc("GET /table", s.page("table.html", false))
	mux.HandleFunc("GET /hands", s.page("table.html", true))
	mux.HandleFunc("GET /events", s.events)
	mux.HandleFunc("GET /live.js", s.script)
	mux.HandleFunc("GET /live.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "live.css") })
	if s.Buttons {
		mux.HandleFunc("POST /do", s.do)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(s.Hosts, strings.ToLower(r.Host)) { // another name may lead here: DNS rebinding
			http.Error(w, "this page has another address", http.StatusMisdirectedRequest)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Header.Get("Origin") != "http://"+r.Host {
			http.Error(w, "this does not come from the page", http.StatusForbidden)
			return
		}
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// page is one of the two pages, as the room is now. A page to type in stands still.
func (s *Server) page(name string, still bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		now, _ := s.Room.news(nil, s.Clean)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		pages().ExecuteTemplate(w, name, map[string]any{"Room": now, "Time": time.UnixMilli(now.Now).Format("15:04:05"), "Token": s.token, "Buttons": s.Buttons, "Steps": Steps, "Still": still})
	}
}

// Steps are the steps of the learning loop.
var Steps = []string{"explore", "discover", "analyse", "improve", "validate"}

// events sends the room as it is, then what is new: at each tick, and at once where it matters. A page
// that has no place, or loses it, is told so.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	const full = "event: full\ndata: full\n\n"
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Connection", "close")
	mine, _ := r.Context().Value(placeKey{}).(*place)
	if !admitted(mine, r) {
		fmt.Fprint(w, full)
		return
	}
	out := http.NewResponseController(w)
	out.SetReadDeadline(time.Time{}) // that of the request would end the stream
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	name, seen := "snapshot", []int(nil)
	for {
		changed := s.Room.wait()
		now, all := s.Room.news(seen, s.Clean)
		seen = all
		text, err := json.Marshal(now)
		if err != nil {
			return
		}
		if now.Ended != "" {
			name = "end"
		}
		out.SetWriteDeadline(time.Now().Add(patience))
		fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, text)
		if out.Flush() != nil || now.Ended != "" {
			return
		}
		name = "tick"
		select {
		case <-r.Context().Done():
			return
		case <-mine.lost:
			out.SetWriteDeadline(time.Now().Add(patience))
			fmt.Fprint(w, full)
			return
		case <-changed:
		case <-tick.C:
		}
	}
}

// do passes on what a button asks for.
func (s *Server) do(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(s.token)) != 1 {
		http.Error(w, "load the page again", http.StatusForbidden)
		return
	}
	a := Action{Do: r.PostForm.Get("do")}
	var err error
	if a.Do == "predict" {
		a.Predicted, err = ParsePredicted(r.PostForm.Get("holds"), r.PostForm.Get("breaks"))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !slices.Contains([]string{"predict", "take", "back", "play"}, a.Do) {
		http.Error(w, "this is nothing that the page can ask for", http.StatusBadRequest)
		return
	}
	if !s.Act(a) {
		http.Error(w, "too much was asked for: wait a moment", http.StatusTooManyRequests)
		return
	}
	w.Header().Set("Location", "/")
	w.WriteHeader(http.StatusSeeOther)
}

// ParsePredicted reads a show of hands: two numbers of people, from 0 to 9999, and not 0 both.
func ParsePredicted(holds, breaks string) (Predicted, error) {
	const most = 9999 // more than any room has
	var numbers [2]int
	for i, text := range []string{holds, breaks} {
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil || n > most {
			return Predicted{}, fmt.Errorf("'%s' is not a number from 0 to %d", text, most)
		}
		numbers[i] = int(n)
	}
	if numbers == [2]int{} {
		return Predicted{}, errors.New("nobody has raised a hand: type how many hands there are")
	}
	return Predicted{numbers[0], numbers[1]}, nil
}
