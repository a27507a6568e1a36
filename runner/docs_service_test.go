//go:build unix

package main_test

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/exercise"
)

var listening = regexp.MustCompile(`listening on port (\d+)`)

// withService starts a service as in the book's first terminal, on a port that is
// free, and ends it by Ctrl-C. It returns what the service said.
func withService(t *testing.T, project, command string, during func(port string)) string {
	t.Helper()
	said := untilInterrupted(t, project, command+" PORT="+freePort(t), listening, during)
	if !strings.Contains(said, "stopped") {
		t.Errorf("%s did not stop:\n%s", command, said)
	}
	return said
}

// untilInterrupted runs a command that does not end by itself. When it says a line of this form, it is
// ended by Ctrl-C, which reaches all of a terminal's programs. Before that, a function gets what
// stands in the form's parentheses.
func untilInterrupted(t *testing.T, project, command string, form *regexp.Regexp, during func(found string)) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = project
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	output, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = cmd.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(2*time.Minute, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer stuck.Stop()
	defer syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	var said strings.Builder
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if found := form.FindStringSubmatch(lines.Text()); found != nil {
			during(found[1])
			syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		}
	}
	cmd.Wait() // make calls an interruption an error
	if !form.MatchString(said.String()) {
		t.Errorf("%s did not say %v:\n%s", command, form, said.String())
	}
	return said.String()
}

// watching is what make watch says when it waits.
var watching = regexp.MustCompile(`(?m)^  next +(change the file and save it); `)

// needsTerminal runs make init, which asks only at a terminal, as testdata/script/15-init.txtar does.
func needsTerminal(t *testing.T, project, command string) {
	out, err := inCopy(t, project, os.Environ(), strings.Fields(command)[1:]...)
	if err == nil || !strings.Contains(out, "init needs a terminal to ask at; ") {
		t.Errorf("%s: %v\n%s", command, err, out)
	}
}

// withOwnExperiment runs an experiment of one's own on the service of the chapter.
func withOwnExperiment(t *testing.T, project, command string) {
	_, name, _ := strings.Cut(command, "FILE=")
	mustSucceed(t, project, ".workshop/bin/runner init --no-input "+name)
	withService(t, project, "make start-weak", func(port string) {
		path := filepath.Join(project, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), "localhost:8080", "localhost:"+port)), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := inCopy(t, project, os.Environ(), strings.Fields(command)[1:]...)
		if err != nil || !strings.Contains(out, "WEAKNESS FOUND") || !strings.Contains(out, "chapter5/exchange.dat is gone (proven)") {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	})
}

// inChapterFolder works in the folder of the chapter, as the book does: two
// terminals, and a third where the port is taken.
func inChapterFolder(t *testing.T, project string) {
	const start = "cd chapter5; make start-weak"
	withService(t, project, start, func(port string) {
		cmd := exec.Command("sh", "-c", start+" PORT="+port)
		cmd.Dir = project
		out, err := cmd.CombinedOutput()
		says := "port " + port + " is in use by another program; choose another: make start-weak PORT=9090, then make experiment PORT=9090\n"
		said := regexp.MustCompile(`(?m)^building .*\n`).ReplaceAllString(string(out), "") // make looks whether there is anything to build
		if _, line, _ := strings.Cut(said, " "); err != nil || line != says {
			t.Errorf("the second ended with %v and said:\n%s", err, out)
		}
		mustSucceed(t, project, "cd chapter5; make experiment PORT="+port)
	})
	if _, err := os.Stat(filepath.Join(project, "chapter5", "exchange.dat")); !os.IsNotExist(err) {
		t.Errorf("the stopped service has left its file: %v", err)
	}
}

// TestRunningTarget plays the page's target that runs already, with the service of another terminal.
func TestRunningTarget(t *testing.T) {
	project, port := t.TempDir(), freePort(t)
	if err := copyProject(project); err != nil {
		t.Fatal(err)
	}
	for _, block := range fenced.FindAllStringSubmatch(readPage(t, "docs/targets.md"), -1) {
		if name := attributes(block[2])["file"]; name == "targets/running.yaml" {
			text := strings.Replace(block[3], ":8080", ":"+port, 1)
			if err := os.WriteFile(filepath.Join(project, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	runner := filepath.Join(programs, "runner")
	untilInterrupted(t, project, "exec "+runner+" start weak --port "+port, regexp.MustCompile(`weak runs on (port)`), func(string) {
		if said, code := typed(t, project, "", runner+" demo running"); code != 0 || !strings.Contains(said, "\nWEAKNESS FOUND (deviated), as this demo should\n") {
			t.Errorf("exit code %d:\n%s", code, said)
		}
	})
}

// solve writes our solution of an exercise into the learner's file.
func solve(t *testing.T, project, number string) {
	t.Helper()
	all, err := exercise.Load(project, "go")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if strconv.Itoa(e.Number) != number {
			continue
		}
		text, err := os.ReadFile(filepath.Join(project, e.Learner().Solution))
		if err == nil {
			err = os.WriteFile(filepath.Join(project, e.Learner().Edit), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("there is no exercise %s", number)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
