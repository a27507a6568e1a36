package target

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"regexp"
	"runtime"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// build builds a target that In returned. A target without a build command needs no build. Without a Go that is new
// enough, what was built before and lies beside the runner is used.
//
// Its error is ctx's cause, or a problem with the code Invalid at the key build:
// the command cannot be run. If it failed, the error is a problem.List: its last lines, and that it failed.
func (t *Target) build(ctx context.Context, s Setting) error {
	if len(t.Build) == 0 {
		return nil
	}
	if without, err := t.without(); without {
		return err
	}
	args, err := t.command("build", t.Build, t.places.Root)
	if err != nil {
		return err
	}
	output := new(lines)
	var exit process.Exit
	environment := BuildEnvironment()
	os.MkdirAll(t.places.Bin, 0o755)                                                // or Go says why not
	if temporary, err := process.MkdirTemp(t.places.Bin, BuildPrefix); err == nil { // what Go leaves there when it is killed
		defer os.RemoveAll(temporary)
		environment = append(environment, "GOTMPDIR="+temporary, "TMPDIR="+temporary) // cgo knows only the second
	}
	s.slow(ctx, "building "+t.Name+" (the first time: up to a minute)", func() {
		exit, err = s.Owner.Run(ctx, process.Command{Args: args, Dir: t.places.Root, Env: environment, Stdout: output, Stderr: output})
	})
	output.flush()
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return t.problem("build", problem.Invalid, fmt.Sprintf("%s cannot be built: %v", t.Name, err), "check the command at this place")
	case exit.Code != 0 && t.Build[0] == "go" && isOld(output.last):
		return t.useBuilt("Go is too old here")
	case exit.Code != 0 && noPlace(output.last) != nil:
		return problem.List{noPlace(output.last)}
	case exit.Code != 0 && len(output.last) > 0: // first what the compiler says
		var all problem.List
		for _, line := range output.last {
			if !strings.HasPrefix(line, "# ") {
				all = append(all, problem.New(problem.Invalid, line, ""))
			}
		}
		return append(all, problem.New(problem.Invalid,
			fmt.Sprintf("the build of %s failed: %s ended with %v", t.Name, strings.Join(t.Build, " "), exit), "correct what these lines report, and try again"))
	case exit.Code != 0:
		return t.problem("build", problem.Invalid,
			fmt.Sprintf("the build of %s failed: %s ended with %v and printed nothing", t.Name, strings.Join(t.Build, " "), exit), "check the command at this place")
	}
	return nil
}

// noPlace finds out whether Go has no place to write to, and says which variable names it.
func noPlace(said []string) *problem.Problem {
	for _, line := range said {
		temporary, isTemporary := strings.CutPrefix(line, "go: creating work dir: ")
		switch {
		case strings.Contains(line, "no space left on device"):
			return problem.New(problem.NoVerdict, "Go cannot build, as a disk is full: "+line, "make room in the project's folder, in the folder of TMPDIR, and in that of HOME")
		case isTemporary:
			return problem.New(problem.NoVerdict, "Go cannot build without a folder for temporary files: "+temporary, "unset TMPDIR and GOTMPDIR, or set TMPDIR to a folder that can be written")
		case strings.HasPrefix(line, "failed to initialize build cache") || unwritableCache.MatchString(line):
			return problem.New(problem.NoVerdict, "Go cannot build: "+line, "set HOME to your home folder, or GOCACHE to a folder that can be written")
		}
	}
	return nil
}

// unwritableCache finds what Go says of a file in its build cache.
var unwritableCache = regexp.MustCompile(`[/\\]go-build[/\\].*: (read-only file system|permission denied)$`)

// BuildPrefix begins the name of a folder for the files of a build, in that for the programs.
const BuildPrefix = "build-"

// BuildEnvironment is the runner's environment with other settings of Go: those that belong to
// other projects would make a build here fail, or make it for another system. Only a value that
// is not empty counts more than what "go env -w" has written. Where HOME does not exist, Go
// would not find its caches.
func BuildEnvironment() []string {
	all := append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=auto", "GO111MODULE=on", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	_, missing := os.Stat(os.Getenv("HOME"))
	if me, err := user.Current(); err == nil && missing != nil {
		all = append(all, "HOME="+me.HomeDir)
	}
	return all
}
