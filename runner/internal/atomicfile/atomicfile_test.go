package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	says := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			io.WriteString(w, text)
			return err
		}
	}
	lost := errors.New("lost")
	for _, c := range []struct {
		text string
		err  error
		want string
	}{{"first", nil, "first"}, {"second", nil, "second"}, {"half", lost, "second"}} {
		if err := Write(path, 0o600, says(c.text, c.err)); err != c.err {
			t.Errorf("%s: %v", c.text, err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != c.want {
			t.Errorf("%s: the file has %q, %v", c.text, text, err)
		}
	}
	if err := Write(filepath.Join(path, "x"), 0o600, says("", nil)); err == nil {
		t.Error("a file below a file is written")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("files are left: %v", left)
	}
}
