package worker

import (
	"os/exec"
	"path/filepath"
	"runtime"

	"chaosworkshop.example/runner/internal/problem"
)

// find returns the interpreter for functions that are not built in: the one that the
// user gave, as a path or as a program's name, else that of the active virtual
// environment, else python3 on PATH, which Windows calls python. Its error is a
// *problem.Problem, which says what Python is needed for. Variables of the
// environment are looked up with env.
func find(given string, env func(name string) (string, bool), neededFor string) (string, error) {
	inside, name := filepath.Join("bin", "python"), "python3"
	if runtime.GOOS == "windows" {
		inside, name = filepath.Join("Scripts", "python"), "python"
	}
	if given != "" {
		name = given
	} else if environment, _ := env("VIRTUAL_ENV"); environment != "" {
		if path, err := exec.LookPath(filepath.Join(environment, inside)); err == nil {
			return path, nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	what := "Python is needed for " + neededFor + ", and "
	if given != "" {
		return "", problem.New(problem.Usage, what+"there is no Python interpreter '"+given+"'", "give --python the path of one, as in --python /usr/bin/python3")
	}
	return "", problem.New(problem.Invalid, what+"no Python interpreter is found, neither in an active virtual environment nor as "+name+" on PATH",
		"install Python 3, activate the virtual environment that has it, or give --python its path")
}
