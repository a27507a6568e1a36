// Package original reads files that others may change, and tells whether they are as they came.
package original

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"chaosworkshop.example/runner/internal/atomicfile"
)

// maxBytes bounds a file, as package document does.
const maxBytes = 32 << 20

// Read reads a file that others may change. What is no ordinary file is not read: the read of a
// named pipe would not end. Neither is what has more than 32 MiB.
func Read(file string) ([]byte, error) {
	info, err := os.Stat(file)
	wrong := ""
	switch {
	case err == nil && !info.Mode().IsRegular():
		wrong = "it is no ordinary file"
	case err == nil && info.Size() > maxBytes:
		wrong = fmt.Sprintf("it is larger than %d MiB", maxBytes>>20)
	default:
		f, err := atomicfile.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(f)
	}
	return nil, &fs.PathError{Op: "read", Path: file, Err: errors.New(wrong)}
}

// IsChanged tells whether a file is not as it came, or gone. Without an original nothing is known.
func IsChanged(file, original string) bool {
	came, err := Read(original)
	now, err2 := Read(file)
	return err == nil && (err2 != nil || !bytes.Equal(came, now))
}
