package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// program is one that is timed: as a whole, from its start to its end.
type program struct {
	path        string
	args        []string
	folder      string
	environment []string // beside our own
	output      string   // the file that it prints to
}

// run runs it once and returns the seconds that it took. An exit code other than
// 0 is an error: what has not done its work has no time.
func (p program) run(ctx context.Context) (float64, error) {
	output, err := os.Create(p.output)
	if err != nil {
		return 0, err
	}
	defer output.Close()
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.folder, output, output
	cmd.Env = append(os.Environ(), p.environment...)

	start := time.Now()
	err = cmd.Run()
	taken := time.Since(start)
	if ctx.Err() != nil {
		return 0, fmt.Errorf("stopped: %w", context.Cause(ctx))
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", filepath.Base(p.path), err, lastLines(p.output))
	}
	return taken.Seconds(), nil
}

// lastLines is the end of a file, to be shown when something went wrong.
func lastLines(file string) string {
	const most = 10
	text, _ := os.ReadFile(file) // without it there is nothing to show
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return "    " + strings.Join(lines[max(0, len(lines)-most):], "\n    ")
}
