package conformance

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// reply is what /get was told to answer.
type reply struct {
	code int
	json bool
}

func (s *Server) counter(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls[r.PathValue("name")]++
	n := s.calls[r.PathValue("name")]
	s.mu.Unlock()
	code := http.StatusOK
	if good, err := strconv.Atoi(r.FormValue("ok")); err == nil && n > good {
		code = http.StatusInternalServerError
	}
	if bad, err := strconv.Atoi(r.FormValue("bad")); err == nil && n <= bad {
		code = http.StatusInternalServerError
	}
	answer(w, code, "text/plain", strconv.Itoa(n))
}

func (s *Server) set(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.FormValue("status"))
	if err != nil || code < 200 || code > 999 {
		http.Error(w, "no such status", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.statuses[r.PathValue("name")] = reply{code, r.FormValue("json") != ""}
	s.mu.Unlock()
	answer(w, http.StatusOK, "text/plain", "set")
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	now, known := s.statuses[r.PathValue("name")]
	s.mu.Unlock()
	switch {
	case !known:
		answer(w, http.StatusOK, "text/plain", "status 200")
	case now.json:
		answer(w, now.code, "application/json", `{"status": `+strconv.Itoa(now.code)+`}`)
	default:
		answer(w, now.code, "text/plain", "status "+strconv.Itoa(now.code))
	}
}

func (s *Server) file(w http.ResponseWriter, r *http.Request) {
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
