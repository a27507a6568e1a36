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

// tells is a function that tells whether something is so with the name that a
// parameter has.
func tells(parameter string, is func(name string) bool) function {
	return func(_ context.Context, a *value.Map) (any, error) { return is(a.Text(parameter)), nil }
}

func makeFolder(path string) error { return syscall.Mkdir(path, 0o777) }

// osMakedirs also makes the folders on the way. Its error has the name of the one
// that could not be made.
func osMakedirs(_ context.Context, a *value.Map) (any, error) {
	name := a.Text("name")
	if existOK, _ := a.Get("exist_ok"); value.Truthy(existOK) && isFolder(name) {
		return nil, nil
	}
	if above, _ := filepath.Split(name); exists(name) || exists(strings.TrimRight(above, "/")) {
		return nil, systemError(makeFolder(name), name)
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
	if exists(path) && !isFolder(path) {
		return nil, systemError(notFolder, path)
	}
	entries, err := os.ReadDir(path)
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
