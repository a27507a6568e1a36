package provider

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// places are what stands for {name} in a table of activities: the addresses of
// servers that answer in every way that matters.
func places(t *testing.T) map[string]string {
	t.Helper()
	server := quietly(httptest.NewUnstartedServer(handler()))
	server.Start()
	t.Cleanup(server.Close)
	other := httptest.NewServer(handler())
	t.Cleanup(other.Close)
	secure := quietly(httptest.NewUnstartedServer(handler()))
	secure.StartTLS()
	t.Cleanup(secure.Close)
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(certificate, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"server": server.URL, "host": server.URL[len("http://"):], "other": other.URL,
		"secure": secure.URL, "securehost": secure.URL[len("https://"):], "certificate": certificate,
		"closed": "http://127.0.0.1:1", // tcpmux, which nobody has
	}
}

func quietly(s *httptest.Server) *httptest.Server {
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

func handler() http.Handler {
	var mu sync.Mutex
	asked := map[string]int{}
	again := func(r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		id, times := r.URL.Query().Get("id"), r.URL.Query().Get("times")
		asked[id]++
		return fmt.Sprint(asked[id]) <= times
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/raw", func(w http.ResponseWriter, r *http.Request) {
		answer, _ := url.QueryUnescape(r.URL.RawQuery)
		cut(w, answer)
	})
	mux.HandleFunc("/close", func(w http.ResponseWriter, _ *http.Request) { cut(w, "") })
	mux.HandleFunc("/flaky", func(w http.ResponseWriter, r *http.Request) {
		if again(r) {
			cut(w, "")
		}
		echo(w, r)
	})
	mux.HandleFunc("/busy", func(w http.ResponseWriter, r *http.Request) {
		if again(r) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/stall", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first")
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		cut(w, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X-Header: and one more\r\n", 100_000))
	})
	mux.HandleFunc("/pieces", pieces)
	mux.HandleFunc("/head", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Head", "yes") })
	mux.HandleFunc("/redirect", redirect)
	mux.HandleFunc("/again", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		if n > 0 {
			http.Redirect(w, r, fmt.Sprintf("/again?n=%d", n-1), http.StatusFound)
		}
	})
	mux.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.URL.Query().Get("code"))
		w.WriteHeader(code)
	})
	mux.HandleFunc("/", echo)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, pattern := mux.Handler(r); pattern != "/" { // which would clean the path
			h.ServeHTTP(w, r)
			return
		}
		echo(w, r)
	})
}

// cut sends exactly this, and ends the connection.
func cut(w http.ResponseWriter, answer string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	io.WriteString(conn, answer)
	conn.Close()
	panic(http.ErrAbortHandler)
}

// pieces come slowly, each within the time that the whole must not have.
func pieces(w http.ResponseWriter, r *http.Request) {
	for range 4 {
		io.WriteString(w, "piece ")
		http.NewResponseController(w).Flush()
		select {
		case <-time.After(10 * time.Millisecond):
		case <-r.Context().Done():
		}
	}
}

func redirect(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if to := q.Get("to"); to != "" {
		w.Header().Set("Location", to)
	}
	if cookie := q.Get("cookie"); cookie != "" {
		w.Header().Set("Set-Cookie", cookie)
	}
	code, _ := strconv.Atoi(q.Get("code"))
	w.WriteHeader(code)
}

// echo tells what was asked, as far as it depends on the activity.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	seen := []string{r.Method + " " + r.RequestURI}
	for _, name := range []string{"Accept", "Accept-Encoding", "Authorization", "Content-Type", "Cookie", "Referer", "X-One", "X-Two"} {
		if content, ok := r.Header[name]; ok {
			seen = append(seen, fmt.Sprintf("%s: %q", name, content))
		}
	}
	if agent := r.Header.Get("User-Agent"); agent == "me" {
		seen = append(seen, "User-Agent: me")
	}
	if r.Host == "example.test:99" {
		seen = append(seen, "Host: "+r.Host)
	}
	text, _ := json.Marshal(append(seen, string(body)))
	w.Header().Set("Content-Type", "application/json")
	w.Write(text)
}
