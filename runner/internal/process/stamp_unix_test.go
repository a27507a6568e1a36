//go:build unix

package process

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// TestStamp: a process that has ended is gone, also while nobody has collected it; and so is
// one whose number another process has.
func TestStamp(t *testing.T) {
	self := Self()
	if self.PID != os.Getpid() || !self.Alive() {
		t.Errorf("this program is not alive: %+v", self)
	}
	for _, other := range []Stamp{{}, {PID: self.PID}, {self.PID, self.Started + "1", self.Boot, self.Space}, {self.PID, self.Started, "before", "elsewhere"}, {1 << 30, self.Started, self.Boot, self.Space}} {
		if other.Alive() {
			t.Errorf("alive: %+v", other)
		}
	}
	child := exec.Command("sh", "-c", "read wait")
	input, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	stamp := stampOf(child.Process.Pid)
	if !stamp.Alive() {
		t.Errorf("the child is not alive: %+v", stamp)
	}
	input.Close()
	output.Read(make([]byte, 1)) // until it ends
	for runtime.GOOS == "linux" && stamp.Alive() {
	}
	child.Wait()
	if stamp.Alive() {
		t.Errorf("the child is alive after its end: %+v", stamp)
	}
}

// A process in another namespace cannot be seen, and perhaps runs: nobody ends what is its.
func TestStampOfElsewhere(t *testing.T) {
	stamp := Self()
	stamp.PID, stamp.Started, stamp.Space = 1<<30, "1", "pid:[1]"
	if !stamp.Alive() || stamp.sameProcess() {
		t.Error("it counts as dead, or as one of ours")
	}
	if stamp.Boot = "before"; stamp.Alive() {
		t.Error("it is alive after the computer was started again")
	}
}
