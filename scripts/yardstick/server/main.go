// Server is a yardstick: a bare handler that reads a file for each request and
// sends what is in it.
//
// Usage: server ADDRESS FILE
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	file := os.Args[2]
	log.Fatal(http.ListenAndServe(os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		contents, err := os.ReadFile(file)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(contents)
	})))
}
