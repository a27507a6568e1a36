// These are the three unhealthy services of exercise 2. Each of them looks well to the
// experiment of the chapter. The name of the program says which one this is.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/chapter5/exchange"
)

func main() {
	service := exchange.Open()
	started := time.Now().Format("2006-01-02T15:04:05.000000")
	if err := os.WriteFile(service.File, []byte(started), 0o666); err != nil {
		log.Fatalf("cannot write the exchange file: %v", err)
	}
	kind := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	answers := map[string]http.HandlerFunc{
		"always-503": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "10") // seconds
			http.Error(w, "the exchange file is not ready", http.StatusServiceUnavailable)
		},
		"nothing": func(http.ResponseWriter, *http.Request) {}, // 200, and an empty body
		"frozen":  func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, started) },
	}
	if answers[kind] == nil {
		log.Fatalf("the name of this program is %q, and must be always-503, nothing or frozen", kind)
	}
	service.Serve(answers[kind])
	service.Remove(started)
}
