//go:build unix

package native

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// call is one call of a function in a folder that setup prepares: "folder NAME",
// "file NAME TEXT", "link NAME -> TARGET", "pipe NAME" or "mode OCTAL NAME",
// parted by semicolons. In all texts <here> is that folder, and <shm> one on
// another disk.
type call struct {
	module, function, setup string
	arguments               []any
}

// outcome is what came of a call: what Python printed, and what was then in the
// folder.
type outcome struct {
	Returned string   `json:"returned,omitempty"`
	Raised   string   `json:"raised,omitempty"`
	Left     []string `json:"left,omitempty"`
}

// TestRecorded makes each call natively and compares with what CPython 3.11 did
// on Linux. The calls in testdata/interpreted.txt are not native: their arguments
// do not fit, are not the plain values that experiments have, or are rare ones.
// With RECORD=1 python3 makes the calls and what it does is written down; a call
// that an ordinary user has to make keeps its record if root does this.
func TestRecorded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the recordings are of Linux: other systems have other error numbers")
	}
	t.Setenv("KIT_WORD", "caf\u00e9")
	defer syscall.Umask(syscall.Umask(0o022))
	driver, err := filepath.Abs("testdata/call.py")
	if err != nil {
		t.Fatal(err)
	}
	recording := os.Getenv("RECORD") != ""
	text, err := os.ReadFile("testdata/interpreted.txt")
	if err != nil {
		t.Fatal(err)
	}
	interpreted := strings.Split(strings.TrimSpace(string(text)), "\n")
	records := map[string]map[string]outcome{}
	for _, c := range calls() {
		file := filepath.Join("testdata", c.module+"."+c.function+".json")
		if records[file] == nil {
			records[file] = readRecords(t, file)
		}
		t.Run(c.String(), func(t *testing.T) {
			c.skipWhereMeaningless(t)
			if recording {
				records[file][c.String()] = c.play(t, func(t *testing.T, c call) outcome { return inPython(t, driver, c) })
				return
			}
			want, ok := records[file][c.String()]
			if !ok {
				t.Fatal("not recorded yet: run this test with RECORD=1 and Python 3.11 as python3")
			}
			if onlyPython := slices.Contains(interpreted, c.String()); onlyPython || !c.isNative() {
				if !onlyPython || c.isNative() {
					t.Errorf("that an interpreter makes the call is listed: %v", onlyPython)
				}
				return
			}
			got := c.play(t, natively)
			if strings.HasPrefix(want.Raised, "TypeError: ") && strings.HasPrefix(got.Raised, "TypeError: ") {
				want.Raised = got.Raised // worded alike for all functions
			}
			if ours, ok := differs[c.String()]; ok {
				if recorded := records[file][c.String()]; recorded.Raised == ours.Raised && recorded.Returned == ours.Returned && ours.Left == nil {
					t.Error("this is no difference any more: take it out of the list")
				}
				want.Raised, want.Returned = ours.Raised, ours.Returned
				if ours.Left != nil {
					want.Left = ours.Left
				}
			}
			if got.Returned != want.Returned || got.Raised != want.Raised || !slices.Equal(got.Left, want.Left) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
	if recording {
		writeRecords(t, records)
	}
}

// isNative tells whether the call is done natively.
func (c call) isNative() bool {
	f, _ := Lookup(c.module, c.function)
	return f.Takes(value.MapOf(c.arguments...))
}

// differs has the recorded calls whose result is no longer Python's, with ours:
// docs/differences.md has a row for them. A copy between disks goes by os.CopyFS
// of Go, which stops at the first thing that it cannot copy; an error of the
// system is worded as it comes, with the names that are at hand.
var differs = map[string]outcome{
	`shutil.copy(src='f', dst='nowhere/') with file f x`:                {Raised: "IsADirectoryError: [Errno 21] Is a directory: 'nowhere/'"},
	`shutil.copyfile(src='f', dst='nowhere/') with file f x`:            {Raised: "IsADirectoryError: [Errno 21] Is a directory: 'nowhere/'"},
	`shutil.move(src='f', dst='nowhere/') with file f x`:                {Raised: "IsADirectoryError: [Errno 21] Is a directory: 'nowhere/'"},
	`shutil.copy(src='f', dst='/dev/full') with file f x`:               {Raised: "OSError: [Errno 28] No space left on device: 'f' -> '/dev/full'"},
	`shutil.copyfile(src='f', dst='/dev/full') with file f x`:           {Raised: "OSError: [Errno 28] No space left on device: 'f' -> '/dev/full'"},
	`shutil.move(src='d', dst='f') with folder d; file d/x 1; file f x`: {Raised: "NotADirectoryError: [Errno 20] Not a directory: 'd' -> 'f'"},
	`shutil.move(src='d', dst='<shm>/d') with folder d/e; pipe d/e/p`:   {Raised: "OSError: CopyFS e/p: invalid argument"},
	`shutil.move(src='d', dst='<shm>/d') with folder d; pipe d/it's; file d/x 1`: {Raised: "OSError: CopyFS it's: invalid argument", Left: []string{
		"folder <shm>/d 0755", "folder <here>/d 0755", "pipe <here>/d/it's 0644", "file <here>/d/x 0644 1"}},
	`shutil.rmtree(path='l/') with folder d; file d/f x; link l -> d`: {Raised: "OSError: Cannot call rmtree on a symbolic link", Left: []string{
		"folder <here>/d 0755", "file <here>/d/f 0644 x", "link <here>/l -> d"}},
	`shutil.rmtree(path='l') with link l -> nowhere`: {Raised: "OSError: Cannot call rmtree on a symbolic link"},
	// One text for all that is no length of time. The toolkit can not call time.sleep at all.
	`time.sleep(secs=nan)`:   {Raised: "OverflowError: timestamp too large to convert to C _PyTime_t"},
	`time.sleep(secs=inf)`:   {Raised: "OverflowError: timestamp too large to convert to C _PyTime_t"},
	`time.sleep(secs=-inf)`:  {Raised: "OverflowError: timestamp too large to convert to C _PyTime_t"},
	`time.sleep(secs=1e+30)`: {Raised: "OverflowError: timestamp too large to convert to C _PyTime_t"},
}

func (c call) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.%s(", c.module, c.function)
	for i := 0; i < len(c.arguments); i += 2 {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s=%s", c.arguments[i], value.Repr(c.arguments[i+1]))
	}
	b.WriteString(")")
	if c.setup != "" {
		b.WriteString(" with " + c.setup)
	}
	return b.String()
}

func (c call) skipWhereMeaningless(t *testing.T) {
	if strings.Contains(c.setup, "mode ") && os.Getuid() == 0 {
		t.Skip("root may do everything: run as an ordinary user")
	}
	if strings.Contains(c.String(), "<shm>") && !otherDisk() {
		t.Skip("needs /dev/shm on another disk than the folder for temporary files")
	}
}

func otherDisk() bool {
	var shm, temp syscall.Stat_t
	return syscall.Stat("/dev/shm", &shm) == nil && syscall.Stat(os.TempDir(), &temp) == nil && shm.Dev != temp.Dev
}

// play prepares the folder, makes the call and looks at what is left.
func (c call) play(t *testing.T, do func(*testing.T, call) outcome) outcome {
	here, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(here)
	places := []string{here, "<here>"}
	if strings.Contains(c.String(), "<shm>") {
		shm, err := os.MkdirTemp("/dev/shm", "kit")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(shm) })
		places = append(places, shm, "<shm>")
	}
	hide := strings.NewReplacer(places...)
	slices.Reverse(places)
	c = c.in(strings.NewReplacer(places...))
	prepare(t, c.setup)
	got := do(t, c)
	got.Returned, got.Raised = hide.Replace(got.Returned), hide.Replace(got.Raised)
	for i := 1; i < len(places); i += 2 {
		got.Left = append(got.Left, left(t, places[i], places[i-1])...)
	}
	return got
}

