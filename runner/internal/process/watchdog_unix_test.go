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

// TestKilled: kill -9 of the owner of processes leaves none running, except what
// a command left running on purpose. The output that they all hold is closed
// when the last of them has ended.
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
	runner.Env = append(os.Environ(), "PROCESS_TEST_ROLE=runner", "PROCESS_TEST_RECORDS="+records, "TMPDIR=/no/such/folder")
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
	if left, owned, err := Leftovers(records); err != nil || len(left) != 0 || len(owned) != 1 {
		t.Errorf("the records hold %v, %v, %v", left, owned, err)
	}

	runner.Process.Kill()
	runner.Wait()
	reader.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Fatalf("5 s later a process still runs: %v", err)
	}
	if err := syscall.Kill(pids["stays"], 0); err != nil {
		t.Errorf("what was left running on purpose is gone: %v", err)
	}
	if _, _, err := Stop(records, nil, time.Second); err != nil {
		t.Error(err)
	}
	if left, _, err := Leftovers(records); err != nil || len(left) != 0 {
		t.Errorf("the records still hold %v, %v", left, err)
	}
}

func TestWatchdog(t *testing.T) {
	for _, test := range []struct {
		name, told string // %d is the group's number, %s when it started
		ends       bool
	}{
		{"running", "started\t%d\tm\t%s\n", true},
		{"start not known", "started\t%d\t\t\n", true},
		{"ended", "started\t%d\tm\t%s\nended\t%[1]d\tm\t%[2]s\n", false},
		{"replaced", "started\t%d\t\t1%s\n", false},
		{"replaced and taken again", "started\t%d\t\t1%s\nstarted\t%[1]d\t\t%[2]s\nended\t%[1]d\t\t1%[2]s\n", true},
		{"not understood", "\nstarted\nstarted\tx\t\t\nstrated\t%d\t\t%s\nnonsense", false},
		{"nonsense first", "\nstarted\t\t\n?\nstarted\t%d\t\t%s\n", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := new(Owner).Start(shell(`exec sleep 20`))
			if err != nil {
				t.Fatal(err)
			}
			told := test.told
			if strings.Contains(told, "%") {
				told = fmt.Sprintf(told+"%.0[1]s%.0[2]s", p.PID(), p.group.started)
			}
			if err := RunWatchdog(strings.NewReader(told), nil); err != nil {
				t.Error(err)
			}
			if !test.ends && !p.group.alive() {
				t.Error("a process was ended that was not to be ended")
			}
			if test.ends {
				<-p.Done()
			}
			if p.Stop(t.Context()).Code != -15 {
				t.Error("it was not ended, and ended by itself")
			}
		})
	}
}

// TestReadTold only reads: these numbers would mean every process.
func TestReadTold(t *testing.T) {
	groups, _, err := readTold(strings.NewReader(
		"started\t0\t\t1\nstarted\t1\t\t1\nstarted\t-1\t\t1\nstarted\t\t\t\nstarted\t99999999999999999999\t\t1\nstarted\t7\tm\t8\n"))
	if err != nil || len(groups) != 1 || !groups[group{id: 7, started: "8", mark: "m"}] {
		t.Errorf("got %v, %v", groups, err)
	}
}

// TestWatchdogHasItsOwnGroup: a signal to all programs of a terminal does not
// reach the watchdog.
func TestWatchdogHasItsOwnGroup(t *testing.T) {
	o := guarded(t)
	if _, err := o.Run(t.Context(), shell(`true`)); err != nil {
		t.Fatal(err)
	}
	ours, _ := syscall.Getpgid(0)
	if group, err := syscall.Getpgid(o.watchdog.process.Pid); err != nil || group == ours {
		t.Errorf("the watchdog is in group %d, we are in %d: %v", group, ours, err)
	}
}

func TestOneWatchdog(t *testing.T) {
	o := guarded(t)
	var all sync.WaitGroup
	watchdogs := make(chan int, 20)
	for range 20 {
		all.Go(func() {
			if _, err := o.Run(t.Context(), shell(`true`)); err != nil {
				t.Error(err)
			}
			watchdogs <- o.watchdog.process.Pid
		})
	}
	all.Wait()
	close(watchdogs)
	first := <-watchdogs
	for pid := range watchdogs {
		if pid != first {
			t.Errorf("there are watchdogs %d and %d", first, pid)
		}
	}
	if err := new(Owner).Close(); err != nil {
		t.Error(err)
	}
}
