// Package ownfile reads files of this user from places where others may have put theirs.
package ownfile

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// Foreign is the error of a file that the user has not written, or not as it stands there.
type Foreign struct {
	Why string // as in "it belongs to nobody, and not to you"
}

func (f *Foreign) Error() string { return f.Why }

// Read reads a file that belongs to this user, is no link, and has at most so many bytes. Of any
// other that is there, the error is a *Foreign.
func Read(path string, most int64) ([]byte, error) {
	tooLarge := &Foreign{fmt.Sprintf("it has more than %d MiB", most>>20)}
	named, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, err
	case named.Mode()&os.ModeSymlink != 0:
		return nil, &Foreign{"it is a link"}
	case !named.Mode().IsRegular():
		return nil, &Foreign{"it is no ordinary file"}
	case named.Size() > most:
		return nil, tooLarge
	}
	if name, own := owner(named); !own {
		return nil, &Foreign{"it belongs to " + name + ", and not to you"}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe would wait for a writer
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(named, opened) {
		return nil, &Foreign{"another file has taken its place"}
	}
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if int64(len(text)) > most { // it grows
		return nil, tooLarge
	}
	return text, err
}

// Is tells whether a file or a folder belongs to this user.
func Is(info os.FileInfo) bool {
	_, own := owner(info)
	return own
}
