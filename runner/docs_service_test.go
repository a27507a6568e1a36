//go:build unix

package main_test

import (
	"bufio"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

var listening = regexp.MustCompile(`listening on port (\d+)`)

// withService starts a service as in the book's first terminal, on a port that is
// free, and ends it by Ctrl-C, which reaches all of a terminal's programs.
func withService(t *testing.T, project, command string, during func(port string)) {
	cmd := exec.Command("sh", "-c", command+" PORT=0")
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
	defer syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	var said strings.Builder
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			during(found[1])
			syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		}
	}
	cmd.Wait() // make calls an interruption an error
	if !listening.MatchString(said.String()) || !strings.Contains(said.String(), "stopping") {
		t.Errorf("%s did not listen and stop:\n%s", command, said.String())
	}
}
