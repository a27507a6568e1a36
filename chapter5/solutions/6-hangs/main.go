// Exercise 6, solved: a read that takes too long is given up, and the client is
// told so in time.
package main

import (
	"errors"
	"io/fs"
	"log"
	"net/http"
	"os"
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

	service.Serve(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, service.File)
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

// patience is how long a read may take. Clients give up after a second.
const patience = 500 * time.Millisecond

// read reads the file, and gives up when that takes too long.
func read(file string) ([]byte, error) {
	type result struct {
		contents []byte
		err      error
	}
	done := make(chan result, 1) // with room for a result that comes too late
	go func() {
		contents, err := os.ReadFile(file)
		done <- result{contents, err}
	}()
	select {
	case r := <-done:
		return r.contents, r.err
	case <-time.After(patience):
		return nil, os.ErrDeadlineExceeded
	}
}

// answer sends the contents that the file has now.
func answer(w http.ResponseWriter, file string) {
	contents, err := read(file)
	isEmpty := err == nil && len(contents) == 0 // the writer will soon write it
	isLate := errors.Is(err, os.ErrDeadlineExceeded)
	if errors.Is(err, fs.ErrNotExist) || isLate || isEmpty {
		// This is no defect: the file will soon be written again.
		w.Header().Set("Retry-After", "10") // seconds
		http.Error(w, "the exchange file is not ready",
			http.StatusServiceUnavailable)
		return
	}
	if err != nil {
		log.Printf("cannot read the exchange file: %v", err)
		http.Error(w, "internal server error", http.StatusInternalServerError)
		return
	}

	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(contents)
}
