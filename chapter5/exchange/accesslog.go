package exchange

import (
	"log"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// logged logs one line for each request: the method, what was asked for, the
// status of the answer, and how long it took to make.
func logged(next http.Handler, to *log.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		seen := &witness{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		milliseconds := time.Since(start).Seconds() * 1000
		to.Printf("%s %s %d (%.2f ms)", clean(r.Method), clean(r.RequestURI), seen.status, milliseconds)
	})
}

// witness remembers the status that a handler sends.
type witness struct {
	http.ResponseWriter
	status int
}

func (w *witness) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// clean makes a client's text fit to be shown: short, and quoted when a
// terminal could take some of it for a command.
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
