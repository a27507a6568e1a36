package main

import (
	"os"
	"os/exec"
)

// findChaos is the path of the Chaos Toolkit's program, empty where there is none.
func findChaos() string {
	name := os.Getenv("CHAOS")
	if name == "" {
		name = "chaos"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		say("toolkit: left out, there is no program %s; the variable CHAOS can name it", name)
		return ""
	}
	return path
}