// in puts real places into the texts of a call.
func (c call) in(places *strings.Replacer) call {
	c.setup = places.Replace(c.setup)
	c.arguments = slices.Clone(c.arguments)
	for i, v := range c.arguments {
		if text, ok := v.(string); ok {
			c.arguments[i] = places.Replace(text)
		}
	}
	return c
}

func natively(t *testing.T, c call) outcome {
	f, ok := Lookup(c.module, c.function)
	if !ok {
		t.Fatalf("no %s in %s", c.function, c.module)
	}
	result, err := f.Call(t.Context(), value.MapOf(c.arguments...))
	if err != nil {
		return outcome{Raised: err.Error()}
	}
	if names, ok := result.([]any); ok { // call.py sorts them too: their order is the disk's
		slices.SortFunc(names, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	}
	return outcome{Returned: value.Repr(result)}
}

func inPython(t *testing.T, driver string, c call) outcome {
	arguments := value.MapOf(c.arguments...)
	for key, v := range arguments.All() {
		if raw, ok := v.([]byte); ok {
			arguments.Set(key, value.MapOf("bytes", string(raw)))
		}
	}
	text := []byte(value.JSON(value.MapOf("module", c.module, "function", c.function, "arguments", arguments)))
	command := exec.Command("python3", driver)
	command.Stdin = bytes.NewReader(text)
	command.Stderr = os.Stderr
	printed, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		outcome
		Version string
	}
	if err := json.Unmarshal(printed, &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != "3.11" {
		t.Fatalf("python3 is %s; the records are of 3.11", got.Version)
	}
	return got.outcome
}

func prepare(t *testing.T, setup string) {
	t.Helper()
	for step := range strings.SplitSeq(setup, "; ") {
		verb, rest, _ := strings.Cut(step, " ")
		name, more, _ := strings.Cut(rest, " ")
		var err error
		switch verb {
		case "":
		case "folder":
			err = os.MkdirAll(rest, 0o755)
		case "file":
			err = os.WriteFile(name, []byte(more), 0o644)
		case "link":
			err = os.Symlink(strings.TrimPrefix(more, "-> "), name)
		case "pipe":
			err = syscall.Mkfifo(rest, 0o644)
		case "mode":
			err = chmodUntilEnd(t, name, more)
		default:
			t.Fatalf("unknown step %q", step)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// chmodUntilEnd gives the owner all rights back, so that the folder can be
// removed.
func chmodUntilEnd(t *testing.T, octal, name string) error {
	mode, err := strconv.ParseUint(octal, 8, 32)
	if err != nil {
		return err
	}
	full, _ := filepath.Abs(name)
	t.Cleanup(func() { os.Chmod(full, 0o755) })
	return syscall.Chmod(name, uint32(mode))
}

// left lists what is in a folder. What cannot be looked into is listed alone.
func left(t *testing.T, folder, as string) []string {
	var lines []string
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == folder {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		line := as + strings.TrimPrefix(name, folder)
		switch mode := fmt.Sprintf(" %04o", modeBits(info.Mode())); {
		case info.IsDir():
			line = "folder " + line + mode
		case info.Mode()&fs.ModeSymlink != 0:
			target, _ := os.Readlink(name)
			line = "link " + line + " -> " + strings.Replace(target, folder, as, 1)
		case info.Mode()&fs.ModeNamedPipe != 0:
			line = "pipe " + line + mode
		default:
			text, _ := os.ReadFile(name)
			line = "file " + line + mode + " " + string(text)
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func readRecords(t *testing.T, file string) map[string]outcome {
	records := map[string]outcome{}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &records)
	}
	if err != nil && os.Getenv("RECORD") == "" {
		t.Fatal(err)
	}
	return records
}

// writeRecords forgets what is no longer called.
func writeRecords(t *testing.T, records map[string]map[string]outcome) {
	known := map[string]bool{}
	for _, c := range calls() {
		known[c.String()] = true
	}
	for file, record := range records {
		maps.DeleteFunc(record, func(name string, _ outcome) bool { return !known[name] })
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(record); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// modeBits is a mode as the operating system has it.
func modeBits(mode fs.FileMode) uint32 {
	bits := uint32(mode.Perm())
	for flag, bit := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if mode&flag != 0 {
			bits |= bit
		}
	}
	return bits
}
