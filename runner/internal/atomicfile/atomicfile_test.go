package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
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

// TestSweep: only what a killed program has left is removed.
func TestSweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	long := time.Now().Add(-time.Hour)
	for name, stays := range map[string]bool{".file-1": false, ".file-2": true, ".file-3": true, ".file-x": true, "file-4": true, ".files-5": true} {
		name = filepath.Join(filepath.Dir(path), name)
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if filepath.Base(name) == ".file-2" { // somebody writes it
			Lock(f)
		} else {
			f.Close()
		}
		if filepath.Base(name) != ".file-3" { // that one is new
			if err := os.Chtimes(name, long, long); err != nil {
				t.Fatal(err)
			}
		}
		Sweep(path)
		if _, err := os.Stat(name); (err == nil) != stays {
			t.Errorf("%s: %v", name, err)
		}
	}
}
