package process

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// foreign says why a file is none that the user has written, or not as it stands there, as in "it
// belongs to nobody, and not to you".
type foreign string

func (f foreign) Error() string { return string(f) }

func (f foreign) Is(err error) bool { return err == fs.ErrPermission }

// readOwn reads a file that OpenOwn opens.
func readOwn(path string, most int64) ([]byte, error) {
	f, err := OpenOwn(path, 0, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if int64(len(text)) > most { // it grows
		return nil, tooLarge(most)
	}
	return text, err
}

func tooLarge(most int64) error { return foreign(fmt.Sprintf("it has more than %d MiB", most>>20)) }

// OpenOwn opens a file that belongs to this user, is of this type (0: an ordinary file), and has at most so
// many bytes. Of any other that is there, a link too, the error is an fs.ErrPermission whose text says why.
func OpenOwn(path string, kind fs.FileMode, most int64) (*os.File, error) {
	named, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, err
	case named.Mode()&os.ModeSymlink != 0:
		return nil, foreign("it is a link")
	case named.Mode().Type() != kind:
		return nil, foreign("it is no ordinary file")
	case named.Size() > most:
		return nil, tooLarge(most)
	}
	if name, own := owner(named); !own {
		return nil, foreign("it belongs to " + name + ", and not to you")
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe would wait for a writer
	if err != nil {
		return nil, err
	}
	if opened, err := f.Stat(); err != nil || !os.SameFile(named, opened) {
		f.Close()
		return nil, foreign("another file has taken its place")
	}
	return f, nil
}
