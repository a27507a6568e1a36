package exercise

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/original"
)

// Editables are the files to change, in all languages, and the given ones.
func (e *Exercise) Editables() (all []Files) {
	for _, language := range slices.Sorted(maps.Keys(e.Files)) {
		all = append(all, e.Files[language])
	}
	return append(all, e.given()...)
}

func (e *Exercise) given() (all []Files) {
	for _, file := range e.Given {
		all = append(all, Files{Edit: file, Original: strings.Replace(file, "chapter5/", "chapter5/originals/", 1)})
	}
	return all
}

// GivenChanged is the first of the files beside the learner's that is not as it came, or
// empty: it could make an exercise solved whose service is not repaired. Given files are compared
// with their originals, the others with SHA256SUMS. A file that is not in this list is not compared.
func (e *Exercise) GivenChanged(root string) string {
	for _, f := range e.given() {
		if original.IsChanged(filepath.Join(root, f.Edit), filepath.Join(root, f.Original)) {
			return f.Edit
		}
	}
	for line := range strings.Lines(string(e.sums)) {
		sum, file, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if text, err := original.Read(filepath.Join(root, file)); e.uses(file) && (err != nil || sum != sumOf(text)) {
			return file
		}
	}
	return ""
}

func sumOf(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// uses tells whether a file beside the learner's and the given ones decides about the exercise.
func (e *Exercise) uses(file string) bool {
	inFolder := func(folder string) bool { return strings.HasPrefix(file, folder+"/") }
	isTarget := func(p Play) bool { return p.Target == file }
	return !slices.ContainsFunc(e.Editables(), func(f Files) bool { return f.Edit == file }) &&
		(inFolder("chapter5/exercises/"+e.Name) || slices.ContainsFunc(e.Plays, isTarget) || slices.ContainsFunc(e.Uses, inFolder))
}

// Complete is an error where an original or a solution is missing.
func (e *Exercise) Complete(root string) error {
	for _, f := range e.Editables() {
		for _, file := range []string{f.Original, f.Solution} {
			if file == "" {
				continue
			}
			if _, err := original.Read(filepath.Join(root, file)); err != nil {
				return unreadable(err, file)
			}
		}
	}
	return nil
}
