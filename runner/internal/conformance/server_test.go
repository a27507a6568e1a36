//go:build unix

package conformance

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// server answers the experiments of one case. testdata/README.md lists its paths.
type server struct {
	folder string

	mu       sync.Mutex
	calls    map[string]int
	statuses map[string]http.HandlerFunc
}

// startServer serves on a free port of 127.0.0.1 until Close, /file from the folder.
func startServer(folder string) *httptest.Server {
	const sample = `{"a": 1, "list": [1, 2, 3], "name": "x"}`
	s := &server{folder: folder, calls: map[string]int{}, statuses: map[string]http.HandlerFunc{}}
	mux := http.NewServeMux()
	for path, h := range map[string]http.HandlerFunc{
		"/status/{code}":  status,
		"/json":           fixed("application/json", sample),
		"/json-charset":   fixed("application/json; charset=utf-8", sample),
		"/text":           fixed("text/plain", "hello, world"),
		"/echo":           echo,
		"/redirect":       redirect("/text"),
		"/loop":           redirect("/loop"),
		"/slow":           slow,
		"/empty-json":     fixed("application/json", ""),
		"/bad-json":       fixed("application/json", `{"a":`),
		"/latin1":         fixed("text/plain; charset=iso-8859-1", "caf\xe9"),
		"/binary":         fixed("application/octet-stream", "\x00\x01\x02\x03"),
		"/counter/{name}": s.counter,
		"/set/{name}":     s.set,
		"/get/{name}":     s.get,
		"/authorised":     authorised,
		"/file/{name}":    s.file,
	} {
		mux.HandleFunc(path, h)
	}
	web := httptest.NewServer(mux)
	return web
}

func fixed(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, kind, body) }
}

// answer sends a whole body with its length. What goes wrong here, the client sees.
func answer(w http.ResponseWriter, code int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	_, _ = io.WriteString(w, body)
}

func status(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.PathValue("code"))
	switch {
	case err != nil || code < 200 || code > 999:
		http.Error(w, "no such status", http.StatusBadRequest)
	case code == http.StatusNoContent || code == http.StatusNotModified:
		w.WriteHeader(code)
	default:
		answer(w, code, "text/plain", "status "+r.PathValue("code"))
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	headers := map[string]string{}
	for name := range r.Header {
		switch name {
		case "Accept", "Accept-Encoding", "Connection", "Content-Length", "User-Agent":
		default:
			headers[name] = r.Header.Get(name)
		}
	}
	text := line(map[string]any{"method": r.Method, "query": r.URL.RawQuery, "body": string(body), "headers": headers})
	answer(w, http.StatusOK, "application/json", string(text))
}

func slow(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(30 * time.Second):
	}
}

func authorised(w http.ResponseWriter, r *http.Request) {
	if text := r.Header.Get("Authorization"); text != "" {
		answer(w, http.StatusOK, "text/plain", text)
		return
	}
	answer(w, http.StatusUnauthorized, "text/plain", "who is asking?")
}

func (s *server) counter(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls[r.PathValue("name")]++
	n := s.calls[r.PathValue("name")]
	s.mu.Unlock()
	code := http.StatusOK
	good, errGood := strconv.Atoi(r.FormValue("ok"))
	bad, errBad := strconv.Atoi(r.FormValue("bad"))
	if errGood == nil && n > good || errBad == nil && n <= bad {
		code = http.StatusInternalServerError
	}
	answer(w, code, "text/plain", strconv.Itoa(n))
}

func (s *server) set(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.FormValue("status"))
	if err != nil || code < 200 || code > 999 {
		http.Error(w, "no such status", http.StatusBadRequest)
		return
	}
	kind, format := "text/plain", "status %d"
	if r.FormValue("json") != "" {
		kind, format = "application/json", `{"status": %d}`
	}
	s.mu.Lock()
	s.statuses[r.PathValue("name")] = func(w http.ResponseWriter, _ *http.Request) {
		answer(w, code, kind, fmt.Sprintf(format, code))
	}
	s.mu.Unlock()
	answer(w, http.StatusOK, "text/plain", "set")
}

func (s *server) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	now, known := s.statuses[r.PathValue("name")]
	s.mu.Unlock()
	if !known {
		now = fixed("text/plain", "status 200")
	}
	now(w, r)
}

func (s *server) file(w http.ResponseWriter, r *http.Request) {
	if want := r.FormValue("want"); want != "" && want != r.Header.Get("Authorization") {
		answer(w, http.StatusUnauthorized, "text/plain", "who is asking?")
		return
	}
	data, err := os.ReadFile(filepath.Join(s.folder, r.PathValue("name")))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	answer(w, http.StatusOK, r.FormValue("type"), string(data))
}
