package demo

import (
	"errors"
	"os"
	"path/filepath"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// Reset puts an original back, in the project's folder root, where the learner has changed the
// source: a file of the target or exercise with this name. It returns where it keeps what they
// had made of it; empty where the file was gone.
func Reset(root, name, source, came string) (kept string, done bool, err error) {
	text, err := original.Read(came)
	if err != nil {
		return "", false, problem.Wrap(problem.Invalid, err, "the original of "+name+" cannot be read, so nothing was changed", "get it again, from where this project came")
	}
	if !original.IsChanged(source, came) {
		return "", false, nil
	}
	fail := func(err error) (string, bool, error) {
		return "", false, problem.Wrap(problem.NoVerdict, err, "the original cannot be put back, and nothing was changed", "check free space and permissions of the project's folder")
	}
	folder, err := fresh(filepath.Join(root, ".workshop", "kept"), name)
	if err != nil {
		return fail(err)
	}
	draft := filepath.Join(folder, "original")
	defer func() {
		os.Remove(draft)
		os.Remove(folder) // if nothing is kept in it
	}()
	if err := os.WriteFile(draft, text, 0o644); err != nil {
		return fail(err)
	}
	kept = filepath.Join(folder, filepath.Base(source))
	switch err := os.Rename(source, kept); {
	case errors.Is(err, os.ErrNotExist):
		kept = ""
	case err != nil:
		return fail(err)
	}
	if err := os.MkdirAll(filepath.Dir(source), 0o755); err != nil {
		return kept, true, err
	}
	return kept, true, os.Rename(draft, source)
}
