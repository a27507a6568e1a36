//go:build unix

package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestKilled: kill -9 of whoever owns processes leaves none behind, except what
// a command left running on purpose. The output that they all hold is closed
// when the last of them has gone.
func TestKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	records := t.TempDir()
	runner := exec.Command(self)
	runner.Env = append(os.Environ(), "PROCESS_TEST_ROLE=runner", "PROCESS_TEST_RECORDS="+records)
	runner.Stdout, runner.Stderr = writer, os.Stderr
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	lines, pids := bufio.NewReader(reader), make(map[string]int)
	for range 3 {
		var who string
		var pid int
		if _, err := fmt.Fscanln(lines, &who, &pid); err != nil {
			t.Fatal(err)
		}
		pids[who] = pid
	}
	defer syscall.Kill(pids["stays"], syscall.SIGKILL)
	if left, err := Leftovers(records); err != nil || len(left) != 1 {
		t.Errorf("the records hold %v, %v", left, err)
	}

	runner.Process.Kill()
	runner.Wait()
	reader.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Fatalf("5 s later somebody is still there: %v", err)
	}
	if err := syscall.Kill(pids["stays"], 0); err != nil {
		t.Errorf("what was left running on purpose is gone: %v", err)
	}
	if _, err := Stop(records, time.Second); err != nil {
		t.Error(err)
	}
	if left, err := Leftovers(records); err != nil || len(left) != 0 {
		t.Errorf("the records still hold %v, %v", left, err)
	}
}

func TestGuard(t *testing.T) {
	for _, test := range []struct {
		name, told string // %d is the group's number, %s when it started
		ends       bool
	}{
		{"running", "+%d %s\n", true},
		{"start not known", "+%d \n", true},
		{"ended", "+%d %s\n-%[1]d %[2]s\n", false},
		{"replaced", "+%d 1%s\n", false},
		{"replaced and taken again", "+%d 1%s\n+%[1]d %[2]s\n-%[1]d 1%[2]s\n", true},
		{"not understood", "\n+\n+x\n*%d %s\nnonsense", false},
		{"nonsense first", "\n+\n?\n+%d %s\n", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := new(Owner).Start(shell(`exec sleep 20`))
			if err != nil {
				t.Fatal(err)
			}
			told := test.told
			if strings.Contains(told, "%") {
				told = fmt.Sprintf(told+"%.0[1]s%.0[2]s", p.PID(), p.member.started)
			}
			if err := Guard(strings.NewReader(told)); err != nil {
				t.Error(err)
			}
			if !test.ends && !alive(p.PID()) {
				t.Error("a process was ended that is none of the guard's business")
			}
			if test.ends {
				<-p.Done()
			}
			if p.Stop(t.Context()).Code != -15 {
				t.Error("it was not ended, and ended of itself")
			}
		})
	}
}

// TestListen only listens: these numbers would mean every process there is.
func TestListen(t *testing.T) {
	groups, err := listen(strings.NewReader("+0 1\n+1 1\n+-1 1\n+ \n+99999999999999999999 1\n+7 8\n"))
	if err != nil || len(groups) != 1 || !groups[member{7, "8"}] {
		t.Errorf("got %v, %v", groups, err)
	}
}

// TestGuardStandsApart: what reaches all of a terminal's programs does not reach
// the guard.
func TestGuardStandsApart(t *testing.T) {
	o := guarded(t)
	if _, err := o.Run(t.Context(), shell(`true`)); err != nil {
		t.Fatal(err)
	}
	ours, _ := syscall.Getpgid(0)
	if group, err := syscall.Getpgid(o.guard.Process.Pid); err != nil || group == ours {
		t.Errorf("the guard is in group %d, we are in %d: %v", group, ours, err)
	}
}

func TestOneGuard(t *testing.T) {
	o := guarded(t)
	var all sync.WaitGroup
	guards := make(chan int, 20)
	for range 20 {
		all.Go(func() {
			if _, err := o.Run(t.Context(), shell(`true`)); err != nil {
				t.Error(err)
			}
			guards <- o.guard.Process.Pid
		})
	}
	all.Wait()
	close(guards)
	first := <-guards
	for pid := range guards {
		if pid != first {
			t.Errorf("there are guards %d and %d", first, pid)
		}
	}
	if err := new(Owner).Close(); err != nil {
		t.Error(err)
	}
}
