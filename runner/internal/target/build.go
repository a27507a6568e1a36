package target

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// patience is how long a build may take before somebody has to be told.
const patience = time.Second

// Build builds a target that is in its places; one without a build command is
// built already. When it takes more than a second, slow is called once, so that
// nobody thinks that nothing happens. A target that does not build is a problem
// with the last lines of the build.
func Build(ctx context.Context, o *process.Owner, t *Target, slow func()) error {
	if len(t.Build) == 0 {
		return nil
	}
	args, err := t.command("build", t.Build, t.places.Root)
	if err != nil {
		return err
	}
	said := new(lines)
	var exit process.Exit
	built := make(chan struct{})
	go func() {
		defer close(built)
		exit, err = o.Run(ctx, process.Command{Args: args, Dir: t.places.Root, Stdout: said, Stderr: said})
	}()
	sayWhenSlow(built, slow)
	said.flush()
	switch {
	case ctx.Err() != nil && err != nil:
		return err
	case err != nil:
		return t.problem("build", problem.Invalid, fmt.Sprintf("%s cannot be built: %v", t.Name, err), "check the command at this place")
	case exit.Code != 0:
		return t.problem("build", problem.Invalid,
			fmt.Sprintf("%s does not build: %s ended with %v%s", t.Name, shown(t.Build), exit, said.quoted()),
			"correct what the build complains about, and try again")
	}
	return nil
}

func sayWhenSlow(done <-chan struct{}, slow func()) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-done:
		return
	case <-timer.C:
	}
	slow()
	<-done
}

// command finds the program of a command: along the PATH, or where it says,
// counted from the folder in which it will run.
func (t *Target) command(key string, args []string, folder string) ([]string, error) {
	program := filepath.FromSlash(args[0])
	if filepath.Base(program) != program && !filepath.IsAbs(program) {
		program = filepath.Join(folder, program)
	}
	found, err := exec.LookPath(program)
	if err == nil {
		return append([]string{found}, args[1:]...), nil
	}
	var lookup *exec.Error
	if errors.As(err, &lookup) {
		err = lookup.Err
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		err = file.Err
	}
	return nil, t.problem(key, problem.Invalid,
		fmt.Sprintf("the program %s that is to %s %s cannot be run: %v", program, key, t.Name, err),
		"install it, or correct the command at this place")
}
