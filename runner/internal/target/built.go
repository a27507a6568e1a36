package target

import (
	"os"
	"os/exec"
	"path/filepath"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// without looks for the program of a target on a computer without Go: one that was built elsewhere may lie beside
// the runner. It is used where its source is as it came. False: Go is there, or the target does not need it.
func (t *Target) without() (isWithout bool, err error) {
	if _, missing := exec.LookPath("go"); t.Build[0] != "go" || len(t.Start) == 0 || missing == nil {
		return false, nil
	}
	get := "get Go from https://go.dev/dl/, and open a new terminal; the services in Python need no Go"
	self, err := os.Executable()
	if err != nil {
		return true, err
	}
	built := filepath.Join(filepath.Dir(self), filepath.Base(t.Start[0]))
	if info, err := os.Stat(built); err != nil || !info.Mode().IsRegular() {
		return true, problem.New(problem.Invalid, t.Name+" cannot be built: Go is not installed, or not in the PATH", get)
	}
	if t.Source != "" && original.IsChanged(t.Source, t.Original) {
		return true, problem.New(problem.Invalid, "your change in "+t.Source+" cannot be built: Go is not installed, or not in the PATH", get)
	}
	t.Start[0] = built
	return true, nil
}
