package target

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// slowBuild is the time after which the user is told that a build takes long.
const slowBuild = time.Second

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
	timer := time.AfterFunc(slowBuild, slow)
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
			fmt.Sprintf("the build of %s failed: %s ended with %v%s", t.Name, shown(t.Build), exit, output.quoted()),
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

// shown is a command as a user would type it.
func shown(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if arg == "" || strings.ContainsAny(arg, " \t\n\"'$&|;<>()*?") {
			words[i] = fmt.Sprintf("%q", arg)
		}
	}
	return strings.Join(words, " ")
}
