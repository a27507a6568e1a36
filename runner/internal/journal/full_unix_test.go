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
	"chaosworkshop.example/runner/internal/value"
)

// A device is written to and left what it is, with nothing beside it; a pipe
// without a reader would be waited for.
func TestNoOrdinaryFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, same, &value.Map{}); problem.Code(err) != problem.Usage || !strings.Contains(err.Error(), "is a pipe") {
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

// A pipe that nobody reads is not waited for once the run is to stop: the journal goes elsewhere.
func TestUnreadPipe(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	j, result, stop := open(t, path), aResult(), make(chan struct{})
	result.Run = append(result.Run, aRun("a"))
	result.Run[0].Output = strings.Repeat("a", 3<<20)
	close(stop)
	j.Stop = stop
	elsewhere := &Elsewhere{}
	if err = j.Write(document(result, anyExperiment)); !errors.As(err, &elsewhere) || elsewhere.Err.Error() != "nobody reads it" {
		t.Fatal(err)
	}
	parse(t, read(t, elsewhere.Path))
}

// A device that is full is found before the run.
func TestFullDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here; TestFullDisk shows what a full disk does: ", err)
	}
	path := filepath.Join(t.TempDir(), "full")
	link(t, "/dev/full", path)
	if _, err := Open(path, same, &value.Map{}); !errors.Is(err, syscall.ENOSPC) || problem.Code(err) != problem.Usage {
		t.Errorf("got %v", err)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		t.Errorf("/dev/full is gone: %v", err)
	}
}

// When all disks are full, the old journal stays whole, the journal is spilled, the error names
// the file with what the run saw, all of whose lines are whole, and no half journal is left beside
// it. The disks of the child are full after 2000 bytes, and then have room for a line more.
func TestFullDisk(t *testing.T) {
	if path := os.Getenv("JOURNAL_ON_A_FULL_DISK"); path != "" {
		writeOnAFullDisk(t, path)
		return
	}
	folder, temporary := t.TempDir(), t.TempDir()
	path := filepath.Join(folder, "journal.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestFullDisk$", "-test.v")
	child.Env = append(os.Environ(), "JOURNAL_ON_A_FULL_DISK="+path, "TMPDIR="+temporary)
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "the disk was full") {
		t.Fatalf("%v\n%s", err, out)
	}
	if text := string(read(t, path)); text != "old" {
		t.Errorf("the old journal is %q", text)
	}
	places, err := filepath.Glob(filepath.Join(temporary, "*", "journal.json.lines-*"))
	if err != nil || len(places) != 1 || files(t, folder) != "journal.json" || files(t, filepath.Dir(places[0])) != filepath.Base(places[0]) {
		t.Fatalf("left: %s, %q, %v", files(t, folder), places, err)
	}
	if left, err := readLeft(places[0]); err != nil || left.Begun == nil || !left.HasBegun() || left.Lost != 0 {
		t.Errorf("left: %+v", left)
	}
}

func writeOnAFullDisk(t *testing.T, path string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := func(bytes syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &bytes); err != nil {
			t.Fatal(err)
		}
	}
	limit(syscall.Rlimit{Cur: 2000, Max: 3000})
	j, result := open(t, path), aResult()
	spilled := ""
	j.Spill = func(text string) { spilled = text }
	var unrecorded error
	for range 20 {
		result.Run = append(result.Run, aRun("a"))
		unrecorded = j.Record("method", aRun("a"))
	}
	if !errors.Is(unrecorded, syscall.EFBIG) {
		t.Errorf("recorded: %v", unrecorded)
	}
	limit(syscall.Rlimit{Cur: 3000, Max: 3000})
	if err := j.Record("method", aRun("there is room again")); err != nil {
		t.Error(err)
	}
	limit(syscall.Rlimit{Cur: 2000, Max: 3000})
	err := j.Write(document(result, anyExperiment))
	wanted := "the journal could not be written to " + path + ": "
	if err == nil || !strings.HasPrefix(err.Error(), wanted) || !strings.HasSuffix(err.Error(), "what could be kept while it ran is in "+strings.Replace(j.partial.Name(), ".partial-", ".lines-", 1)) || problem.Code(err) != problem.NoVerdict {
		t.Errorf("written: %v", err)
	}
	parse(t, []byte(spilled))
	t.Log("the disk was full")
}

