// Exercise 5, solved: for a short time, the last known contents are better than
// none.
package main

import (
	"errors"
	"io/fs"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"chaosworkshop.example/chapter5/exchange"
)

func main() {
	service := exchange.Open() // reads the flags and takes the port

	written, err := write(service.File) // the first answer needs it
	if err != nil {
		log.Fatalf("cannot write the exchange file: %v", err)
	}
	log.Printf("will update the exchange file %s every %v",
		service.File, service.Interval)

	var writer sync.WaitGroup
	writer.Go(func() {
		for service.Wait() { // for the interval; false when the service stops
			if text, err := write(service.File); err != nil {
				log.Printf("cannot write the exchange file: %v", err)
			} else {
				written = text
			}
		}
	})

	var last known
	service.Serve(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, service.File, &last)
	})

	writer.Wait() // or it would write the file again
	service.Remove(written)
}

// write puts the local date and time into the file, and creates the file if it
// is missing. It returns the text that it wrote.
func write(file string) (text string, err error) {
	text = time.Now().Format("2006-01-02T15:04:05.000000")
	return text, os.WriteFile(file, []byte(text), 0o666)
}

// stale is how old an answer may be.
const stale = 4 * time.Second

// known is what the file contained when it was read last, and when that was.
type known struct {
	mu       sync.Mutex // many requests may come at once
	contents []byte
	when     time.Time
}

// answer sends the contents that the file has now, or the last known ones while
// they are not too old. The header Age says how old they are, in seconds.
func answer(w http.ResponseWriter, file string, last *known) {
	last.mu.Lock()
	defer last.mu.Unlock()
	contents, err := os.ReadFile(file)
	isEmpty := err == nil && len(contents) == 0 // the writer will soon write it
	switch {
	case err == nil && !isEmpty:
		last.contents, last.when = contents, time.Now()
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		log.Printf("cannot read the exchange file: %v", err)
		http.Error(w, "internal server error", http.StatusInternalServerError)
		return
	case time.Since(last.when) > stale:
		w.Header().Set("Retry-After", "10") // seconds
		http.Error(w, "the exchange file is not ready",
			http.StatusServiceUnavailable)
		return
	}

	w.Header().Set("Age", strconv.Itoa(int(time.Since(last.when).Seconds())))
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(last.contents)
}
