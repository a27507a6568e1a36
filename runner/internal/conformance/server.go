package conformance

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Server answers the experiments of one case on 127.0.0.1. Its routes, for any
// method unless said otherwise:
//
//	/status/N          status N, text "status N"; no body for 204 and 304
//	/json              {"a": 1, "list": [1, 2, 3], "name": "x"} as application/json
//	/json-charset      the same as application/json; charset=utf-8
//	/text              hello, world as text/plain
//	/echo              method, query, body and the headers that say what a
//	                   client meant, as JSON
//	/redirect          302 to /text
//	/loop              302 to itself
//	/slow              nothing, until the client goes or 30 s have passed
//	/empty-json        200, application/json, no body
//	/bad-json          200, application/json, {"a":
//	/latin1            café as text/plain; charset=iso-8859-1
//	/binary            the bytes 0 to 3 as application/octet-stream
//	/counter/NAME      200 with the number of this call, from 1, as text;
//	                   with ?ok=N 500 from call N+1 on; with ?bad=N 500 until call N
//	/set/NAME?status=N from now on /get/NAME answers N; with &json=1 as JSON
//	/get/NAME          200, or what /set gave it
//	/authorised        the Authorization header as text, 401 without one
//	/file/NAME?type=T  a file of the folder as T; with ?want=W 401 unless the
//	                   Authorization header is W
type Server struct {
	URL    string // http://127.0.0.1:PORT
	folder string
	server *http.Server

	mu       sync.Mutex
	calls    map[string]int
	statuses map[string]reply
}

// StartServer serves on a free port until Close, /file from the folder.
func StartServer(folder string) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{
		URL: "http://" + listener.Addr().String(), folder: folder,
		calls: map[string]int{}, statuses: map[string]reply{},
	}
	s.server = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(listener) }() // it ends with Close, and only so
	return s, nil
}

// Close ends the server and every call that it is answering.
func (s *Server) Close() error { return s.server.Close() }

func (s *Server) routes() http.Handler {
	const sample = `{"a": 1, "list": [1, 2, 3], "name": "x"}`
	mux := http.NewServeMux()
	mux.HandleFunc("/status/{code}", status)
	mux.HandleFunc("/json", fixed("application/json", sample))
	mux.HandleFunc("/json-charset", fixed("application/json; charset=utf-8", sample))
	mux.HandleFunc("/text", fixed("text/plain", "hello, world"))
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/redirect", redirect("/text"))
	mux.HandleFunc("/loop", redirect("/loop"))
	mux.HandleFunc("/slow", slow)
	mux.HandleFunc("/empty-json", fixed("application/json", ""))
	mux.HandleFunc("/bad-json", fixed("application/json", `{"a":`))
	mux.HandleFunc("/latin1", fixed("text/plain; charset=iso-8859-1", "caf\xe9"))
	mux.HandleFunc("/binary", fixed("application/octet-stream", "\x00\x01\x02\x03"))
	mux.HandleFunc("/counter/{name}", s.counter)
	mux.HandleFunc("/set/{name}", s.set)
	mux.HandleFunc("/get/{name}", s.get)
	mux.HandleFunc("/authorised", authorised)
	mux.HandleFunc("/file/{name}", s.file)
	return mux
}

func fixed(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answer(w, http.StatusOK, kind, body) }
}

// answer sends a whole body with its length. What goes wrong here, the client
// sees.
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
	text, err := json.Marshal(map[string]any{
		"method": r.Method, "query": r.URL.RawQuery, "body": string(body), "headers": headers,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, http.StatusOK, "application/json", string(text))
}

func slow(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 30*time.Second)
	defer cancel()
	<-ctx.Done()
}

func authorised(w http.ResponseWriter, r *http.Request) {
	if text := r.Header.Get("Authorization"); text != "" {
		answer(w, http.StatusOK, "text/plain", text)
		return
	}
	answer(w, http.StatusUnauthorized, "text/plain", "who is asking?")
}
