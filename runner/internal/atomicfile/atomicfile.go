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

// create makes a new file beside path.
func create(path string, mode fs.FileMode) (*os.File, error) {
	for {
		name := fmt.Sprintf(".%s-%d", filepath.Base(path), rand.Uint32())
		f, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_CREATE|os.O_EXCL|os.O_RDWR, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
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

// IsThere tells whether an open file still has its name.
func IsThere(f *os.File) bool {
	ours, err := f.Stat()
	there, gone := os.Stat(f.Name())
	return err == nil && gone == nil && os.SameFile(ours, there)
}
