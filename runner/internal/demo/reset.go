package demo

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/target"
)

// isChanged tells whether the learner has changed the source of a target, or removed it.
func isChanged(t *target.Target) bool {
	if t.Source == "" {
		return false
	}
	original, err := os.ReadFile(t.Original)
	now, err2 := os.ReadFile(t.Source)
	return err == nil && (err2 != nil || !bytes.Equal(original, now))
}

// Reset puts the original source of a target back, in the project's folder root, where the
// learner has changed it. It returns where it keeps what they had made of it; empty where
// the file was gone.
func Reset(root string, t *target.Target) (kept string, done bool, err error) {
	t = t.In(target.Places{Root: root})
	if _, err := os.Stat(t.Original); t.Source != "" && err != nil {
		return "", false, problem.Wrap(problem.Invalid, err, "the original of "+t.Name+" cannot be read, so nothing was changed", "get it again, from where this project came")
	}
	if !isChanged(t) {
		return "", false, nil
	}
	fail := func(err error) (string, bool, error) {
		return "", false, problem.Wrap(problem.NoVerdict, err, "the original cannot be put back, and nothing was changed", "check free space and permissions of the project's folder")
	}
	folder, err := fresh(filepath.Join(root, ".workshop", "kept"), t.Name)
	if err != nil {
		return fail(err)
	}
	drafts := filepath.Join(folder, "original")
	defer func() {
		os.RemoveAll(drafts)
		os.Remove(folder) // if nothing is kept in it
	}()
	if err := os.CopyFS(drafts, os.DirFS(filepath.Dir(t.Original))); err != nil {
		return fail(err)
	}
	kept = filepath.Join(folder, filepath.Base(t.Source))
	switch err := os.Rename(t.Source, kept); {
	case errors.Is(err, os.ErrNotExist):
		kept = ""
	case err != nil:
		return fail(err)
	}
	if err := os.MkdirAll(filepath.Dir(t.Source), 0o755); err != nil {
		return kept, true, err
	}
	return kept, true, os.Rename(filepath.Join(drafts, filepath.Base(t.Original)), t.Source)
}
