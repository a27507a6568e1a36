package exchange

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// logged writes one line for each request: the time, the method, what was
// asked for, the status of the answer, and how long it took to make.
func logged(next http.Handler, to *batch) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		seen := &witness{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		end := time.Now()

		// Appended, as it is several times quicker than with fmt and log.
		line := end.AppendFormat(make([]byte, 0, 256), "15:04:05 ")
		line = append(append(line, clean(r.Method)...), ' ')
		line = append(append(line, clean(r.RequestURI)...), ' ')
		line = strconv.AppendInt(line, int64(seen.status), 10)
		line = strconv.AppendFloat(append(line, " ("...), end.Sub(start).Seconds()*1000, 'f', 2, 64)
		to.Write(append(line, " ms)\n"...))
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
