package python

import (
	"context"
	"io/fs"
	"os"
	"runtime"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

func shutilRmtree(ctx context.Context, a arguments) (any, error) {
	return nil, removeTree(ctx, a["path"], value.Truthy(a["ignore_errors"]))
}

// removeTree removes a folder with all that is in it. It stops at the first
// error or, where it is to ignore them, removes what it can.
func removeTree(ctx context.Context, path any, ignore bool) error {
	sweep := sweeper{ctx, ignore}
	name, err := fileName(path, "lstat", "path", named)
	if err != nil {
		return sweep.pass(err)
	}
	if err := removable(name); err != nil {
		return sweep.pass(err)
	}
	return sweep.folder(name, name)
}

// removable is nil for a folder alone. A link to one is refused, because what it
// leads to lies elsewhere.
func removable(name string) error {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return systemError(err, name)
	case info.IsDir():
		return nil
	case info.Mode()&fs.ModeSymlink == 0:
		return systemError(notFolder, name)
	}
	if _, err := os.Stat(name); err != nil {
		return systemError(err, name)
	}
	return raiseSystem("OSError", "Cannot call rmtree on a symbolic link")
}

type sweeper struct {
	ctx    context.Context
	ignore bool
}

// pass lets an error through that is not to be ignored.
func (s sweeper) pass(err error) error {
	if s.ignore && isException(err) {
		return nil
	}
	return err
}

// folder removes the folder name, which an error calls shown.
func (s sweeper) folder(name, shown string) error {
	entries, err := os.ReadDir(name)
	if err != nil {
		if err := s.pass(systemError(err, shown)); err != nil {
			return err
		}
	}
	for _, entry := range entries {
		if err := s.entry(name, entry); err != nil {
			return err
		}
	}
	if err := syscall.Rmdir(name); err != nil {
		return s.pass(systemError(err, shown))
	}
	return nil
}

func (s sweeper) entry(folder string, entry fs.DirEntry) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	name := joinText(folder, entry.Name()) // not cleaned: .. may come after a link
	shown := entry.Name()
	if runtime.GOOS == "windows" { // elsewhere Python works from folder to folder
		shown = name
	}
	if entry.IsDir() {
		return s.folder(name, shown)
	}
	if err := syscall.Unlink(name); err != nil {
		return s.pass(systemError(err, shown))
	}
	return nil
}
