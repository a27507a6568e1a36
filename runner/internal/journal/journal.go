// Package journal keeps what happened in a run, with the Chaos Toolkit's keys in
// the toolkit's order, and our verdict beside them.
//
// While the run lasts, each activity is a line of JSON in a file next to the journal,
// written when the activity is over: a runner that is killed has left what it saw. The
// journal itself appears at the end, whole or not at all. Files are not synced to the
// disk: what a process has written survives its end, but not a power failure.
package journal

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Journal is the journal of one run, under way.
type Journal struct {
	Path string // where it will be

	// Mask hides secrets in whatever is kept; nil where there are none.
	Mask func(any) any

	partial *os.File // nil where Path is no ordinary file

	mu   sync.Mutex
	line []byte // the latest of partial; its memory is used again
}

// Open prepares the journal at path, before the experiment starts. If no journal can
// be written there, the error is a *problem.Problem with the code Usage.
func Open(path string) (*Journal, error) {
	if path == "" {
		return nil, problem.New(problem.Usage, "the journal's path is empty", "name a file: --journal-path journal.json")
	}
	path, err := filepath.Abs(destination(path)) // a Python function may change the working folder
	if err != nil {
		return nil, unwritable(path, err)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, problem.New(problem.Usage, fmt.Sprintf("the journal's path %s is a folder", path), "name a file in it: --journal-path "+filepath.Join(path, "journal.json"))
	case err == nil && info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0: // would wait for a reader, perhaps for ever
		return nil, problem.New(problem.Usage, fmt.Sprintf("the journal's path %s is a pipe", path), "name a file, or /dev/stdout")
	case err == nil && !info.Mode().IsRegular():
		return &Journal{Path: path}, nil
	}
	partial, err := newPartial(path)
	if err != nil {
		return nil, unwritable(path, err)
	}
	return &Journal{Path: path, partial: partial}, nil
}

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
// processes repeat, that of a killed run must not be lost.
func newPartial(path string) (*os.File, error) {
	for n := os.Getpid(); ; n++ {
		f, err := os.OpenFile(partialPrefix(path)+strconv.Itoa(n), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

func partialPrefix(path string) string { return path + ".partial-" }

func unwritable(path string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return problem.Wrap(problem.Usage, err, "the journal cannot be written to "+filepath.Dir(path),
		"create the folder, or name another: --journal-path FILE")
}

// Leftovers names the files of runs that have not written their journal to
// path: they are under way elsewhere, or were killed.
func Leftovers(path string) []string {
	folder, prefix := filepath.Split(partialPrefix(destination(path)))
	entries, _ := os.ReadDir(filepath.Clean(folder)) // an unreadable folder is for Open to tell of
	var all []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			all = append(all, folder+e.Name())
		}
	}
	return all
}

// Record adds one run to the partial journal; part is where it belongs: method,
// rollbacks, or a check of the hypothesis. Several goroutines may call it.
func (j *Journal) Record(part string, run *verdict.Run) error {
	if j.partial == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.line = append(value.AppendJSON(j.line[:0], j.mask(value.MapOf("part", part, "run", run.Value())), "", ""), '\n')
	_, err := j.partial.Write(j.line)
	return err
}

func (j *Journal) mask(v any) any {
	if j.Mask == nil {
		return v
	}
	return j.Mask(v)
}

// Write puts the whole journal at its path and then removes the partial journal. If
// that fails, the partial journal stays. The error is a *problem.Problem.
func (j *Journal) Write(document *value.Map) error {
	write, do := j.overwrite, "name another place with --journal-path"
	if j.partial != nil {
		write, do = j.replace, do+"; what the run saw is in "+j.partial.Name()
	}
	if err := write(j.mask(document)); err != nil {
		return problem.Wrap(problem.NoVerdict, err, "the journal could not be written", do)
	}
	return j.Discard()
}

// Discard removes the partial journal of a run that did not begin.
func (j *Journal) Discard() error {
	if j.partial == nil {
		return nil
	}
	return errors.Join(j.partial.Close(), os.Remove(j.partial.Name()))
}

// overwrite writes to a path that is no regular file, such as /dev/stdout.
func (j *Journal) overwrite(document any) error {
	f, err := os.OpenFile(j.Path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	return cmp.Or(value.WriteJSON(f, document, "  "), f.Close())
}

// replace writes the file beside its place and moves it there.
func (j *Journal) replace(document any) error {
	f, err := os.CreateTemp(filepath.Dir(j.Path), "."+filepath.Base(j.Path)+"-*")
	if err != nil {
		return err
	}
	f.Chmod(j.mode()) // not every file system can
	if err = cmp.Or(value.WriteJSON(f, document, "  "), f.Close()); err == nil {
		err = os.Rename(f.Name(), j.Path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// mode is the mode of an older journal at the path, so that a private one stays
// private, else that of a new file of this user.
func (j *Journal) mode() fs.FileMode {
	if info, err := os.Stat(j.Path); err == nil {
		return info.Mode().Perm()
	}
	if info, err := j.partial.Stat(); err == nil {
		return info.Mode().Perm()
	}
	return 0o600
}
