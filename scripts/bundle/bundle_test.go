//go:build unix

package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestBundle makes the bundle of the last commit twice, in two folders, and plays with it as a learner does.
func TestBundle(t *testing.T) {
	packed := made(t, "first", true)
	if again := made(t, "another folder", false); !bytes.Equal(packed, again) {
		t.Error("made twice of the same commit, the bundle is not the same")
	}
	folder := unpacked(t, packed)
	t.Run("sums", func(t *testing.T) { checkSums(t, folder) })
	t.Run("without Go", func(t *testing.T) { playWithoutGo(t, folder) })
	t.Run("exercises", func(t *testing.T) { playExercises(t, folder) })
}

// made is the zip of a bundle that is made in a clone of the project.
func made(t *testing.T, name string, archives bool) []byte {
	t.Helper()
	folder := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("git", "clone", "--quiet", "--local", filepath.Join("..", ".."), folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out := filepath.Join(folder, ".workshop", "release")
	b, err := newBundle(folder, out, func(text string) { t.Log(text) })
	if err == nil {
		err = b.make(archives)
	}
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	wanted := 2 // the zip and its checksum
	if archives {
		wanted += 2 * len(systems)
	}
	if len(left) != wanted {
		t.Errorf("%d files were made, and %d are wanted: %v", len(left), wanted, left)
	}
	packed, err := os.ReadFile(filepath.Join(out, "chaos-workshop-"+b.version()+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// unpacked is the folder of an unpacked bundle.
func unpacked(t *testing.T, packed []byte) string {
	t.Helper()
	into := filepath.Join(t.TempDir(), "Übungen für morgen")
	files, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files.File {
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(from)
		if err == nil {
			err = write(filepath.Join(into, filepath.FromSlash(file.Name)), text, file.Mode())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(into, "chaos-workshop")
}

// checkSums compares all files with their checksums.
func checkSums(t *testing.T, folder string) {
	list, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := entries(folder, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		text, err := os.ReadFile(e.path)
		if line := fmt.Sprintf("%x  %s\n", sha256.Sum256(text), e.name); err != nil || e.name != "SHA256SUMS" && !strings.Contains(string(list), line) {
			t.Errorf("%s has another checksum, %v", e.name, err)
		}
	}
	if got := strings.Count(string(list), "\n"); got != len(all)-1 {
		t.Errorf("%d checksums for %d files", got, len(all))
	}
}

// typedIn is a command that is typed in a folder, with only these variables beside the usual ones.
func typedIn(folder string, variables []string, args ...string) *exec.Cmd {
	command := exec.Command("./runner", args...)
	command.Dir = folder
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return regexp.MustCompile(`^(GO[A-Z0-9]+|CHAOSWORKSHOP_\w+|EXCHANGE_\w+)=`).MatchString(variable)
	})
	command.Env = append(command.Env, variables...)
	return command
}

// wants plays a command, and looks for a text in what it prints.
func wants(t *testing.T, command *exec.Cmd, code int, text string) string {
	t.Helper()
	out, err := command.CombinedOutput()
	if command.ProcessState == nil || command.ProcessState.ExitCode() != code || !regexp.MustCompile(text).Match(out) {
		t.Errorf("%v: %v, and %q is wanted in\n%s", command.Args, err, text, out)
	}
	return string(out)
}

// playWithoutGo plays what works on a computer that has no Go.
func playWithoutGo(t *testing.T, folder string) {
	bin := t.TempDir()
	for _, name := range []string{"sh", "uname", "dirname", "chmod", "readlink"} {
		program, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(program, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	without := []string{"PATH=" + bin}
	said := wants(t, typedIn(folder, without, "demo", "weak", "resilient"), 0, `(?s)WEAKNESS FOUND \(deviated\), as this demo should.*HELD, as this demo should`)
	if !strings.Contains(said, "\n  next     ./runner diff") {
		t.Errorf("the next command is not as it was typed:\n%s", said)
	}
	journal := regexp.MustCompile(`journal  (\S+-weak/journal\.json)`).FindStringSubmatch(said)
	if journal == nil {
		t.Fatalf("no journal in\n%s", said)
	}
	wants(t, typedIn(folder, without, "report", journal[1]), 0, `report\.html`)
	wants(t, typedIn(folder, without, "exercise", "--exercise", "1"), 1, `NOT SOLVED YET(?s:.*)change the file, then \./runner exercise`)
	for _, number := range []string{"2", "3", "5", "6"} {
		wants(t, typedIn(folder, without, "exercise", "--exercise", number), 1, `cannot be built: Go is not installed`)
	}
	solve(t, folder, "solutions/4-own-fault/experiment.yaml", "exercises/4-own-fault/experiment.yaml")
	wants(t, typedIn(folder, without, "exercise", "--exercise", "4"), 0, "\nSOLVED\n")
	wants(t, typedIn(folder, without, "doctor"), 0, `note  Go           Go is not installed(?s:.*)nothing is bad`)
	wants(t, typedIn(folder, without, "version"), 0, `commit [0-9a-f]{40} of \d{4}-\d\d-\d\dT(?s:.*)for `+runtime.GOOS+"/"+runtime.GOARCH)
	playLive(t, typedIn(folder, without, "live", "weak", "resilient"))
	playLinked(t, typedIn(folder, without, "demo", "weak"))

	// Some programs unpack files without the right to start them.
	for _, file := range []string{"runner", "bin/" + runtime.GOOS + "-" + runtime.GOARCH + "/runner"} {
		if err := os.Chmod(filepath.Join(folder, file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	again := typedIn(folder, without, "runner", "version")
	again.Path = filepath.Join(bin, "sh")
	wants(t, again, 0, "commit ")
	wants(t, typedIn(folder, without, "targets"), 0, "resilient")
}

// playLinked types a command by the name of a link to a link to its program, as in a folder of the PATH.
func playLinked(t *testing.T, command *exec.Cmd) {
	t.Helper()
	links := t.TempDir()
	for name, to := range map[string]string{"first": filepath.Join(command.Dir, "runner"), "kit": "first"} {
		if err := os.Symlink(to, filepath.Join(links, name)); err != nil {
			t.Fatal(err)
		}
	}
	command.Path = filepath.Join(links, "kit")
	wants(t, command, 0, `WEAKNESS FOUND(?s:.*)\n  next     `+regexp.QuoteMeta(command.Path)+" ")
}

// playLive opens the live page, and ends it.
func playLive(t *testing.T, command *exec.Cmd) {
	out, err := command.StdoutPipe()
	var said bytes.Buffer
	command.Stderr = &said
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, _ := lines.ReadString('\n')
	answer, err := http.Get(regexp.MustCompile(`http://\S+`).FindString(line))
	if err != nil {
		t.Errorf("the first line is %q: %v", line, err)
	} else if answer.Body.Close(); answer.StatusCode != http.StatusOK {
		t.Errorf("the page is answered with %s", answer.Status)
	}
	command.Process.Signal(syscall.SIGINT)
	io.Copy(io.Discard, lines)
	var exit *exec.ExitError
	if err := command.Wait(); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 130) {
		t.Errorf("it ended with %v\n%s", err, &said)
	}
}

// solve puts a file of the lesson in the place of another.
func solve(t *testing.T, folder, from, to string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "chapter5", filepath.FromSlash(from)))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "chapter5", filepath.FromSlash(to)), text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// playExercises builds and plays exercises with Go, without any module of others, and without the network.
func playExercises(t *testing.T, folder string) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		t.Errorf("a module is to be fetched: %s", asked.URL.Path)
		http.NotFound(w, asked)
	}))
	defer proxy.Close()
	with := []string{"GOMODCACHE=" + t.TempDir(), "GOPROXY=" + proxy.URL}
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	with = append(with, "GOCACHE="+strings.TrimSpace(string(out)))
	for number, name := range map[string]string{"1": "service/main.go", "3": "exercises/3-emptied/main.go"} {
		solution := filepath.Join("solutions", filepath.Base(filepath.Dir(name)), "main.go")
		if number == "1" {
			solution = "resilient-service/main.go"
		}
		wants(t, typedIn(folder, with, "exercise", "--exercise", number), 1, "NOT SOLVED YET")
		solve(t, folder, solution, name)
		wants(t, typedIn(folder, with, "exercise", "--exercise", number), 0, "\nSOLVED\n")
	}
	wants(t, typedIn(folder, with, "doctor"), 0, "good  modules(?s:.*)nothing is bad")
}
