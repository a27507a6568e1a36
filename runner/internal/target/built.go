package target

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// Beside is where a program would lie that came with the runner, and whether it is there.
func Beside(program string) (path string, is bool) {
	self, err := os.Executable()
	if err != nil {
		return "", false
	}
	path = filepath.Join(filepath.Dir(self), program)
	info, err := os.Stat(path)
	return path, err == nil && info.Mode().IsRegular()
}

// without looks for the program of a target on a computer without Go: see useBuilt. False: Go is there, or the
// target does not need it.
func (t *Target) without() (isWithout bool, err error) {
	if _, missing := exec.LookPath("go"); t.Build[0] != "go" || len(t.Start) == 0 || missing == nil {
		return false, nil
	}
	return true, t.useBuilt("Go is not installed, or not in the PATH")
}

// useBuilt takes the program of a target that was built elsewhere, and came with the runner. It is used where its
// source is as it came. The error says why Go cannot build it here, and is an exec.ErrNotFound.
func (t *Target) useBuilt(why string) error {
	unbuilt := func(what, or string) error {
		return &problem.Problem{Code: problem.NoVerdict, What: what + " cannot be built: " + why, Err: exec.ErrNotFound,
			Do: "get Go from https://go.dev/dl/, and open a new terminal. Some exercises and demos need no Go: --in python for an exercise, weak-python for a demo" + or}
	}
	built, is := Beside(filepath.Base(t.Start[0]))
	if !is {
		return unbuilt(t.Name, "")
	}
	if t.Source != "" && original.IsChanged(t.Source, t.Original) {
		return unbuilt("your change in "+t.Source, ". Or {reset} brings it back as it came: that program is here")
	}
	t.Start[0] = built
	return nil
}

// isOld tells whether Go said that it is too old for the project, and that no newer one can be fetched.
func isOld(said []string) bool {
	return slices.ContainsFunc(said, func(line string) bool {
		return strings.Contains(line, " requires go >= ") || strings.HasPrefix(line, "go: download go1.")
	})
}
