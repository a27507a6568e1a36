//go:build unix

package demo

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A reset for which there is no room changes nothing and leaves nothing. The test runs in a child
// that may write no more than 4 bytes to a file.
func TestNoRoomForReset(t *testing.T) {
	if os.Getenv("NO_ROOM") == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNoRoomForReset$", "-test.v")
		child.Env = append(os.Environ(), "NO_ROOM=1")
		if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestNoRoomForReset") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	root := t.TempDir()
	for name, text := range map[string]string{"main.go": "repaired", "original/main.go": "as it came"} {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4, Max: 4}); err != nil {
		t.Fatal(err)
	}
	_, done, err := Reset(root, "it", filepath.Join(root, "main.go"), filepath.Join(root, "original", "main.go"))
	if done || !errors.Is(err, syscall.EFBIG) {
		t.Errorf("got %t, %v", done, err)
	}
	if text, err := os.ReadFile(filepath.Join(root, "main.go")); err != nil || string(text) != "repaired" {
		t.Errorf("now %q, %v", text, err)
	}
	if left, err := os.ReadDir(filepath.Join(root, ".workshop", "kept")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Of a link, what is behind it is kept, and stays there. The folder of what is kept may be on
// another disk.
func TestResetOfLink(t *testing.T) {
	root, mine := t.TempDir(), filepath.Join(t.TempDir(), "mine.go")
	source, came, kept := filepath.Join(root, "main.go"), filepath.Join(root, "came.go"), filepath.Join(root, ".workshop", "kept")
	err := errors.Join(os.WriteFile(mine, []byte("repaired"), 0o600), os.WriteFile(came, []byte("as it came"), 0o600), os.Mkdir(filepath.Dir(kept), 0o700))
	if other, is := os.MkdirTemp("/dev/shm", "kept-"); is == nil { // Linux has it in memory
		t.Cleanup(func() { os.RemoveAll(other) })
		err = errors.Join(err, os.Symlink(other, kept))
	}
	link, failed := filepath.Rel(root, mine)
	if err := errors.Join(err, failed, os.Symlink(link, source)); err != nil {
		t.Fatal(err)
	}
	path, done, err := Reset(root, "it", source, came)
	if !done || err != nil {
		t.Fatalf("%t, %v", done, err)
	}
	for file, want := range map[string]string{path: "repaired", mine: "repaired", source: "as it came"} {
		info, err := os.Lstat(file)
		text, failed := os.ReadFile(file)
		if errors.Join(err, failed) != nil || string(text) != want || !info.Mode().IsRegular() {
			t.Errorf("%s: %q, %v, %v", file, text, err, failed)
		}
	}
}
