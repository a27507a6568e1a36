// Processes is a yardstick: a bare loop that starts the program "true", waits
// for its end and captures what it prints.
//
// Usage: processes HOW-MANY
package main

import (
	"bytes"
	"log"
	"os"
	"os/exec"
	"strconv"
)

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for range count {
		var stdout, stderr bytes.Buffer
		cmd := exec.Command("true")
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			log.Fatal(err)
		}
	}
}
