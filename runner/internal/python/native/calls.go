package native

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/value"
)

// function does the work of a Function. It gets only arguments that Takes accepts.
type function func(context.Context, *value.Map) (any, error)

// onPath is a function that asks the operating system to do something to a path.
func onPath(do func(path string) error) function {
	return func(_ context.Context, a *value.Map) (any, error) {
		return nil, systemError(do(a.Text("path")), a.Text("path"))
	}
}

// onPair is a function that asks the operating system to make src into dst.
func onPair(do func(src, dst string) error) function {
	return func(_ context.Context, a *value.Map) (any, error) {
		return nil, systemError(do(a.Text("src"), a.Text("dst")), a.Text("src"), a.Text("dst"))
	}
}

// tells makes a Python function of a Go function that gets one path or name.
func tells[T any](parameter string, of func(name string) T) function {
	return func(_ context.Context, a *value.Map) (any, error) { return of(a.Text(parameter)), nil }
}

func makeFolder(path string) error { return syscall.Mkdir(path, 0o777) }

// osMakedirs also makes the folders on the way. Its error has the name of the one
// that could not be made.
func osMakedirs(_ context.Context, a *value.Map) (any, error) {
	name, err := makeFolders(a.Text("name"), value.Truthy(a.Value("exist_ok")))
	return nil, systemError(err, name)
}

// makeFolders returns the name of the folder that could not be made.
func makeFolders(name string, existOK bool) (string, error) {
	above, last := filepath.Split(strings.TrimRight(name, "/"))
	if above = strings.TrimRight(above, "/"); above != "" && !exists(above) {
		if failed, err := makeFolders(above, existOK); err != nil && !errors.Is(err, fs.ErrExist) {
			return failed, err
		}
		if last == "." {
			return "", nil
		}
	}
	err := makeFolder(name)
	if existOK && isFolder(name) {
		err = nil
	}
	return name, err
}

func osTruncate(_ context.Context, a *value.Map) (any, error) {
	length, _ := a.Value("length").(int64)
	return nil, systemError(os.Truncate(a.Text("path"), length), a.Text("path"))
}

// osMkfifo names no path in its error, as Python.
func osMkfifo(_ context.Context, a *value.Map) (any, error) {
	return nil, systemError(makePipe(a.Text("path")))
}

func osGetcwd(context.Context, *value.Map) (any, error) {
	// os.Getwd of Go believes $PWD, which may lead there through a link.
	folder, err := syscall.Getwd()
	return folder, systemError(err)
}

// osListdir leaves the names in the folder's own order, as Python does. It looks first
// whether the path is a folder: to open a pipe would be to wait for somebody to write to it.
func osListdir(_ context.Context, a *value.Map) (any, error) {
	path := "."
	if a.Has("path") {
		path = a.Text("path")
	}
	if exists(path) && !isFolder(path) {
		return nil, systemError(notFolder, path)
	}
	folder, err := os.Open(path)
	if err != nil {
		return nil, systemError(err, path)
	}
	defer folder.Close()
	entries, err := folder.Readdirnames(-1)
	names := make([]any, len(entries))
	for i, name := range entries {
		names[i] = name
	}
	return names, systemError(err, path)
}

func osGetenv(_ context.Context, a *value.Map) (any, error) {
	if v, ok := os.LookupEnv(a.Text("key")); ok {
		return v, nil
	}
	return a.Value("default"), nil
}

func pathGetsize(_ context.Context, a *value.Map) (any, error) {
	info, err := os.Stat(a.Text("filename"))
	if err != nil {
		return nil, systemError(err, a.Text("filename"))
	}
	return info.Size(), nil
}

// lastPart is what stands after the last separator; nothing where the name ends with one.
func lastPart(name string) string {
	rest := name[len(filepath.VolumeName(name)):]
	return rest[strings.LastIndexAny(rest, separators)+1:]
}

// find asks for what name leads to; nil where nothing is there.
func find(name string) fs.FileInfo {
	info, _ := os.Stat(name)
	return info
}

func exists(name string) bool { return find(name) != nil }

func isFile(name string) bool {
	info := find(name)
	return info != nil && info.Mode().IsRegular()
}

func isFolder(name string) bool {
	info := find(name)
	return info != nil && info.IsDir()
}

// timeSleep waits, unless the context ends first.
func timeSleep(ctx context.Context, a *value.Map) (any, error) {
	v := a.Value("secs")
	wait, ok := clock.Seconds(v)
	switch f, isFloat := v.(float64); {
	case !ok && !isFloat:
		return nil, raise("TypeError", "a number is required, not %s", value.Kind(v))
	case !ok, wait == clock.Forever, wait == time.Duration(math.MinInt64):
		return nil, raise("OverflowError", "timestamp too large to convert to C _PyTime_t")
	case wait < 0, f < 0:
		return nil, raise("ValueError", "sleep length must be non-negative")
	}
	return nil, clock.Sleep(ctx, wait)
}

// shutilCopy copies a file, into dst where that is a folder, and its mode.
func shutilCopy(ctx context.Context, a *value.Map) (any, error) {
	src, dst := a.Text("src"), a.Text("dst")
	if isFolder(dst) {
		dst = inFolder(dst, src)
	}
	return dst, copyFile(ctx, src, dst, true)
}

func shutilCopyfile(ctx context.Context, a *value.Map) (any, error) {
	return a.Text("dst"), copyFile(ctx, a.Text("src"), a.Text("dst"), false)
}

// inFolder is the name that src gets in a folder.
func inFolder(folder, src string) string {
	base := lastPart(strings.TrimRight(src, separators))
	return strings.TrimRight(folder, separators[:1]) + separators[:1] + base
}

// copyFile copies what a file holds and, on demand, its mode. A pipe is refused,
// because it has no end. It ends with ctx.
func copyFile(ctx context.Context, src, dst string, mode bool) error {
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
	for err == nil && ctx.Err() == nil {
		_, err = io.CopyN(out, in, 16<<20)
	}
	if err == io.EOF {
		err = nil
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return systemError(err, src, dst)
	}
	if ctx.Err() != nil {
		return ctx.Err()
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
	return goal, moveByCopy(ctx, src, dst, goal)
}

// moveByCopy moves src to goal, which lies in dst or is the same.
func moveByCopy(ctx context.Context, src, dst, goal string) error {
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
		if err = copyFile(ctx, src, goal, true); err == nil && info != nil {
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
	if value.Truthy(a.Value("ignore_errors")) {
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
