//go:build unix

package process

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadOwn: what others may have put there is not read, and nothing that is longer than it can be.
func TestReadOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	other := filepath.Join(t.TempDir(), "other")
	write := func(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }
	for name, c := range map[string]struct {
		make func() error
		why  string // "": it is read
	}{
		"own":      {func() error { return write(path, "text") }, ""},
		"a link":   {func() error { return errors.Join(write(other, "text"), os.Symlink(other, path)) }, "it is a link"},
		"a pipe":   {func() error { return syscall.Mkfifo(path, 0o600) }, "it is no ordinary file"},
		"a folder": {func() error { return os.Mkdir(path, 0o700) }, "it is no ordinary file"},
		"large":    {func() error { return errors.Join(write(path, ""), os.Truncate(path, 3<<30)) }, "it has more than 1 MiB"},
		"foreign":  {func() error { return errors.Join(write(path, "text"), os.Chown(path, 54321, -1)) }, "it belongs to user 54321, and not to you"},
	} {
		t.Run(name, func(t *testing.T) {
			defer os.Remove(path)
			if err := c.make(); errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EINVAL) {
				t.Skip("only root can make it, where there are other users: ", err)
			} else if err != nil {
				t.Fatal(err)
			}
			text, err := readOwn(path, 1<<20)
			if errors.Is(err, fs.ErrPermission) != (c.why != "") || err != nil && err.Error() != c.why || err == nil && string(text) != "text" {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
	if _, err := readOwn(path, 1); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err := write(path, strings.Repeat("x", 3)); err != nil {
		t.Fatal(err)
	}
	if text, err := readOwn(path, 3); len(text) != 3 || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}
