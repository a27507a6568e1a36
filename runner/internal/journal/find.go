package journal

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// Leftovers are what runs of this user have left that have not written their journal to path, each run once.
func Leftovers(path string) (all []*Left) {
	path, _ = filepath.Abs(path)
	found := readAll(partials(path))
	for _, l := range found {
		if own := l.Begun.AsText("journal"); own != "" && destination(own) != destination(path) {
			found = append(found, slices.DeleteFunc(readAll(partials(own)), func(other *Left) bool { return !l.isRunOf(other) })...)
		}
	}
	for _, l := range LeftElsewhere() {
		if destination(l.Path) == destination(path) || slices.ContainsFunc(found, l.isRunOf) {
			found = append(found, l)
		}
	}
	for _, l := range found {
		i := slices.IndexFunc(all, l.isRunOf)
		switch {
		case i < 0:
			all = append(all, l)
		case os.SameFile(all[i].info, l.info):
		case all[i].size < l.size: // it has the same lines, and more
			l.others = append(l.others, all[i])
			all[i] = l
		default:
			all[i].others = append(all[i].others, l)
		}
	}
	return all
}

// isRunOf tells whether two files are of one run, as where its lines could not be kept beside its journal.
func (l *Left) isRunOf(other *Left) bool {
	who := func(l *Left) string { return value.JSON([]any{l.Begun.Value("start"), l.Begun.Value("process")}) }
	return os.SameFile(l.info, other.info) || l.Begun.Map("process") != nil && who(l) == who(other)
}

// Has tells whether a file is one of those that the run has left.
func (l *Left) Has(file string) bool {
	info, err := os.Stat(file)
	return err == nil && (os.SameFile(info, l.info) || slices.ContainsFunc(l.others, func(other *Left) bool { return other.Has(file) }))
}

func readAll(files []string) (all []*Left) {
	for _, file := range files {
		if left, err := readLeft(file); err == nil {
			all = append(all, left)
		}
	}
	return all
}

// readLeft reads a partial journal that this user has written: its rollbacks are commands. One that
// cannot be read is damaged. Its error is a *problem.Problem for another user's, or that there is none.
func readLeft(file string) (*Left, error) {
	f, err := process.OpenOwn(file, 0, math.MaxInt64)
	left, unopened := &Left{Lost: 1}, (*fs.PathError)(nil)
	switch {
	case err == nil:
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		text := bufio.NewReaderSize(f, 1<<16)
		begins, err := text.Peek(len(firstWord))
		if read := ParseLeft(text, info.Size()); read != nil {
			left = read
		} else if err == io.EOF && strings.HasPrefix(firstWord, string(begins)) {
			left = &Left{size: int64(len(begins))}
		}
		left.held = left.Begun == nil && !atomicfile.Lock(f)
		readOnly := info.Mode()&0o200 == 0
		left.fresh = left.Begun == nil && readOnly
		left.info, left.Unkept = info, left.Unkept || info.Mode()&0o111 != 0 || onWindows && left.Begun != nil && readOnly
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case errors.As(err, &unopened): // it is this user's, and the user may not read it
		if left.info, err = os.Lstat(file); err != nil {
			return nil, err
		}
	default:
		return nil, &problem.Problem{Code: problem.Invalid, What: "nothing is played from " + file + ": " + err.Error(), Do: "look who has put it there", Err: err}
	}
	left.File, left.Path = file, Of(file)
	return left, nil
}

// Refused is the problem of the first file at a path that looks like what a run has left, and that
// others may have put there; nil without one. The path is that of a journal, or of such a file.
func Refused(path string) error {
	files := partials(path)
	if Of(path) != path {
		files = []string{path}
	}
	for _, file := range files {
		if _, err := readLeft(file); errors.Is(err, fs.ErrPermission) {
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
// own files in own folders count: others may write into the system's temporary folder.
func LeftElsewhere() (all []*Left) {
	folders, _ := os.ReadDir(os.TempDir())
	for _, folder := range folders {
		path := filepath.Join(os.TempDir(), folder.Name())
		if !strings.HasPrefix(folder.Name(), sparePrefix) {
			continue
		}
		own, err := process.OpenOwn(path, fs.ModeDir, math.MaxInt64)
		if err != nil {
			continue
		}
		files, _ := own.ReadDir(-1)
		own.Close()
		for _, f := range files {
			if Of(f.Name()) == f.Name() {
				continue // it may be a whole journal, and large
			}
			left, err := readLeft(filepath.Join(path, f.Name()))
			if err == nil && left.Begun.AsText("journal") != "" {
				left.Path = left.Begun.AsText("journal")
				all = append(all, left)
			}
		}
	}
	return all
}
