package target

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// Settings of Go that belong to other projects do not count in a build, and HOME is there.
func TestBuildEnvironment(t *testing.T) {
	foreign := []string{"GOFLAGS", "GOWORK", "GO111MODULE", "GOOS", "GOARCH"}
	for _, name := range append(foreign, "GOPROXY") {
		t.Setenv(name, "x")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	settings := func() map[string]string {
		last := map[string]string{} // which counts
		for _, variable := range BuildEnvironment() {
			name, text, _ := strings.Cut(variable, "=")
			last[name] = text
		}
		return last
	}
	all := settings()
	if all["GOPROXY"] != "x" || all["HOME"] != home {
		t.Errorf("something is missing in %q", all)
	}
	for _, name := range foreign {
		if all[name] == "x" || all[name] == "" { // where it is empty, "go env -w" counts
			t.Errorf("%s=%s reaches a build", name, all[name])
		}
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for _, missing := range []string{"", filepath.Join(home, "none")} {
		t.Setenv("HOME", missing)
		if home := settings()["HOME"]; home != me.HomeDir {
			t.Errorf("HOME is %s", home)
		}
	}
}

// Where Go has no place to write to, one line says so, and names the variable.
func TestBuildWithoutAPlace(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"go: creating work dir: stat /none: no such file or directory":                                   "Go cannot build without a folder for temporary files: stat /none: no such file or directory; unset TMPDIR and GOTMPDIR, or",
		"failed to initialize build cache at /h/.cache/go-build: mkdir /h/.cache: read-only file system": "Go cannot build: failed to initialize build cache at /h/.cache/go-build: mkdir /h/.cache: read-only file system; set HOME",
		"open /h/.cache/go-build/ab/cd-d: read-only file system":                                         "Go cannot build: open /h/.cache/go-build/ab/cd-d: read-only file system; set HOME",
		"# a\na: write /t/b1: no space left on device\nb: write /t/b2: no space left on device":          "Go cannot build, as a disk is full: a: write /t/b1: no space left on device; make room in the project's folder, in the folder of TMPDIR",
	} {
		target := &Target{Name: "it", Build: []string{self, "say", said}, places: Places{Root: t.TempDir()}}
		err := target.build(t.Context(), Setting{Owner: &process.Owner{}})
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") || problem.Code(err) != problem.NoVerdict {
			t.Errorf("%v", err)
		}
	}
}
