package python

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
)

// Find returns the interpreter for what is not done natively: the one that the
// user gave, as a path or as a program's name, else that of the active virtual
// environment, else python3 on PATH, which Windows calls python. Its error is a
// *problem.Problem. Variables of the environment are looked up with env.
func Find(given string, env func(name string) (string, bool)) (string, error) {
	search, _ := env("PATH")
	if given != "" {
		if path, ok := program(given, search); ok {
			return path, nil
		}
		return "", problem.New(problem.Usage, "there is no Python interpreter '"+given+"'", "give --python the path of one, as in --python /usr/bin/python3")
	}
	inside, name := filepath.Join("bin", "python"), "python3"
	if runtime.GOOS == "windows" {
		inside, name = filepath.Join("Scripts", "python"), "python"
	}
	if environment, _ := env("VIRTUAL_ENV"); environment != "" {
		if path, ok := program(filepath.Join(environment, inside), ""); ok {
			return path, nil
		}
	}
	if path, ok := program(name, search); ok {
		return path, nil
	}
	return "", problem.New(problem.Invalid, "no Python interpreter is found, neither in an active virtual environment nor as "+name+" on PATH",
		"install Python 3, activate the virtual environment that has it, or give --python its path")
}

// program finds a file that can be run: by its path where name is one, else in
// the folders of search.
func program(name, search string) (path string, found bool) {
	if strings.ContainsAny(name, separators) {
		return runnable(name)
	}
	for _, folder := range filepath.SplitList(search) {
		if path, found := runnable(filepath.Join(folder, name)); found && folder != "" {
			return path, true
		}
	}
	return "", false
}

func runnable(path string) (string, bool) {
	if runtime.GOOS == "windows" && filepath.Ext(path) != ".exe" {
		path += ".exe"
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "", false
	}
	return path, runtime.GOOS == "windows" || info.Mode()&0o111 != 0
}
