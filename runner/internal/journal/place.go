package journal

import (
	"bufio"
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
// processes repeat, that of a killed run must not be lost. It is locked until it is closed. Nobody else may
// read it: who can could lock it, too.
func newPartial(path string) (*os.File, error) {
	for n := os.Getpid(); ; n++ {
		f, err := os.OpenFile(partialPrefix(path)+strconv.Itoa(n), os.O_CREATE|os.O_EXCL|os.O_RDWR, fresh)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil || atomicfile.Lock(f) && atomicfile.IsThere(f): // or somebody looks into it at this moment
			return f, err
		}
		f.Close()
		os.Remove(f.Name())
	}
}

// fresh is the mode of a file that has no whole line yet, and hasLines that of one that has: a killed run whose file is
// fresh has done nothing.
const fresh, hasLines = 0o400, 0o600

// errGone is why nothing can be kept in a file that has no name any more.
var errGone = errors.New("its file is not there any more")

// removeSpare removes the folder of a file that could not be kept where it belongs, if it is empty now.
func removeSpare(file string) {
	if folder := filepath.Dir(file); strings.HasPrefix(filepath.Base(folder), sparePrefix) {
		os.Remove(folder)
	}
}

func partialPrefix(path string) string { return path + ".partial-" }

func unwritable(path string, err error) error {
	do := ""
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		do = "create the folder, or "
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		do = "make room, or "
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		do = "check its permissions, or "
	case errors.Is(err, syscall.EFBIG):
		do = "raise the limit of your shell (ulimit -f), or "
	}
	return problem.Wrap(problem.Usage, bare(err), "the journal cannot be written to "+filepath.Dir(path), do+"name another file: --journal-path FILE")
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
	lines, err := j.partial.Stat()
	if err != nil {
		return err
	}
	copied, err := newPartial(filepath.Join(folder, filepath.Base(j.Path)))
	if err != nil {
		return err
	}
	if err := copyLines(copied, io.NewSectionReader(j.partial, 0, lines.Size())); err != nil {
		return errors.Join(err, copied.Close(), os.Remove(copied.Name()))
	}
	copied.Chmod(hasLines)
	there := atomicfile.IsThere(j.partial)
	j.remove()
	if info, err := os.Stat(j.partial.Name()); there && err == nil && info.Size() > 0 {
		j.others = append(j.others, &Left{File: j.partial.Name(), info: info, size: info.Size()})
	}
	j.partial, j.unwritable = copied, nil
	j.said = fmt.Sprintf("What the run sees cannot be kept beside its journal (%v), so it is kept in %s", bare(why), copied.Name())
	return nil
}

// copyLines copies what it can of all whole lines; a half one at the end is left out.
func copyLines(to *os.File, lines io.Reader) error {
	text := bufio.NewReaderSize(lines, 1<<16)
	for size := int64(0); ; {
		piece, err := text.ReadSlice('\n')
		if _, unwritten := to.Write(piece); unwritten != nil {
			return unwritten
		}
		switch {
		case err == nil:
			size, _ = to.Seek(0, io.SeekCurrent)
		case err == io.EOF:
			return to.Truncate(size)
		case err != bufio.ErrBufferFull:
			return err
		}
	}
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
	if info, err := j.partial.Stat(); err != nil || info.Size() == 0 || !atomicfile.IsThere(j.partial) {
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

// remove empties a file whose folder is somewhere else by now.
func (j *Journal) remove() error {
	if !atomicfile.IsThere(j.partial) {
		j.partial.Chmod(fresh) // nothing is to be undone
		return errors.Join(j.partial.Truncate(0), j.partial.Close())
	}
	err := errors.Join(j.partial.Close(), atomicfile.Remove(j.partial.Name()))
	removeSpare(j.partial.Name())
	return err
}

// replace writes the file beside its place and moves it there.
func replace(path string, mode fs.FileMode, document any) error {
	return atomicfile.Write(path, mode, func(w io.Writer) error { return value.WriteJSON(w, document, "  ") })
}
