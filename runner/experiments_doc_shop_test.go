//go:build unix

package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// newShop serves the shop of docs/experiments.md: a price, and a door that can be
// closed by a form or by JSON.
func newShop(t *testing.T) string {
	var mu sync.Mutex
	open := true
	mux := http.NewServeMux()
	mux.HandleFunc("GET /price", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if !open {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("PUT /door", func(w http.ResponseWriter, r *http.Request) {
		order := struct{ Open string }{r.FormValue("open")}
		if r.Header.Get("Content-Type") == "application/json" {
			if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		mu.Lock()
		defer mu.Unlock()
		open = order.Open == "yes"
		w.WriteHeader(http.StatusNoContent)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}
