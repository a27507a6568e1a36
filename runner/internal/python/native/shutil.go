package native

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

// shutilCopy copies a file, into dst where that is a folder, and its mode.
func shutilCopy(_ context.Context, a *value.Map) (any, error) {
	src, dst := a.Text("src"), a.Text("dst")
	if isFolder(dst) {
		dst = inFolder(dst, src)
	}
	return dst, copyFile(src, dst, true)
}

func shutilCopyfile(_ context.Context, a *value.Map) (any, error) {
	return a.Text("dst"), copyFile(a.Text("src"), a.Text("dst"), false)
}

// inFolder is the name that src gets in a folder.
func inFolder(folder, src string) string {
	base := lastPart(strings.TrimRight(src, separators))
	return strings.TrimRight(folder, separators[:1]) + separators[:1] + base
}

// copyFile copies what a file holds and, on demand, its mode. A pipe is refused,
// because it has no end.
func copyFile(src, dst string, mode bool) error {
	from, to := find(src), find(dst)
	switch {
	case from != nil && to != nil && os.SameFile(from, to):
		return raise("shutil.SameFileError", "%s and %s are the same file", value.Repr(src), value.Repr(dst))
	case from != nil && from.Mode()&fs.ModeNamedPipe != 0:
		return raise("shutil.SpecialFileError", "`%s` is a named pipe", src)
	case to != nil && to.Mode()&fs.ModeNamedPipe != 0:
		return raise("shutil.SpecialFileError", "`%s` is a named pipe", dst)
	case from != nil && from.IsDir():
		return systemError(folderOpen, src)
	}
	in, err := os.Open(src)
	if err != nil {
		return systemError(err, src)
	}
	defer in.Close()
	out, err := os.OpenFile(dst, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return systemError(err, dst)
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return systemError(err, src, dst)
	}
	if mode {
		return systemError(os.Chmod(dst, from.Mode()), dst)
	}
	return nil
}

// shutilMove renames, into dst where that is a folder. What cannot be renamed,
// for example because it would go to another disk, is copied and removed.
func shutilMove(ctx context.Context, a *value.Map) (any, error) {
	src, dst := a.Text("src"), a.Text("dst")
	goal := dst
	if to := find(dst); to != nil && to.IsDir() {
		if from := find(src); from != nil && os.SameFile(from, to) {
			return onPair(syscall.Rename)(ctx, a) // the same folder in other letters, where case does not count
		}
		goal = inFolder(dst, src)
		if exists(goal) {
			return nil, raise("shutil.Error", "Destination path '%s' already exists", goal)
		}
	}
	if syscall.Rename(src, goal) == nil {
		return goal, nil
	}
	return goal, moveByCopy(src, dst, goal)
}

// moveByCopy moves src to goal, which lies in dst or is the same.
func moveByCopy(src, dst, goal string) error {
	var err error
	switch info, missing := os.Lstat(src); {
	case missing == nil && info.Mode()&fs.ModeSymlink != 0:
		var target string
		if target, err = os.Readlink(src); err == nil {
			err = os.Symlink(target, goal)
		}
		err = systemError(err, target, goal)
	case missing == nil && info.IsDir():
		if isWithin(src, goal) {
			return raise("shutil.Error", "Cannot move a directory '%s' into itself '%s'.", src, dst)
		}
		err = systemError(os.CopyFS(goal, os.DirFS(src)), src, goal)
	default:
		if err = copyFile(src, goal, true); err == nil && info != nil {
			os.Chtimes(goal, info.ModTime(), info.ModTime()) // a disk without times loses nothing else
		}
	}
	if err != nil {
		return err
	}
	return systemError(os.RemoveAll(src), src)
}

// isWithin tells whether dst is src or lies in it, going by the names alone.
func isWithin(src, dst string) bool {
	src, _ = filepath.Abs(src)
	dst, _ = filepath.Abs(dst)
	separator := string(filepath.Separator)
	return strings.HasPrefix(dst+separator, strings.TrimRight(src, separator)+separator)
}

// shutilRmtree removes a folder with all that is in it. A link to one is refused,
// because what it leads to lies elsewhere.
func shutilRmtree(_ context.Context, a *value.Map) (any, error) {
	path := a.Text("path")
	bare := cmp.Or(strings.TrimRight(path, separators), path) // Lstat would follow a link that a separator ends
	info, err := os.Lstat(bare)
	isLink := err == nil && info.Mode()&fs.ModeSymlink != 0
	switch {
	case err != nil, isLink:
	case !info.IsDir():
		err = notFolder
	default:
		err = os.RemoveAll(path)
	}
	if ignore, _ := a.Get("ignore_errors"); value.Truthy(ignore) {
		return nil, nil
	}
	if isLink {
		return nil, raise("OSError", "Cannot call rmtree on a symbolic link")
	}
	if inner := new(fs.PathError); errors.As(err, &inner) && inner.Path != bare {
		path = lastPart(inner.Path) // Python names what is within the folder without the way to it
	}
	return nil, systemError(err, path)
}
