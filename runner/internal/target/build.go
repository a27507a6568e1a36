package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// Build builds a target that In returned. If that takes more than a second, it
// calls slow once, so that the user knows what the runner waits for. A target
// without a build command needs no build.
//
// Its error is ctx's cause, or a problem with the code Invalid at the key build:
// the command cannot be run, or it failed; the problem then quotes its last lines.
func Build(ctx context.Context, o *process.Owner, t *Target, slow func()) error {
	if len(t.Build) == 0 {
		return nil
	}
	args, err := t.command("build", t.Build, t.places.Root)
	if err != nil {
		return err
	}
	output := new(lines)
	timer := time.AfterFunc(time.Second, slow)
	exit, err := o.Run(ctx, process.Command{Args: args, Dir: t.places.Root, Stdout: output, Stderr: output})
	timer.Stop()
	output.flush()
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return t.problem("build", problem.Invalid, fmt.Sprintf("%s cannot be built: %v", t.Name, err), "check the command at this place")
	case exit.Code != 0:
		return t.problem("build", problem.Invalid,
			fmt.Sprintf("the build of %s failed: %s ended with %v%s", t.Name, strings.Join(t.Build, " "), exit, output.quoted()),
			"correct what these lines report, and try again")
	}
	return nil
}

// command finds the program of a command: in PATH, or as a path from the folder
// in which the command will run.
func (t *Target) command(key string, args []string, folder string) ([]string, error) {
	program := filepath.FromSlash(args[0])
	if filepath.Base(program) != program && !filepath.IsAbs(program) {
		program = filepath.Join(folder, program)
	}
	found, err := exec.LookPath(program)
	if err == nil {
		return append([]string{found}, args[1:]...), nil
	}
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		err = cause // in the end without the path, which the message has
	}
	return nil, t.problem(key, problem.Invalid,
		fmt.Sprintf("the %s command of %s cannot be run: %s: %v", key, t.Name, program, err),
		"install the program, or correct the command at this place")
}

const (
	lastLines = 10
	longest   = 64 << 10 // bytes of a line; what comes behind them is dropped up to the line's end
)

// lines passes on each line that a process writes, and keeps the last few. The
// lines may contain control characters, which the receiver must clean. A line is
// never passed on in pieces: a secret across a border would not be found in them.
type lines struct {
	say func(line string) // may be nil

	mu   sync.Mutex
	part []byte // the line that is not complete
	last []string
	when time.Time // of the last line
}

// Write never fails.
func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for piece := range bytes.Lines(text) {
		piece, complete := bytes.CutSuffix(piece, []byte("\n"))
		l.part = append(l.part, piece[:min(len(piece), longest-len(l.part))]...)
		if !complete {
			break
		}
		line := strings.TrimSuffix(string(l.part), "\r")
		l.part, l.when = l.part[:0], time.Now()
		if l.last = append(l.last, line); len(l.last) > lastLines {
			l.last = l.last[1:]
		}
		if l.say != nil {
			l.say(line)
		}
	}
	return len(text), nil
}

// flush passes on a last line without an end, when nothing more can be written.
func (l *lines) flush() {
	if len(l.part) > 0 {
		l.Write([]byte("\n"))
	}
}

// quoted is the end of a sentence, followed by the last lines.
func (l *lines) quoted() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == 0 {
		return "; it printed nothing"
	}
	return "; its last lines:\n    " + strings.Join(l.last, "\n    ")
}

// lastTime is when the last line came.
func (l *lines) lastTime() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.when
}
