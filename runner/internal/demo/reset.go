package demo

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"chaosworkshop.example/runner/internal/atomicfile"
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
	defer os.Remove(folder) // if nothing is kept in it
	kept = filepath.Join(folder, filepath.Base(source))
	back, err := keep(source, kept)
	if errors.Is(err, fs.ErrNotExist) {
		kept, err = "", nil
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(source), 0o755)
	}
	if err == nil {
		err = atomicfile.WriteFile(source, text, 0o644)
	}
	if err != nil {
		back()
		return fail(err)
	}
	return kept, true, nil
}

// keep copies a file, so that there is one at each moment, also where kept is on another disk or
// the file is a link. What cannot be read is moved. back undoes it.
func keep(source, kept string) (back func(), err error) {
	text, err := original.Read(source)
	if err != nil {
		return func() { os.Rename(kept, source) }, os.Rename(source, kept)
	}
	return func() { os.Remove(kept) }, os.WriteFile(kept, text, 0o644)
}
