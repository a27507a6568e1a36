//go:build unix

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// inCopy runs make in a copy of the project. It returns what it prints, and whether it
// ended well.
func inCopy(t *testing.T, project string, environment []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "make", args...)
	cmd.Dir, cmd.Env = project, environment
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Settings of Go that belong to other projects, in the environment or written by "go env -w",
// and a HOME that does not exist do not break the builds of the kit. The Go tool decides what to build: a deleted file counts as well.
func TestMakeBuilds(t *testing.T) {
	project, caches := copyOfProject(t), goEnv(t, "GOCACHE", "GOMODCACHE")
	settings := []string{"GOFLAGS=-mod=vendor", "GOWORK=off", "GO111MODULE=off", "GOOS=plan9", "GOARCH=mips"}
	written, home := filepath.Join(t.TempDir(), "env"), filepath.Join(t.TempDir(), "none")
	if err := os.WriteFile(written, []byte(strings.Join(settings, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	usual := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GOCACHE=" + caches[0], "GOMODCACHE=" + caches[1]}
	extra := filepath.Join(project, "runner", "extra.go")
	if err := os.WriteFile(extra, []byte("package main\n\nfunc init() { println(\"extra is here\") }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := inCopy(t, project, append(settings, usual...), "demo-weak")
	if err != nil || !strings.Contains(out, "as this demo should") || !strings.Contains(out, "extra is here") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := os.Remove(extra); err != nil {
		t.Fatal(err)
	}
	out, err = inCopy(t, project, append(usual, "GOENV="+written), "demo-weak")
	if err != nil || !strings.Contains(out, "as this demo should") || strings.Contains(out, "extra is here") {
		t.Errorf("after a file was deleted: %v\n%s", err, out)
	}
	if exists(home) {
		t.Error("Go has made the missing HOME")
	}
	usual[1] = "HOME="
	makeDoctor(t, project, append(settings, usual...))
}

// makeDoctor sees what make keeps from the builds. It ends well whatever it finds, also without
// Go, if the runner has been built before.
func makeDoctor(t *testing.T, project string, foreign []string) {
	t.Helper()
	out, err := inCopy(t, project, foreign, "doctor")
	for _, want := range []string{"GOFLAGS (-mod=vendor)", "GOWORK (off)", "GO111MODULE (off)", "GOOS (plan9)", "GOARCH (mips)", "HOME is not set."} {
		if err != nil || !strings.Contains(out, "note  Go settings  "+want) || strings.Contains(out, "make: ") {
			t.Errorf("make doctor says nothing of %s: %v\n%s", want, err, out)
		}
	}
	broken := filepath.Join(project, "runner", "broken.go")
	if err := os.WriteFile(broken, []byte("package main\nx\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err = inCopy(t, project, foreign, "doctor")
	if want := "\nbad   runner       it cannot be built, and this one was built before:\n"; err != nil || !strings.Contains(out, want) || !strings.Contains(out, "do what Fix says") {
		t.Errorf("make doctor with a broken source: %v\n%s", err, out)
	}
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for _, name := range []string{"make", "sh", "sed", "id", "dirname"} {
		path, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(path, filepath.Join(bin, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err = inCopy(t, project, []string{"PATH=" + bin}, "doctor", "SHARE=1")
	for _, want := range []string{"--- make doctor, ", "bad   Go           Go is not installed, or not in the PATH\n", "Fix: install Go 1.25.0 or newer"} {
		if err != nil || !strings.Contains(out, want) || strings.Contains(out, "make: ") {
			t.Errorf("make doctor without Go: no %q: %v\n%s", want, err, out)
		}
	}
	if strings.Contains(out, "runner  ") {
		t.Errorf("without Go, the runner itself is said to be bad:\n%s", out)
	}
	if err := os.Remove(filepath.Join(project, ".workshop", "bin", "runner")); err != nil {
		t.Fatal(err)
	}
	if out, err := inCopy(t, project, []string{"PATH=" + bin}, "doctor"); err != nil || out != "Go is not installed, or not in the PATH: get it from https://go.dev/dl/\n" {
		t.Errorf("make doctor without Go and runner: %v\n%s", err, out)
	}
}

const notBuilt = `main.go:1:1: it is broken
the thing does not build. Do one of these, and try again:
  correct what the lines above name
  make reset    gets the file back as it came
  make doctor   examines this computer
`

// A build shows how long it takes so far, and where it fails, the compiler's error, and what can be
// done. The Go tool here works until three seconds were shown.
func TestBuildShowsLife(t *testing.T) {
	showsLife(t, "the thing", "building the thing (the first time: a minute or two): 1 s 3 s")
	showsLife(t, "the thing that has a longer name", "building the thing that has a longer name (the first time: a minute or two): 1 s\n  3 s")
}

func showsLife(t *testing.T, name, want string) {
	t.Helper()
	folder := t.TempDir()
	tool := "#!/bin/sh\nuntil grep -q ' 3 s' \"$SHOWN\"; do sleep 0.05; done\necho 'main.go:1:1: it is broken' >&2\nexit 1\n"
	for _, name := range []string{"go", "runner"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(tool), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	shown, err := os.Create(filepath.Join(folder, "shown"))
	if err != nil {
		t.Fatal(err)
	}
	defer shown.Close()
	cmd := exec.CommandContext(t.Context(), "../scripts/build.sh", name, "./thing", filepath.Join(folder, "x"))
	cmd.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"), "SHOWN="+shown.Name())
	cmd.Stdout, cmd.Stderr = shown, shown
	if cmd.Run(); cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("exit code %d", cmd.ProcessState.ExitCode())
	}
	text, err := os.ReadFile(shown.Name())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), want) || !strings.HasSuffix(string(text), "\n"+strings.ReplaceAll(notBuilt, "the thing", name)) {
		t.Errorf("%s", text)
	}
}

// TestNoTemporaryFolder: one line names the variable.
func TestNoTemporaryFolder(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "../scripts/timed.sh", "building", "sh", "-c", `echo "go: creating work dir: stat /no: no such file"; exit 1`)
	cmd.Env = append(os.Environ(), "TMPDIR=/no", "GOTMPDIR=")
	out, err := cmd.CombinedOutput()
	if want := "Nothing can be written into the folder for temporary files, TMPDIR='/no' GOTMPDIR='': type 'unset TMPDIR GOTMPDIR', and try again\n"; err == nil || string(out) != want {
		t.Errorf("%v\n%s", err, out)
	}
}

// A build that fails for want of a network, of a newer Go, or of room on a disk, says what to do in its last line.
func TestBuildSaysWhatToDo(t *testing.T) {
	for said, want := range map[string]string{
		"Get \"https://proxy/x.mod\": dial tcp: no such host":           "Is there a network? It is needed once: connect, and type: make prepare\n",
		"go: go.work requires go >= 1.25.0 (running go 1.24.0)":         "Go is too old: get a newer one from https://go.dev/dl/\n",
		"go: write x: no space left on device":                          "The disk is full: delete what you do not need there, and try again\n",
		"go: open x: read-only file system":                             "Nothing can be written there: copy the project to a folder of your own\n",
		"failed to initialize build cache at /x: read-only file system": "Go cannot write its cache: set HOME to your home folder, or GOCACHE to a folder that can be written\n",
		"open /h/.cache/go-build/ab/x-d: read-only file system":         "Go cannot write its cache: set HOME to your home folder, or GOCACHE to a folder that can be written\n",
		"main.go:1:1: it is broken":                                     "",
	} {
		cmd := exec.CommandContext(t.Context(), "../scripts/timed.sh", "building", "sh", "-c", `echo "$0"; exit 1`, said)
		out, err := cmd.CombinedOutput()
		if err == nil || string(out) != said+"\n"+want {
			t.Errorf("%v\n%s", err, out)
		}
		cmd = exec.CommandContext(t.Context(), cmd.Args[0], cmd.Args[1:]...)
		cmd.Env = append(os.Environ(), "HOME=/no/home")
		if out, _ := cmd.CombinedOutput(); !strings.HasSuffix(string(out), said+"\nThere is no folder HOME='/no/home', in which Go keeps its caches: set HOME to a folder that exists\n") {
			t.Errorf("without a home:\n%s", out)
		}
	}
}

// make alone lists the commands of learners first, in lines of at most 60 letters.
func TestMakeAlone(t *testing.T) {
	out, err := inCopy(t, "..", os.Environ())
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	at := -1
	for _, want := range []string{"For learners:\n", "  make demo-weak ", "For instructors:\n", "  make demo STEP=1 ", "For developers:\n", "  make test "} {
		if next := strings.Index(out, want); next <= at {
			t.Errorf("%q is not where it should be:\n%s", want, out)
		} else {
			at = next
		}
	}
	for line := range strings.Lines(out) {
		if len(line) > 61 {
			t.Errorf("too long: %s", line)
		}
	}
}

// make rehearse writes into the page of the instructor only if it is told to, as an argument.
func TestMakeRehearse(t *testing.T) {
	environment := append(os.Environ(), "WRITE=1")
	for arguments, want := range map[string]string{"-n rehearse": "rehearse ", "-n rehearse WRITE=1": "rehearse --write", "-n rehearse PORT=9090": "rehearse "} {
		out, err := inCopy(t, "..", environment, strings.Fields(arguments)...)
		if lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n"); err != nil || !strings.HasSuffix(lines[len(lines)-1], "exec .workshop/bin/runner "+want) || strings.Contains(out, "EXCHANGE_PORT=9090 exec") != strings.Contains(arguments, "PORT") {
			t.Errorf("make %s: %v\n%s", arguments, err, out)
		}
	}
}

// TestMakeIn: IN chooses the services of a language, as an argument of make alone. (Playing
// them needs Python: testdata/script/17-python.txtar and .ci/run do.)
func TestMakeIn(t *testing.T) {
	project := copyOfProject(t)
	for _, c := range []struct {
		variable string // of the environment
		args     string // of make
		want     string
	}{
		{"", "diff IN=python", "\n+++ chapter5/python/resilient_service.py\n"},
		{"", "diff IN=go", "\n+++ chapter5/resilient-service/main.go\n"},
		{"IN=python", "diff", "\n+++ chapter5/resilient-service/main.go\n"},
		{"", "reset IN=python", "\nnothing to reset: each file is as it came\n"},
		{"", "-C chapter5 reset IN=python", "\nnothing to reset: each file is as it came\n"},
		{"", "-n doctor PORT=9090", "exec .workshop/bin/runner doctor --port 9090\n"},
	} {
		out, err := inCopy(t, project, append(os.Environ(), c.variable), strings.Fields(c.args)...)
		if err != nil || !strings.Contains("\n"+out, c.want) || strings.Contains(out, "service/main.go is") {
			t.Errorf("%s make %s: %v\n%s", c.variable, c.args, err, out)
		}
	}
	if err := os.WriteFile(filepath.Join(project, "chapter5", "python", "service.py"), []byte("# mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := inCopy(t, project, os.Environ(), "reset", "EXERCISE=1", "IN=go"); err != nil || !strings.Contains(out, "nothing to reset: what you chose is as it came\n") {
		t.Errorf("%v\n%s", err, out)
	}
}