// A folder that is gone or another one at the end: the rest of the run is kept, in a place that the
// error names, and no message names a file that is not there.
func TestFolderThatIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		then func(folder string)
		want string // the error; empty for none
	}{
		"gone":     {func(folder string) { os.RemoveAll(folder) }, "no such file or directory; it is in "},
		"replaced": {func(folder string) { os.Rename(folder, folder+"-2"); os.Mkdir(folder, 0o700) }, ""},
		"a file":   {func(folder string) { os.RemoveAll(folder); os.WriteFile(folder, nil, 0o600) }, "not a directory; it is in "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			folder := filepath.Join(t.TempDir(), "folder")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			j := open(t, filepath.Join(folder, "journal.json"))
			c.then(folder)
			said := ""
			j.Moved = func(text, _ string) { said = text }
			if err := j.Record("method", aRun("a")); err != nil {
				t.Error(err)
			}
			if found := Leftovers(j.Path); len(found) != 1 || !found[0].HasBegun() || found[0].Begun == nil || !strings.HasSuffix(said, "(its file is not there any more), so it is kept in "+found[0].File) {
				t.Errorf("found %+v, said: %q", found, said)
			}
			err := j.Write(document(aResult(), anyExperiment))
			place := j.Path
			if elsewhere := (*Elsewhere)(nil); errors.As(err, &elsewhere) {
				place = elsewhere.Path
			}
			if (err == nil) != (c.want == "") || err != nil && (!strings.HasSuffix(err.Error(), c.want+place+" instead") || problem.Code(err) != problem.NoVerdict) {
				t.Errorf("got %v", err)
			}
			parse(t, read(t, place))
			if names := files(t, filepath.Dir(place)); names != "journal.json" {
				t.Errorf("left: %s", names)
			}
			for _, left := range Leftovers(filepath.Join(folder+"-2", "journal.json")) {
				if left.Begun != nil || left.HasBegun() {
					t.Errorf("the folder that was moved has %+v", left)
				}
			}
		})
	}
}

// Lines that cannot be written beside the journal go on elsewhere, with all before them; this is said.
func TestMoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	j := open(t, filepath.Join(t.TempDir(), "journal.json"))
	if err := j.Record("method", aRun("a")); err != nil {
		t.Fatal(err)
	}
	name := j.partial.Name()
	j.partial.Close()
	var err error
	if j.partial, err = os.Open(name); err != nil { // it cannot be written to any more
		t.Fatal(err)
	}
	var said strings.Builder
	for _, name := range []string{"b", "c"} {
		if err := j.Record("method", aRun(name)); err != nil {
			t.Fatal(err)
		}
		j.Moved = func(text, file string) { said.WriteString(text + " is " + file) } // nobody has heard it until now
	}
	left, err := readLeft(j.partial.Name())
	if err != nil || left.Begun == nil || len(left.parts["method"]) != 3 || exists(name) {
		t.Errorf("left: %+v", left)
	}
	if !strings.HasSuffix(said.String(), "so it is kept in "+left.File+" is "+left.File) {
		t.Errorf("said: %q", said.String())
	}
	if found := Leftovers(j.Path); len(found) != 1 || found[0].File != left.File || found[0].Path != j.Path {
		t.Errorf("found: %+v", found)
	}
	if found := Leftovers(filepath.Join(t.TempDir(), "journal.json")); len(found) > 0 {
		t.Errorf("found for another journal: %+v", found)
	}
	if err := j.Write(document(aResult(), anyExperiment)); err != nil || files(t, os.TempDir()) != "" || files(t, filepath.Dir(j.Path)) != "journal.json" {
		t.Errorf("%v: left %s and %s", err, files(t, os.TempDir()), files(t, filepath.Dir(j.Path)))
	}
}

// Without a temporary folder the last resort is standard error.
func TestNoPlaceAtAll(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(folder, "none"))
	j := open(t, filepath.Join(folder, "journal.json"))
	os.RemoveAll(folder)
	spilled := ""
	j.Spill = func(text string) { spilled = text }
	err := j.Write(document(aResult(), anyExperiment))
	if err == nil || !strings.HasSuffix(err.Error(), "it is above, on standard error; check free space and permissions of its folder, or name another place with --journal-path") {
		t.Errorf("got %v", err)
	}
	parse(t, []byte(spilled))
}

// A folder that may not be written to, where the user is not root.
func TestFolderWithoutPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere; TestOpenRefuses has a folder that is not there")
	}
	folder := t.TempDir()
	os.Chmod(folder, 0o500)
	if _, err := Open(filepath.Join(folder, "journal.json"), same, &value.Map{}); !errors.Is(err, fs.ErrPermission) || problem.Code(err) != problem.Usage {
		t.Errorf("got %v", err)
	}
}

// TestLockedBySomebody: who waits for what somebody else has locked is told so, and what to do.
func TestLockedBySomebody(t *testing.T) {
	l := killed(t)
	text := strings.Replace(string(read(t, l.File)), `"pid": `, `"pid": 99999999`, 1) // that has ended
	if err := os.WriteFile(l.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	somebody, err := os.Open(l.File)
	if err != nil || syscall.Flock(int(somebody.Fd()), syscall.LOCK_SH) != nil {
		t.Fatal(err)
	}
	defer somebody.Close()
	if _, err := Continue(Leftovers(l.Path)[0], l.Path, same); err == nil || !strings.Contains(err.Error(), "somebody has locked "+l.File) {
		t.Errorf("got %v", err)
	}
	if err := errors.Join(os.WriteFile(l.File+".new", []byte(text), 0o600), os.Rename(l.File+".new", l.File)); err != nil {
		t.Fatal(err)
	}
	j, err := Continue(Leftovers(l.Path)[0], l.Path, same)
	if err != nil {
		t.Fatal(err)
	}
	j.Discard()
}

// TestUnreadableLines: lines that the user may not read are damaged, and so are named.
func TestUnreadableLines(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything; TestRecoverDamaged has lines that cannot be read")
	}
	l := killed(t)
	os.Chmod(l.File, 0)
	if all := Leftovers(l.Path); len(all) != 1 || !all[0].Damaged() {
		t.Errorf("got %+v", all)
	}
}
