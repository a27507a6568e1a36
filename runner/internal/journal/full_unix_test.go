//go:build unix

package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
)

// A device is written to and left what it is, with nothing beside it; a pipe
// without a reader would be waited for.
func TestNoOrdinaryFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, same); problem.Code(err) != problem.Usage || !strings.Contains(err.Error(), "is a pipe") {
		t.Errorf("a pipe: %v", err)
	}
	reader, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	piped := open(t, path)
	if err := errors.Join(piped.Record("method", aRun("a")), piped.Write(document(aResult(), anyExperiment))); err != nil {
		t.Error(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Error(err)
	}
	parse(t, text)
	j := open(t, os.DevNull)
	if err := errors.Join(j.Record("method", aRun("a")), j.Write(document(aResult(), anyExperiment))); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode()&fs.ModeDevice == 0 {
		t.Errorf("the device is gone: %v", err)
	}
	if names := files(t, folder); names != "pipe" {
		t.Errorf("left: %s", names)
	}
}

func TestFullDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here; TestFullDisk shows what a full disk does: ", err)
	}
	path := filepath.Join(t.TempDir(), "full")
	link(t, "/dev/full", path)
	err := open(t, path).Write(document(aResult(), anyExperiment))
	if !errors.Is(err, syscall.ENOSPC) || problem.Code(err) != problem.NoVerdict {
		t.Errorf("got %v", err)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		t.Errorf("/dev/full is gone: %v", err)
	}
}

// When the disk is full the old journal stays whole, the error names the file
// with what the run saw, and no half journal is left beside it. The disk of the
// child is full after 2000 bytes.
func TestFullDisk(t *testing.T) {
	if path := os.Getenv("JOURNAL_ON_A_FULL_DISK"); path != "" {
		writeOnAFullDisk(t, path)
		return
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "journal.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestFullDisk$", "-test.v")
	child.Env = append(os.Environ(), "JOURNAL_ON_A_FULL_DISK="+path)
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "the disk was full") {
		t.Fatalf("%v\n%s", err, out)
	}
	if text := string(read(t, path)); text != "old" {
		t.Errorf("the old journal is %q", text)
	}
	left := Leftovers(path)
	if len(left) != 1 || files(t, folder) != "journal.json "+filepath.Base(left[0]) {
		t.Fatalf("left: %s", files(t, folder))
	}
	parse(t, []byte(strings.Split(string(read(t, left[0])), "\n")[0]))
}

func writeOnAFullDisk(t *testing.T, path string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 2000, Max: 2000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	j, result := open(t, path), aResult()
	var unrecorded error
	for range 20 {
		result.Run = append(result.Run, aRun("a"))
		unrecorded = j.Record("method", aRun("a"))
	}
	if !errors.Is(unrecorded, syscall.EFBIG) {
		t.Errorf("recorded: %v", unrecorded)
	}
	err := j.Write(document(result, anyExperiment))
	wanted := "the journal could not be written: "
	if err == nil || !strings.HasPrefix(err.Error(), wanted) || !strings.HasSuffix(err.Error(), "what the run saw is in "+j.partial.Name()) || problem.Code(err) != problem.NoVerdict {
		t.Errorf("written: %v", err)
	}
	t.Log("the disk was full")
}

// A folder that is gone at the end: the error says so, and who reads it knows
// where to look.
func TestFolderThatIsGone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	j := open(t, filepath.Join(folder, "journal.json"))
	os.RemoveAll(folder)
	if err := j.Write(document(aResult(), anyExperiment)); !errors.Is(err, fs.ErrNotExist) || problem.Code(err) != problem.NoVerdict {
		t.Errorf("got %v", err)
	}
}

// A folder that may not be written to, where the user is not root.
func TestFolderWithoutPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere; TestOpenRefuses has a folder that is not there")
	}
	folder := t.TempDir()
	os.Chmod(folder, 0o500)
	if _, err := Open(filepath.Join(folder, "journal.json"), same); !errors.Is(err, fs.ErrPermission) || problem.Code(err) != problem.Usage {
		t.Errorf("got %v", err)
	}
}
