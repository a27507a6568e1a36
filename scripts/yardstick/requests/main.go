// Requests is a yardstick: a bare loop of GETs. It fails when an answer is not
// 200, for then it has not done the work that it is there to be compared by.
//
// Usage: requests URL HOW-MANY
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
)

func main() {
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	for range count {
		if err := get(os.Args[1]); err != nil {
			log.Fatal(err)
		}
	}
}

func get(url string) error {
	answer, err := http.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.ReadAll(answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("got %s", answer.Status)
	}
	return nil
}
