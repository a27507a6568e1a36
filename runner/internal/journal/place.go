package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// destination follows links, one to a file that is not there yet included.
func destination(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	target, err := os.Readlink(path)
	switch {
	case err != nil:
		return path
	case filepath.IsAbs(target):
		return target
	}
	return filepath.Join(filepath.Dir(path), target)
}

// newPartial makes a file that was not there: in a container, where numbers of
// processes repeat, that of a killed run must not be lost. It is locked until it is closed. If the
// journal that stood there is kept from anybody, so is the file.
func newPartial(path string, mode fs.FileMode) (*os.File, error) {
	open := fs.FileMode(0o644)
	if mode&open != open {
		open = 0o600 // others may be in its group
	}
	for n := os.Getpid(); ; n++ {
		f, err := os.OpenFile(partialPrefix(path)+strconv.Itoa(n), os.O_CREATE|os.O_EXCL|os.O_RDWR, open)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil || lock(f) && isThere(f): // or somebody has taken it for rubbish
			return f, err
		}
		f.Close()
	}
}

// errGone is why nothing can be kept in a file that has no name any more.
var errGone = errors.New("its file was removed")

// isThere tells whether an open file still has its name.
func isThere(f *os.File) bool {
	ours, err := f.Stat()
	there, gone := os.Stat(f.Name())
	return err == nil && gone == nil && os.SameFile(ours, there)
}

// Refused is the problem of the first file at a path that looks like what a run has left, and that
// others may have put there; nil without one. The path is that of a journal, or of such a file.
func Refused(path string) error {
	files := partials(path)
	if Of(path) != path {
		files = []string{path}
	}
	for _, file := range files {
		if _, err := ReadLeft(file); errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// partials are the files beside a journal that have the name of a partial one, and those beside a link
// to it: somebody may have made the link since.
func partials(path string) (files []string) {
	places := []string{destination(path)}
	if _, err := os.Readlink(path); err == nil {
		places = append(places, path)
	}
	for _, place := range places {
		folder, prefix := filepath.Split(partialPrefix(place))
		entries, _ := os.ReadDir(filepath.Clean(folder)) // an unreadable folder is for Open to tell of
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), prefix) && Of(e.Name()) != e.Name() {
				files = append(files, folder+e.Name())
			}
		}
	}
	return files
}

// sparePrefix begins the name of a folder for what cannot be written where it belongs.
const sparePrefix = "runner-journal-"

// LeftElsewhere are what runs have left that could not keep it beside their journals. Only the user's
// own files count: others may write into the system's temporary folder.
func LeftElsewhere() (all []*Left) {
	folders, _ := os.ReadDir(os.TempDir())
	for _, folder := range folders {
		if !strings.HasPrefix(folder.Name(), sparePrefix) {
			continue
		}
		path := filepath.Join(os.TempDir(), folder.Name())
		files, _ := os.ReadDir(path)
		for _, f := range files {
			if Of(f.Name()) == f.Name() {
				continue // it may be a whole journal, and large
			}
			left, err := ReadLeft(filepath.Join(path, f.Name()))
			if err == nil && left.Begun.AsText("journal") != "" {
				left.Path = left.Begun.AsText("journal")
				all = append(all, left)
			}
		}
	}
	return all
}

// removeSpare removes the folder of a file that could not be kept where it belongs, if it is empty now.
func removeSpare(file string) {
	if folder := filepath.Dir(file); strings.HasPrefix(filepath.Base(folder), sparePrefix) {
		os.Remove(folder)
	}
}

func partialPrefix(path string) string { return path + ".partial-" }

func unwritable(path string, err error) error {
	do := "create the folder"
	switch {
	case errors.Is(err, syscall.ENOSPC):
		do = "make room"
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		do = "check its permissions"
	}
	return problem.Wrap(problem.Usage, bare(err), "the journal cannot be written to "+filepath.Dir(path), do+", or name another file: --journal-path FILE")
}

// bare is an error without the names of our own files, which nobody knows.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// move goes on with a copy of the lines so far, in the system's temporary folder.
func (j *Journal) move(why error) error {
	folder, err := j.elsewhere()
	if err != nil {
		return err
	}
	lines, err := io.ReadAll(io.NewSectionReader(j.partial, 0, maxLeft))
	if err != nil {
		return err
	}
	copied, err := newPartial(filepath.Join(folder, filepath.Base(j.Path)), j.mode)
	if err != nil {
		return err
	}
	if _, err := copied.Write(lines[:bytes.LastIndexByte(lines, '\n')+1]); err != nil {
		return errors.Join(err, copied.Close(), os.Remove(copied.Name()))
	}
	j.remove()
	j.partial = copied
	j.said = fmt.Sprintf("What the run sees cannot be kept beside its journal (%v), so it is kept in %s", bare(why), copied.Name())
	return nil
}

// elsewhere is a new folder for what cannot be written where it belongs.
func (j *Journal) elsewhere() (folder string, err error) {
	if j.spare == "" {
		if folder, err = os.MkdirTemp("", sparePrefix); err != nil {
			return "", err
		}
		j.spare = filepath.Join(folder, filepath.Base(j.Path))
	}
	return filepath.Dir(j.spare), nil
}

// Elsewhere is in the error of Write where the journal is not at its path.
type Elsewhere struct {
	Path string // empty: it was given to Spill
	Err  error  // why it could not be written to its path
}

func (e *Elsewhere) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Elsewhere) Unwrap() error { return e.Err }

// keptLines is what the run saw, for a run that cannot write its journal; empty for nothing. It has
// another name from then on: the run was not killed.
func (j *Journal) keptLines() string {
	if j.partial == nil {
		return ""
	}
	name := j.partial.Name()
	if info, err := j.partial.Stat(); err != nil || info.Size() == 0 || !isThere(j.partial) {
		j.Discard()
		return ""
	}
	j.partial.Close()
	if lines := Of(name) + ".lines" + strings.TrimPrefix(name, Of(name)+".partial"); !j.undo && os.Rename(name, lines) == nil {
		name = lines
	}
	if j.spare != "" {
		os.Remove(filepath.Dir(j.spare)) // if it is empty
	}
	return name
}

// remove also empties the file: its folder may be somewhere else by now.
func (j *Journal) remove() error {
	there := isThere(j.partial)
	err := errors.Join(j.partial.Truncate(0), j.partial.Close())
	if there {
		err = errors.Join(err, os.Remove(j.partial.Name()))
		removeSpare(j.partial.Name())
	}
	return err
}

// replace writes the file beside its place and moves it there.
func replace(path string, mode fs.FileMode, document any) error {
	return atomicfile.Write(path, mode, func(w io.Writer) error { return value.WriteJSON(w, document, "  ") })
}
