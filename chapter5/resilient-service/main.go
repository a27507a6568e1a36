// This service answers every request with the contents of its exchange file,
// which package exchange writes anew every few seconds in the background.
package main

import (
	"errors"
	"io/fs"
	"log"
	"net/http"
	"os"

	"chaosworkshop.example/chapter5/exchange"
)

func main() {
	os.Exit(exchange.Run(answer))
}

// answer sends what the exchange file contains at this moment.
func answer(w http.ResponseWriter, _ *http.Request, file string) {
	contents, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		// Nothing is broken: the file is written anew soon.
		w.Header().Set("Retry-After", "10") // seconds
		http.Error(w, "the exchange file is not ready", http.StatusServiceUnavailable)
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
