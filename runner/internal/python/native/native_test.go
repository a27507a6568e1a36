package native

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

func TestLookup(t *testing.T) {
	if f, ok := Lookup("os.path", "isdir"); !ok || f.Usage() != "os.path.isdir takes s" {
		t.Errorf("os.path.isdir is %+v", f)
	}
	for _, name := range [][2]string{{"os", "system"}, {"os", "isdir"}, {"os.path", "rename"}, {"chaosk8s", "rename"}, {"", ""}} {
		if f, ok := Lookup(name[0], name[1]); ok || f != nil {
			t.Errorf("%s.%s is %+v", name[0], name[1], f)
		}
	}
	for _, name := range Functions() {
		module, function, _ := strings.Cut(strings.Replace(name, "os.path.", "os/path.", 1), ".")
		if _, ok := Lookup(strings.Replace(module, "/", ".", 1), function); !ok || len(Functions()) != len(functions) {
			t.Errorf("%s is named, and is not there", name)
		}
	}
}

type checkTest struct {
	module, name string
	arguments    *value.Map
	want         []string
}

// A name of an argument that is nearly right has the right one beside it.
func TestCheckAdvises(t *testing.T) {
	f, _ := Lookup("os.path", "exists")
	for name, want := range map[string]string{"pth": "did you mean 'path'?", "file": "os.path.exists takes path"} {
		if found := f.Check(value.MapOf("path", "x", name, "y")); len(found) != 1 || found[0].Do != want {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// The first line of each is what the Chaos Toolkit's validate reports, if it
// reports anything.
func TestCheck(t *testing.T) {
	check(t, []checkTest{
		{"os", "rename", value.MapOf("src", "a", "dst", "b"), nil},
		{"os", "rename", value.MapOf("src", int64(1), "dst", nil), nil},
		{"os", "rename", nil, []string{
			"required argument 'src' is missing from activity 'rename'; os.rename takes src and dst",
			"required argument 'dst' is missing from activity 'rename'; os.rename takes src and dst"}},
		{"os", "rename", value.MapOf("x", int64(1), "dst", "b", "it's", "b"), []string{
			"required argument 'src' is missing from activity 'rename'; os.rename takes src and dst",
			"argument 'x' is not part of the function signature in activity 'rename'; os.rename takes src and dst",
			`argument "it's" is not part of the function signature in activity 'rename'; os.rename takes src and dst`}},
		{"os", "getcwd", value.MapOf("x", int64(1)), []string{
			"argument 'x' is not part of the function signature in activity 'getcwd'; os.getcwd takes no arguments"}},
		{"os.path", "isdir", value.MapOf("path", "x"), []string{
			"required argument 's' is missing from activity 'isdir'; os.path.isdir takes s",
			"argument 'path' is not part of the function signature in activity 'isdir'; os.path.isdir takes s"}},
		{"os", "makedirs", value.MapOf("name", "x", "mode", "0755", "exist_ok", nil), nil},
		{"os", "mkdir", value.MapOf("path", "x", "exist_ok", true), []string{
			"argument 'exist_ok' is not part of the function signature in activity 'mkdir'; os.mkdir takes path"}},
		{"os", "listdir", nil, nil},
		{"os", "listdir", value.MapOf("path", int64(3), "x", ""), []string{
			"argument 'x' is not part of the function signature in activity 'listdir'; os.listdir takes no arguments, and may take path"}},
		{"time", "sleep", value.MapOf("secs", "x"), nil},
		{"time", "sleep", nil, []string{"required argument 'secs' is missing from activity 'sleep'; time.sleep takes secs"}},
	})
}

func check(t *testing.T, tests []checkTest) {
	t.Helper()
	for _, tt := range tests {
		f, ok := Lookup(tt.module, tt.name)
		if !ok {
			t.Fatalf("no %s.%s", tt.module, tt.name)
		}
		var got []string
		for _, m := range f.Check(tt.arguments) {
			got = append(got, m.What+"; "+m.Do)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s.%s %s\ngot  %q\nwant %q", tt.module, tt.name, value.Repr(tt.arguments), got, tt.want)
		}
	}
}

// A call that only an interpreter can make passes Check, is not taken, and does
// nothing where nobody asked.
func TestTakes(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "x", "text")
	for _, tt := range []struct {
		module, name string
		arguments    *value.Map
	}{
		{"os", "mkdir", value.MapOf("path", "new", "dir_fd", int64(0))},
		{"os", "mkdir", value.MapOf("path", "new", "mode", int64(0o700))},
		{"os", "remove", value.MapOf("path", []byte("x"))},
		{"os", "remove", value.MapOf("path", "x\x00")},
		{"os", "listdir", value.MapOf("path", nil)},
		{"os.path", "exists", value.MapOf("path", int64(1))},
		{"shutil", "move", value.MapOf("src", "x", "dst", "new", "copy_function", nil)},
		{"shutil", "copy", value.MapOf("src", "x", "dst", "new", "follow_symlinks", true)},
		{"shutil", "rmtree", value.MapOf("path", int64(0), "ignore_errors", true)},
		{"shutil", "rmtree", value.MapOf("path", ".", "onerror", nil)},
	} {
		f, _ := Lookup(tt.module, tt.name)
		if wrong := f.Check(tt.arguments); f.Takes(tt.arguments) || len(wrong) > 0 {
			t.Errorf("%s.%s is taken, or is %+v", tt.module, tt.name, wrong)
		}
		result, err := f.Call(t.Context(), tt.arguments)
		if want := "TypeError: only Python can call " + tt.name + " with these arguments"; result != nil || err == nil || err.Error() != want {
			t.Errorf("%s.%s: %v, %v", tt.module, tt.name, result, err)
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) != 1 {
		t.Errorf("something was done all the same: %v, %v", left, err)
	}
	for _, arguments := range []*value.Map{value.MapOf("name", "a"), value.MapOf("name", "a", "exist_ok", true)} {
		if f, _ := Lookup("os", "makedirs"); !f.Takes(arguments) {
			t.Errorf("makedirs does not take %s", value.Repr(arguments))
		}
	}
}

func TestSleep(t *testing.T) {
	for _, tt := range []struct {
		secs any
		want time.Duration
	}{
		{int64(3600), time.Hour}, {0.25, 250 * time.Millisecond}, {true, time.Second}, {int64(0), 0}, {1e-10, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			result, err := invoke(t.Context(), "time", "sleep", "secs", tt.secs)
			if took := time.Since(start); took != tt.want || result != nil || err != nil {
				t.Errorf("slept %s for %v: %v, %v", took, tt.secs, result, err)
			}
		})
	}
}

// A copy of what has no end ends with its context.
func TestCopyEndsWithItsContext(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil || runtime.GOOS == "windows" {
		t.Skip("no file without an end here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := invoke(ctx, "shutil", "copyfile", "src", "/dev/zero", "dst", os.DevNull); err != context.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
}

func TestSleepEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		_, err := invoke(ctx, "time", "sleep", "secs", int64(3600))
		if took := time.Since(start); took != 2*time.Second || err != context.DeadlineExceeded {
			t.Errorf("slept %s: %v", took, err)
		}
	})
}

func TestNothingBeginsOnceTheContextHasEnded(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := invoke(ctx, "os", "mkdir", "path", "d"); err != context.Canceled {
		t.Error(err)
	}
	write(t, "d/f", "text")
	for _, f := range []string{"copy", "move"} {
		if _, err := invoke(ctx, "shutil", f, "src", "d/f", "dst", "g"); err != context.Canceled {
			t.Error(f, err)
		}
	}
	if _, err := invoke(ctx, "shutil", "rmtree", "path", "d"); err != context.Canceled {
		t.Error(err)
	}
	if _, err := os.Stat("d/f"); err != nil {
		t.Error(err)
	}
}

// TestMoveByCopy is what shutil.move does when it cannot rename, without the
// second disk that the recorded calls need.
func TestMoveByCopy(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "d/e/f", "text")
	then := time.Date(2019, 8, 1, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes("d/e/f", then, then); err != nil {
		t.Fatal(err)
	}
	if err := moveByCopy(t.Context(), "d/e/f", "d/e/g", "d/e/g"); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat("d/e/g"); err != nil || !info.ModTime().Equal(then) {
		t.Errorf("the file lost its time: %v, %v", info, err)
	}
	if err := moveByCopy(t.Context(), "d", "n", "n"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile("n/e/g"); string(text) != "text" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := os.Stat("d"); err == nil {
		t.Error("d is still there")
	}
}

// TestEverywhere holds on every system, whatever its error numbers.
func TestEverywhere(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "a", "text")
	write(t, "d/f", "")
	for _, tt := range []struct {
		module, name string
		arguments    []any
		want         any // the class of an exception as an error has it, or what comes back
	}{
		{"os", "rename", []any{"src", "./a", "dst", "./b"}, nil},
		{"os", "rename", []any{"src", "./a", "dst", "./b"}, &python.Exception{Class: "FileNotFoundError"}},
		{"os.path", "exists", []any{"path", "a"}, false},
		{"os.path", "isfile", []any{"path", "b"}, true},
		{"os.path", "isdir", []any{"s", "d"}, true},
		{"os.path", "getsize", []any{"filename", "b"}, int64(4)},
		{"os.path", "basename", []any{"p", "d/f"}, "f"},
		{"os", "mkdir", []any{"path", "d"}, &python.Exception{Class: "FileExistsError"}},
		{"os", "rmdir", []any{"path", "d"}, &python.Exception{Class: "OSError"}},
		{"os", "listdir", nil, []any{"b", "d"}},
		{"os", "listdir", []any{"path", "b"}, &python.Exception{Class: "NotADirectoryError"}},
		{"shutil", "rmtree", []any{"path", "b"}, &python.Exception{Class: "NotADirectoryError"}},
		{"shutil", "copy", []any{"src", "b", "dst", "b"}, &python.Exception{Class: "shutil.SameFileError"}},
		{"shutil", "copy", []any{"src", "b", "dst", "d"}, "d" + string(filepath.Separator) + "b"},
		{"shutil", "move", []any{"src", "b", "dst", "d"}, &python.Exception{Class: "shutil.Error"}},
		{"os", "replace", []any{"src", "b", "dst", "d/b"}, nil},
		{"shutil", "rmtree", []any{"path", "d"}, nil},
		{"os", "makedirs", []any{"name", "x/y"}, nil},
		{"os", "listdir", []any{"path", "."}, []any{"x"}},
	} {
		got, err := invoke(t.Context(), tt.module, tt.name, tt.arguments...)
		if want, fails := tt.want.(*python.Exception); fails {
			var raised *python.Exception
			if !errors.As(err, &raised) || raised.Class != want.Class {
				t.Errorf("%s%s: %v, %v, want %s", tt.name, value.Repr(tt.arguments), got, err, want.Class)
			}
			continue
		}
		if err != nil || !value.Equal(got, tt.want) {
			t.Errorf("%s%s: %v, %v, want %v", tt.name, value.Repr(tt.arguments), got, err, tt.want)
		}
	}
}

func invoke(ctx context.Context, module, name string, arguments ...any) (any, error) {
	f, _ := Lookup(module, name)
	return f.Call(ctx, value.MapOf(arguments...))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
