package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// programs are what is built: the name of the program, the folder to be in, and
// what to give to the compiler there. A module's own folder will do with and
// without a workspace.
var programs = []struct{ name, folder, source string }{
	{"runner", "runner", "."},
	{"service", "chapter5", "./service"},
	{"resilient-service", "chapter5", "./resilient-service"},
	{"chapter", "scripts/yardstick/chapter", "main.go"},
	{"requests", "scripts/yardstick/requests", "main.go"},
	{"processes", "scripts/yardstick/processes", "main.go"},
	{"server", "scripts/yardstick/server", "main.go"},
}

// build compiles every program into a folder.
func build(ctx context.Context, into string) error {
	say("building %d programs", len(programs))
	for _, p := range programs {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", programIn(into, p.name), p.source)
		cmd.Dir, cmd.Stderr = p.folder, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("cannot build %s: %w", p.name, err)
		}
	}
	return nil
}

// programIn is the path of a program that was built into a folder.
func programIn(folder, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(folder, name)
}

// atRoot tells whether the working folder is the repository's root, by what has
// to be there.
func atRoot() error {
	for _, p := range programs {
		if _, err := os.Stat(p.folder); err != nil {
			return errors.New("there is no folder " + p.folder + " here: start bench from the root of the repository")
		}
	}
	return nil
}
