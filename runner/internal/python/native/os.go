package native

import (
	"context"
	"errors"
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

func osRename(_ context.Context, a *value.Map) (any, error) {
	return nil, rename(a.Text("src"), a.Text("dst"))
}

// rename asks the operating system itself: os.Rename of Go looks first, and then
// says something else.
func rename(src, dst string) error { return systemError(syscall.Rename(src, dst), src, dst) }

func osReplace(_ context.Context, a *value.Map) (any, error) {
	src, dst := a.Text("src"), a.Text("dst")
	return nil, systemError(replaceFile(src, dst), src, dst)
}

func osRemove(_ context.Context, a *value.Map) (any, error) {
	return nil, systemError(syscall.Unlink(a.Text("path")), a.Text("path"))
}

func osRmdir(_ context.Context, a *value.Map) (any, error) {
	return nil, systemError(syscall.Rmdir(a.Text("path")), a.Text("path"))
}

func osMkdir(_ context.Context, a *value.Map) (any, error) {
	return nil, systemError(syscall.Mkdir(a.Text("path"), 0o777), a.Text("path"))
}

// osMakedirs also makes the folders on the way. Its error has the name of the one
// that could not be made.
func osMakedirs(_ context.Context, a *value.Map) (any, error) {
	name := a.Text("name")
	if existOK, _ := a.Get("exist_ok"); existOK == true && isFolder(name) {
		return nil, nil
	}
	if find(name) != nil {
		return nil, systemError(syscall.Mkdir(name, 0o777), name) // which refuses
	}
	err := os.MkdirAll(name, 0o777)
	if inner := new(fs.PathError); errors.As(err, &inner) {
		name = inner.Path
	}
	return nil, systemError(err, name)
}

func osGetcwd(context.Context, *value.Map) (any, error) {
	// os.Getwd of Go believes $PWD, which may lead there through a link.
	folder, err := syscall.Getwd()
	return folder, systemError(err)
}

// osListdir looks first whether the path is a folder: to open a pipe would be to
// wait for somebody to write to it.
func osListdir(_ context.Context, a *value.Map) (any, error) {
	path := "."
	if a.Has("path") {
		path = a.Text("path")
	}
	var entries []fs.DirEntry
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = notFolder
	}
	if err == nil {
		entries, err = os.ReadDir(path)
	}
	names := make([]any, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, systemError(err, path)
}

func osGetenv(_ context.Context, a *value.Map) (any, error) {
	if v, ok := os.LookupEnv(a.Text("key")); ok {
		return v, nil
	}
	v, _ := a.Get("default")
	return v, nil
}

func pathExists(_ context.Context, a *value.Map) (any, error) {
	return find(a.Text("path")) != nil, nil
}

func pathIsfile(_ context.Context, a *value.Map) (any, error) {
	info := find(a.Text("path"))
	return info != nil && info.Mode().IsRegular(), nil
}

func pathIsdir(_ context.Context, a *value.Map) (any, error) { return isFolder(a.Text("s")), nil }

func pathGetsize(_ context.Context, a *value.Map) (any, error) {
	info, err := os.Stat(a.Text("filename"))
	if err != nil {
		return nil, systemError(err, a.Text("filename"))
	}
	return info.Size(), nil
}

func pathBasename(_ context.Context, a *value.Map) (any, error) { return lastPart(a.Text("p")), nil }

// lastPart is what stands after the last separator; nothing where the name ends
// with one.
func lastPart(name string) string {
	rest := name[len(filepath.VolumeName(name)):]
	return rest[strings.LastIndexAny(rest, separators)+1:]
}

// find asks for what name leads to; nil where nothing is there.
func find(name string) fs.FileInfo {
	info, err := os.Stat(name)
	if err != nil {
		return nil
	}
	return info
}

func isFolder(name string) bool {
	info := find(name)
	return info != nil && info.IsDir()
}

// timeSleep waits, unless the context ends first.
func timeSleep(ctx context.Context, a *value.Map) (any, error) {
	v, _ := a.Get("secs")
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
