//go:build unix

package process

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

// Where a record cannot be written whole, the error says so, the process ends, and no part of
// the record is left. The test runs in a child that may write no more than 9 bytes to
// a file.
func TestNoRoomForTheRecord(t *testing.T) {
	if os.Getenv("NO_ROOM") == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNoRoomForTheRecord$", "-test.v")
		child.Env = append(os.Environ(), "NO_ROOM=1")
		if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestNoRoomForTheRecord") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	folder := t.TempDir()
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 9, Max: 9}); err != nil {
		t.Fatal(err)
	}
	p, err := new(Owner).Start(Command{Args: []string{"/bin/sh", "-c", "exec sleep 1000"}, Records: folder})
	if !errors.Is(err, ErrRecord) || !errors.Is(err, syscall.EFBIG) {
		t.Errorf("got %v, %v", p, err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left in %s: %v, %v", filepath.Base(folder), left, err)
	}
}
