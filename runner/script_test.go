package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// programs is the folder in which TestMain puts what the scripts drive: the
// built runner, and nothing that a user would not have.
var programs string

// exe is how the names of programs end.
var exe = map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]

func TestMain(m *testing.M) {
	asTool()
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	// What the tests type is typed by a user, also where make runs the tests.
	for _, name := range []string{"MAKE", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "CHAOSWORKSHOP_MAKE", "CHAOSWORKSHOP_IN", "EXCHANGE_STARTED_BY"} {
		os.Unsetenv(name)
	}
	folder, err := os.MkdirTemp("", "runner-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	programs = folder
	os.Mkdir(filepath.Join(folder, "tmp"), 0o700)
	for _, name := range []string{"TMPDIR", "TMP"} { // what others have left in the usual one is theirs
		os.Setenv(name, filepath.Join(folder, "tmp"))
	}
	if err := installTools(filepath.Join(folder, "tools")); err != nil {
		panic(err)
	}
	build := exec.Command("go", "build", "-o", folder+string(filepath.Separator), ".")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("the runner does not build: %v\n%s", err, out))
	}
	return m.Run()
}

// TestScripts plays what a user would type and see: testdata/script, in the
// order in which one learns.
func TestScripts(t *testing.T) {
	caches := goEnv(t, "GOCACHE", "GOMODCACHE")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", programs+string(filepath.ListSeparator)+os.Getenv("PATH"))
			e.Setenv("GOCACHE", caches[0])
			e.Setenv("GOMODCACHE", caches[1])
			e.Setenv("RUNNER", filepath.Join(programs, "runner"+exe))
			e.Setenv("GOFLAGS", "-buildvcs=false")
			e.Values[backgroundKey{}] = background{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"project":   project,
			"fill":      fill,
			"hold":      hold,
			"free":      free,
			"edit":      edit,
			"until":     until,
			"freed":     freed,
			"gone":      gone,
			"start":     start,
			"interrupt": interrupt,
			"ended":     ended,
		},
	})
}

func goEnv(t *testing.T, names ...string) []string {
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
