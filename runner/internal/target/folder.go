package target

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
)

// List returns the names of the targets in a folder, sorted.
func List(folder string) ([]string, error) {
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, problem.New(problem.Invalid, "there is no folder "+folder, "go to the folder of the project, which has one with the targets")
	}
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "the targets cannot be listed", "check the folder and its permissions")
	}
	var names []string
	for _, f := range files {
		if ext := filepath.Ext(f.Name()); !f.IsDir() && (ext == ".yaml" || ext == ".yml") {
			names = append(names, strings.TrimSuffix(f.Name(), ext))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Find returns the file of the target that is called name. Where there is none,
// the problem names those that may have been meant.
func Find(folder, name string) (string, error) {
	names, err := List(folder)
	if err != nil {
		return "", err
	}
	if !slices.Contains(names, name) {
		what := fmt.Sprintf("there is no target %q in %s", name, folder)
		if len(names) == 0 {
			return "", problem.New(problem.Usage, what, "there is no other either: write "+filepath.Join(folder, "NAME.yaml"))
		}
		return "", problem.New(problem.Usage, what, problem.DidYouMean(name, names))
	}
	path := filepath.Join(folder, name+".yaml")
	if _, err := os.Stat(path); err != nil {
		path = filepath.Join(folder, name+".yml")
	}
	return path, nil
}
