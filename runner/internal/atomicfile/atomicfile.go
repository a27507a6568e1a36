// Package atomicfile writes files that are whole at each moment, or not there.
package atomicfile

import (
	"cmp"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes a file of what write writes, with these permissions. It takes the place of a file
// that has this path, and only once it is whole. It is not synced to the disk: what was written
// survives the end of the program, but not a power failure.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	f.Chmod(mode) // not every file system can
	if err = cmp.Or(write(f), f.Close()); err == nil {
		err = rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// WriteFile is Write for a text that is at hand.
func WriteFile(path string, text []byte, mode fs.FileMode) error {
	return Write(path, mode, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
