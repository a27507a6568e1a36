//go:build unix

package bench

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"testing"
)

// yardstickVariable makes a yardstick of this test binary: its value is not
// looked at.
const yardstickVariable = "WORKSHOP_YARDSTICK"

// bare is this binary as a yardstick.
func bare(b *testing.B, dir string, args ...string) command {
	path, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	return command{args: append([]string{path}, args...), env: []string{yardstickVariable + "=1"}, dir: dir}
}

// yardstick does the least that a Go program has to do for some work.
func yardstick(work string, args []string) (err error) {
	switch work {
	case "chapter":
		return bareChapter(args[0])
	case "requests":
		// Each request has a connection of its own, and does not ask for that by a header.
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: -1}}
		for i := 0; i < thousand && err == nil; i++ {
			_, err = get(client, args[0])
		}
	case "processes":
		for i := 0; i < thousand && err == nil; i++ {
			var stdout, stderr bytes.Buffer
			cmd := exec.Command("true")
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err = cmd.Run()
		}
	}
	return err
}

type answer struct {
	Status  int         `json:"status"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
}

func get(client *http.Client, url string) (answer, error) {
	response, err := client.Get(url)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

// bareChapter is the chapter's experiment: it asks the service, moves its file
// away, asks again, and writes down what it saw.
func bareChapter(url string) error {
	before, err := get(http.DefaultClient, url)
	if err != nil {
		return err
	}
	if err := os.Rename("exchange.dat", "exchange.dat.old"); err != nil {
		return err
	}
	after, err := get(http.DefaultClient, url)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent([]answer{before, after}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile("journal.json", text, 0o644)
}
