package native

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

func shutilCopy(a arguments) (any, error) {
	dst := a.text("dst")
	if isFolder(dst) {
		dst = inFolder(dst, a.text("src"))
	}
	return dst, copyFile(a.text("src"), dst, value.Truthy(a["follow_symlinks"]), true)
}

func shutilCopyfile(a arguments) (any, error) {
	return a.text("dst"), copyFile(a.text("src"), a.text("dst"), value.Truthy(a["follow_symlinks"]), false)
}

// inFolder is the name that src gets in a folder.
func inFolder(folder, src string) string {
	_, base := splitName(strings.TrimRight(src, separators))
	return strings.TrimRight(folder, separators[:1]) + separators[:1] + base
}

// copyFile copies what a file holds and, on demand, its mode. Where a link is not
// to be followed, it is made anew.
func copyFile(src, dst string, follow, mode bool) error {
	from, to := find(src), find(dst)
	switch {
	case from != nil && to != nil && os.SameFile(from, to):
		return raise("shutil.SameFileError", "%s and %s are the same file", value.Repr(src), value.Repr(dst))
	case from != nil && from.Mode()&fs.ModeNamedPipe != 0:
		return raise("shutil.SpecialFileError", "`%s` is a named pipe", src)
	case to != nil && to.Mode()&fs.ModeNamedPipe != 0:
		return raise("shutil.SpecialFileError", "`%s` is a named pipe", dst)
	case !follow && isLink(src):
		return copyLink(src, dst)
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
		return orSystem(os.Chmod(dst, from.Mode()), dst)
	}
	return nil
}

func copyLink(src, dst string) error {
	target, err := os.Readlink(src)
	if err != nil {
		return systemError(err, src)
	}
	return orSystem(os.Symlink(target, dst), target, dst)
}

// shutilMove renames, into dst where that is a folder. What cannot be renamed,
// for example because it would go to another disk, is copied and removed.
func shutilMove(a arguments) (any, error) {
	src, dst := a.text("src"), a.text("dst")
	goal := dst
	if info := find(dst); info != nil && info.IsDir() {
		if from := find(src); from != nil && os.SameFile(from, info) { // the same folder in other letters, where case does not count
			return nil, rename(src, dst)
		}
		goal = inFolder(dst, src)
		if find(goal) != nil {
			return nil, raise("shutil.Error", "Destination path '%s' already exists", goal)
		}
	}
	err := rename(src, goal)
	if isSystem(err) {
		err = moveByCopy(src, dst, goal)
	}
	return goal, err
}

func moveByCopy(src, dst, goal string) error {
	var err error
	switch {
	case isLink(src):
		err = copyLink(src, goal)
	case isFolder(src):
		if isWithin(src, goal) {
			return raise("shutil.Error", "Cannot move a directory '%s' into itself '%s'.", src, dst)
		}
		err = orSystem(os.CopyFS(goal, os.DirFS(src)), src, goal)
	default:
		err = copyFile(src, goal, true, true)
		if info := find(src); err == nil && info != nil {
			os.Chtimes(goal, info.ModTime(), info.ModTime()) // a disk without times loses nothing else
		}
	}
	if err != nil {
		return err
	}
	return orSystem(os.RemoveAll(src), src)
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
func shutilRmtree(a arguments) (any, error) {
	path := a.text("path")
	bare := path
	if trimmed := strings.TrimRight(path, separators); trimmed != "" {
		bare = trimmed // Lstat would follow a link that a separator ends
	}
	info, err := os.Lstat(bare)
	switch {
	case value.Truthy(a["ignore_errors"]) && (err != nil || !info.IsDir()):
		return nil, nil
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return nil, raise("OSError", "Cannot call rmtree on a symbolic link")
	case err == nil && !info.IsDir():
		err = notFolder
	case err == nil:
		err = os.RemoveAll(path)
	}
	if err == nil || value.Truthy(a["ignore_errors"]) {
		return nil, nil
	}
	if inner := new(fs.PathError); errors.As(err, &inner) && inner.Path != bare {
		_, path = splitName(inner.Path) // Python names what is within the folder without the way to it
	}
	return nil, systemError(err, path)
}
