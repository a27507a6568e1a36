// Chapter is a yardstick: the least that a Go program has to do for the
// chapter's experiment, which is to ask the service, to move its file away, to
// ask again, and to write down what was seen.
//
// Usage: chapter URL FILE NEW-NAME JOURNAL
package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
)

type seen struct {
	Status  int         `json:"status"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
}

func main() {
	url, file, newName, journal := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	if err := experiment(url, file, newName, journal); err != nil {
		log.Fatal(err)
	}
}

func experiment(url, file, newName, journal string) error {
	before, err := get(url)
	if err != nil {
		return err
	}
	if err := os.Rename(file, newName); err != nil {
		return err
	}
	after, err := get(url)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent([]seen{before, after}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(journal, text, 0o644)
}

func get(url string) (seen, error) {
	answer, err := http.Get(url)
	if err != nil {
		return seen{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return seen{answer.StatusCode, answer.Header, string(body)}, err
}
