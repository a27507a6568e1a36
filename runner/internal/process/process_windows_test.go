package process

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// as is the command of this test binary in a role.
func as(role string, stdout io.Writer) Command {
	self, _ := os.Executable()
	return Command{Args: []string{self}, Env: append(os.Environ(), "PROCESS_TEST_ROLE="+role), Stdout: stdout}
}

func mustVanish(t *testing.T, pid int) {
	t.Helper()
	if g := (group{id: pid}); !g.vanishes(after(5 * time.Second)) {
		t.Errorf("process %d still runs", pid)
		g.kill()
	}
}

// A text reaches the shell as it is written, with its quotes, also where nothing says where the shell is.
func TestLine(t *testing.T) {
	for _, shell := range []string{os.Getenv("COMSPEC"), ""} {
		t.Setenv("COMSPEC", shell)
		var out bytes.Buffer
		exit, err := (&Owner{}).Run(t.Context(), Command{Line: `echo "a  b" 'c' "d"& exit 3`, Stdout: &out})
		if got := out.String(); err != nil || exit.Code != 3 || got != "\"a  b\" 'c' \"d\"\r\n" {
			t.Errorf("%q, %v, %v", got, exit, err)
		}
	}
}

// What a service has started ends with it, also when it ends by itself.
func TestStartEndsTheTree(t *testing.T) {
	for _, role := range []string{"tree", "waiting tree"} {
		read, write := io.Pipe()
		p, err := (&Owner{}).Start(as(role, write))
		if err != nil {
			t.Fatal(err)
		}
		var leaf int
		if _, err := fmt.Fscan(read, &leaf); err != nil {
			t.Fatal(err)
		}
		go io.Copy(io.Discard, read)
		if role == "waiting tree" {
			p.Stop(t.Context())
		}
		<-p.Done()
		if p.LeftOthers() != (role == "tree") {
			t.Errorf("%s: it left others: %v", role, p.LeftOthers())
		}
		mustVanish(t, leaf)
	}
}

// What an activity leaves running stays; what is in progress ends with its context.
func TestRunLeavesWhatStays(t *testing.T) {
	out, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if exit, err := (&Owner{}).Run(t.Context(), as("tree", out)); exit.Code != 0 || err != nil {
		t.Fatal(exit, err)
	}
	var leaf int
	out.Seek(0, io.SeekStart)
	if _, err := fmt.Fscan(out, &leaf); err != nil || !isRunning(leaf) {
		t.Fatal("it has not stayed: ", err)
	}
	group{id: leaf}.kill()
	mustVanish(t, leaf)

	ctx, end := context.WithCancel(t.Context())
	read, write := io.Pipe()
	go func() {
		fmt.Fscan(read, &leaf)
		end()
		io.Copy(io.Discard, read)
	}()
	if _, err := (&Owner{}).Run(ctx, as("waiting tree", write)); err != context.Canceled {
		t.Error(err)
	}
	mustVanish(t, leaf)
}

// Windows ends what a killed runner has started.
func TestKilledRunner(t *testing.T) {
	command := as("runner", nil)
	runner := exec.Command(command.Args[0])
	runner.Env = command.Env
	out, err := runner.StdoutPipe()
	if err != nil || runner.Start() != nil {
		t.Fatal(err)
	}
	var leaf int
	if _, err := fmt.Fscan(bufio.NewReader(out), &leaf); err != nil || !isRunning(leaf) {
		t.Fatal(leaf, err)
	}
	runner.Process.Kill()
	runner.Wait()
	mustVanish(t, leaf)
}
