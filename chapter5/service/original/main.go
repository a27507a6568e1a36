// This service answers every request with the contents of its exchange file.
// Package exchange updates that file every few seconds in the background.
package main

import (
	"log"
	"net/http"
	"os"

	"chaosworkshop.example/chapter5/exchange"
)

func main() {
	os.Exit(exchange.Run(answer))
}

// answer sends the contents that the exchange file has now.
func answer(w http.ResponseWriter, _ *http.Request, file string) {
	contents, err := os.ReadFile(file)
	if err != nil {
		log.Printf("cannot read the exchange file: %v", err)
		http.Error(w, "internal server error", http.StatusInternalServerError)
		return
	}

	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(contents)
}
