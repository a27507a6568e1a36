package exchange

import (
	"log"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// logged writes one line for each request: method, address, status of the
// answer, and the time that the answer took.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{w, http.StatusOK}
		next.ServeHTTP(recorder, r)
		milliseconds := time.Since(start).Seconds() * 1000
		log.Printf("%s %s %d (%.2f ms)", clean(r.Method), clean(r.RequestURI), recorder.status, milliseconds)
	})
}

// statusRecorder remembers the status that a handler sends.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// clean makes a client's text safe to show: it cuts a long one, and quotes one
// with characters that could control the terminal.
func clean(text string) string {
	const longest = 100
	cut := ""
	if len(text) > longest {
		text, cut = text[:longest], "..."
	}
	unprintable := func(r rune) bool { return !strconv.IsPrint(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable) {
		text = strconv.Quote(text)
	}
	return text + cut
}
