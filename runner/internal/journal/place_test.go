package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func link(t *testing.T, target, path string) {
	t.Helper()
	try := filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.Symlink(filepath.Dir(try), try), os.Symlink(target, path)); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if info, err := os.Stat(try); err != nil || !info.IsDir() {
		t.Skip("no symbolic links here, though they can be made")
	}
}

// A journal behind a link goes where the link leads, and the link stays.
func TestWriteThroughALink(t *testing.T) {
	for name, is := range map[string]struct{ exists, absolute bool }{
		"to a journal": {true, false}, "to nothing yet": {false, false}, "to nothing yet, from anywhere": {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			target := filepath.Join(folder, "real", "journal.json")
			if err := os.Mkdir(filepath.Dir(target), 0o700); err != nil {
				t.Fatal(err)
			}
			if is.exists {
				os.WriteFile(target, []byte("old"), 0o600)
			}
			path := filepath.Join(folder, "link")
			if is.absolute {
				link(t, target, path)
			} else {
				link(t, filepath.Join("real", "journal.json"), path)
			}
			j := open(t, path)
			if left := Leftovers(path); len(left) != 1 || filepath.Base(filepath.Dir(left[0].File)) != "real" {
				t.Errorf("left: %+v", left)
			}
			if err := j.Write(document(aResult(), anyExperiment)); err != nil {
				t.Fatal(err)
			}
			parse(t, read(t, target))
			if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink == 0 {
				t.Errorf("the link is gone: %v", err)
			}
		})
	}
}

// A new journal is as open as any new file, and an old one stays as closed as it
// was. Nobody else reads its lines.
func TestMode(t *testing.T) {
	folder := t.TempDir()
	other := filepath.Join(folder, "other")
	if err := os.WriteFile(other, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	usual, _ := os.Stat(other)
	path := filepath.Join(folder, "journal.json")
	for _, want := range []fs.FileMode{usual.Mode(), 0o600} {
		j := open(t, path)
		if lines, err := j.partial.Stat(); err != nil || runtime.GOOS != "windows" && lines.Mode() != 0o600 {
			t.Errorf("the mode of the lines is %v (%v)", lines.Mode(), err)
		}
		if err := j.Write(document(aResult(), anyExperiment)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != want {
			t.Errorf("the mode is %v, not %v (%v)", info.Mode(), want, err)
		}
		os.Chmod(path, 0o600)
		if changed, _ := os.Stat(path); changed.Mode() != 0o600 {
			t.Skip("this system does not know the mode 0600")
		}
	}
}

// Signs that a pattern would read are letters in a path.
func TestLeftoversOfAnOddPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j[1]")
	j := open(t, path)
	if left := Leftovers(path); len(left) != 1 || left[0].File != j.partial.Name() {
		t.Errorf("left: %+v", left)
	}
	link(t, filepath.Dir(path), path+"-folder")
	if left := Leftovers(filepath.Join(path+"-folder", filepath.Base(path))); len(left) != 1 {
		t.Errorf("in a folder behind a link, left: %+v", left)
	}
	if left := Leftovers(filepath.Join(path, "no", "such")); left != nil {
		t.Errorf("left: %+v", left)
	}
}
