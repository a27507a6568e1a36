// Package atomicfile writes files that are whole at each moment, or not there.
package atomicfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Write makes a file of what write writes, with these permissions, or, for 0, with those that a new file
// of this user has. It takes the place of a file
// that has this path, and only once it is whole. It is not synced to the disk: what was written
// survives the end of the program, but not a power failure.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := create(path, cmp.Or(mode, 0o644))
	if err != nil {
		return err
	}
	if mode != 0 {
		f.Chmod(mode) // not every file system can
	}
	if err = cmp.Or(write(f), f.Close()); err == nil {
		err = patiently(func() error { return os.Rename(f.Name(), path) })
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// create makes a new file beside path, which is locked as long as it is written.
func create(path string, mode fs.FileMode) (*os.File, error) {
	for {
		f, err := os.OpenFile(fmt.Sprintf("%s%d", draftOf(path), rand.Uint32()), os.O_CREATE|os.O_EXCL|os.O_RDWR, mode)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err == nil && runtime.GOOS != "windows": // there, what is open cannot be removed
			Lock(f)
		}
		return f, err
	}
}

// draftOf begins the name of the file that takes the place of path.
func draftOf(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"-")
}

// Sweep removes what a program has left that was killed while it wrote path: nobody has written to it for a while, or locks it.
func Sweep(path string) {
	begins := draftOf(path)
	files, _ := os.ReadDir(filepath.Dir(path))
	for _, entry := range files {
		name := filepath.Join(filepath.Dir(path), entry.Name())
		number, isDraft := strings.CutPrefix(name, begins)
		if _, err := strconv.ParseUint(number, 10, 32); err != nil || !isDraft || !entry.Type().IsRegular() {
			continue
		}
		if f, err := os.Open(name); err == nil {
			info, err := f.Stat()
			stays := err != nil || time.Since(info.ModTime()) < 10*time.Second || !Lock(f)
			if f.Close(); !stays {
				os.Remove(name)
			}
		}
	}
}

// WriteFile is Write for a text that is at hand.
func WriteFile(path string, text []byte, mode fs.FileMode) error {
	return Write(path, mode, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// Open opens a file to read it. One that Write replaces at this moment is waited for.
func Open(path string) (f *os.File, err error) {
	err = patiently(func() error {
		f, err = os.Open(path)
		return err
	})
	return f, err
}

// Remove removes a file. One that somebody reads at this moment is waited for.
func Remove(path string) error { return patiently(func() error { return os.Remove(path) }) }

// IsThere tells whether an open file still has its name.
func IsThere(f *os.File) bool {
	ours, err := f.Stat()
	there, gone := os.Stat(f.Name())
	return err == nil && gone == nil && os.SameFile(ours, there)
}
