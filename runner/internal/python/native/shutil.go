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
	src, dst := a["src"], a["dst"]
	info, err := find(dst)
	if err != nil {
		return nil, err
	}
	if info != nil && info.IsDir() {
		if dst, err = into(dst, src); err != nil {
			return nil, err
		}
	}
	if err := copyFile(src, dst, value.Truthy(a["follow_symlinks"]), true); err != nil {
		return nil, err
	}
	return dst, nil
}

func shutilCopyfile(a arguments) (any, error) {
	if err := copyFile(a["src"], a["dst"], value.Truthy(a["follow_symlinks"]), false); err != nil {
		return nil, err
	}
	return a["dst"], nil
}

// into is the name that src gets in the folder dst.
func into(dst, src any) (any, error) {
	from, ok := nameText(src)
	if !ok {
		return nil, noPath(src)
	}
	if typeName(src) != typeName(dst) {
		return nil, raise("TypeError", "Can't mix strings and bytes in path components")
	}
	to, _ := nameText(dst)
	_, base := splitName(strings.TrimRight(from, separators))
	if !strings.HasSuffix(to, separators[:1]) {
		to += separators[:1]
	}
	return likeName(dst, to+base), nil
}

// copyFile copies what a file holds and, on demand, its mode. Where a link is not
// to be followed, it is made anew.
func copyFile(src, dst any, follow, mode bool) error {
	from, err := stat(src)
	if err != nil && !isSystem(err) {
		return err
	}
	to, err := stat(dst)
	if err != nil && !isSystem(err) {
		return err
	}
	source, _ := nameText(src)
	goal, _ := nameText(dst)
	switch {
	case from != nil && to != nil && os.SameFile(from, to):
		return raise("shutil.SameFileError", "%s and %s are the same file", value.Repr(src), value.Repr(dst))
	case from != nil && from.Mode()&fs.ModeNamedPipe != 0:
		return raise("shutil.SpecialFileError", "`%s` is a named pipe", value.Text(src))
	case to != nil && to.Mode()&fs.ModeNamedPipe != 0:
		return raise("shutil.SpecialFileError", "`%s` is a named pipe", value.Text(dst))
	case !follow && isLink(source):
		return copyLink(source, goal, src, dst)
	case from != nil && from.IsDir():
		return systemError(folderOpen, src)
	}
	in, err := os.Open(source)
	if err != nil {
		return systemError(err, src)
	}
	defer in.Close()
	out, err := os.OpenFile(goal, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return systemError(err, dst)
	}
	_, err = io.Copy(out, in)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return systemError(err, src, dst)
	}
	if mode {
		if err := os.Chmod(goal, from.Mode()); err != nil {
			return systemError(err, dst)
		}
	}
	return nil
}

func copyLink(source, goal string, src, dst any) error {
	target, err := os.Readlink(source)
	if err != nil {
		return systemError(err, src)
	}
	if err := os.Symlink(target, goal); err != nil {
		return systemError(err, likeName(src, target), dst)
	}
	return nil
}

// shutilMove renames, into dst where that is a folder. What cannot be renamed,
// for example because it would go to another disk, is copied and removed.
func shutilMove(a arguments) (any, error) {
	src, dst := a["src"], a["dst"]
	info, err := find(dst)
	if err != nil {
		return nil, err
	}
	goal := dst
	if info != nil && info.IsDir() {
		from, err := stat(src)
		if err != nil && !isSystem(err) {
			return nil, err
		}
		if from != nil && os.SameFile(from, info) { // the same folder in other letters, where case does not count
			return nil, rename(src, dst)
		}
		if goal, err = into(dst, src); err != nil {
			return nil, err
		}
		if there, _ := find(goal); there != nil {
			return nil, raise("shutil.Error", "Destination path '%s' already exists", value.Text(goal))
		}
	}
	err = rename(src, goal)
	if isSystem(err) {
		err = moveByCopy(src, dst, goal)
	}
	if err != nil {
		return nil, err
	}
	return goal, nil
}

func moveByCopy(src, dst, goal any) error {
	source, _ := nameText(src)
	to, _ := nameText(goal)
	switch {
	case isLink(source):
		if err := copyLink(source, to, src, goal); err != nil {
			return err
		}
	case isFolder(source):
		if isWithin(source, to) {
			return raise("shutil.Error", "Cannot move a directory '%s' into itself '%s'.", value.Text(src), value.Text(dst))
		}
		if err := os.CopyFS(to, os.DirFS(source)); err != nil {
			return systemError(err, src, goal)
		}
	default:
		if err := copyFile(src, goal, true, true); err != nil {
			return err
		}
		if info, err := os.Stat(source); err == nil {
			os.Chtimes(to, info.ModTime(), info.ModTime()) // a disk without times loses nothing else
		}
	}
	if err := os.RemoveAll(source); err != nil {
		return systemError(err, src)
	}
	return nil
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
	err := removeTree(a["path"])
	if value.Truthy(a["ignore_errors"]) {
		return nil, nil
	}
	return nil, err
}

func removeTree(path any) error {
	name, err := fileName(path, "lstat", "path", named)
	if err != nil {
		return err
	}
	info, err := os.Lstat(name)
	if bare := strings.TrimRight(name, separators); bare != "" && isLink(bare) { // Lstat follows a link that a separator ends
		info, err = os.Lstat(bare)
	}
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return raise("OSError", "Cannot call rmtree on a symbolic link")
	case err == nil && !info.IsDir():
		err = notFolder
	case err == nil:
		err = os.RemoveAll(name)
	}
	if inner := new(fs.PathError); errors.As(err, &inner) && inner.Path != name {
		_, tail := splitName(inner.Path)
		path = tail // Python names what is within the folder without the way to it
	}
	if err != nil {
		return systemError(err, path)
	}
	return nil
}
