//go:build unix

package main_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/signals"
)

// TestSentSignals: whatever signal that can be caught somebody sends, the fault is undone, unless the
// signal asks for no rollbacks, and the exit code tells the signal.
func TestSentSignals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGABRT, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL} {
		if signals.Name(signal) == "a signal" {
			t.Errorf("nobody hears %v", signal)
		}
	}
	for _, signal := range signals.ByName {
		t.Run(fmt.Sprint(signal), func(t *testing.T) {
			folder, number := killedIn(t, ""), int(signal.(syscall.Signal))
			experiment := undone(fmt.Sprintf("rm file; kill -%d $PPID; exec sleep 20", number), "cp copy file")
			if err := os.WriteFile(filepath.Join(folder, "experiment.yaml"), []byte(experiment), 0o600); err != nil {
				t.Fatal(err)
			}
			out, code := runIn(t, folder, "run", "experiment.yaml")
			if code != 128+number || exists(filepath.Join(folder, "file")) != (signal != syscall.SIGUSR2) {
				t.Errorf("exit code %d:\n%s", code, out)
			}
		})
	}
}

// TestIgnoredSignals: the end of the terminal ends no run that nohup has started. A script's shell ignores
// SIGINT in the background, and the run hears it: the fault is undone.
func TestIgnoredSignals(t *testing.T) {
	for signal, code := range map[syscall.Signal]int{syscall.SIGHUP: 0, syscall.SIGINT: 130} {
		folder := killedIn(t, undone(fmt.Sprintf("rm file; kill -%d $PPID; sleep 0.1", signal), "cp copy file"))
		runner := exec.CommandContext(t.Context(), "sh", "-c", fmt.Sprintf(`trap "" %d; exec "$0" run experiment.yaml`, signal), filepath.Join(programs, "runner"))
		runner.Dir = folder
		out, _ := runner.CombinedOutput()
		if got := runner.ProcessState.ExitCode(); got != code || !exists(filepath.Join(folder, "file")) {
			t.Errorf("%v: exit code %d, want %d:\n%s", signal, got, code, out)
		}
	}
}

// TestStoppedWhileItWrites: a signal that comes while the journal is written ends no run before it is whole. A pipe
// that is full holds it up here.
func TestStoppedWhileItWrites(t *testing.T) {
	for signal, says := range map[syscall.Signal]string{syscall.SIGINT: "stopped by Ctrl-C (SIGINT) when the run was over", syscall.SIGTERM: "stopped by SIGTERM when the run was over"} {
		runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "--journal-path", "pipe", "experiment.yaml")
		runner.Dir = killedIn(t, undone("head -c 200000 /dev/zero | tr '\\0' x", "cp copy file"))
		pipe := filepath.Join(runner.Dir, "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		both, err := os.OpenFile(pipe, os.O_RDWR, 0) // or the other end would be waited for
		if err != nil {
			t.Fatal(err)
		}
		read, err := os.Open(pipe)
		if err != nil {
			t.Fatal(err)
		}
		stderr, err := runner.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Start(); err != nil {
			t.Fatal(err)
		}
		journal := make([]byte, 1)
		if _, err := io.ReadFull(read, journal); err != nil {
			t.Fatal(err)
		}
		both.Close()
		runner.Process.Signal(signal)
		said, lines := "", bufio.NewScanner(stderr)
		for !strings.Contains(said, "the run is stopping") && lines.Scan() {
			said += lines.Text() + "\n"
		}
		rest, err := io.ReadAll(read)
		if err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			said += lines.Text() + "\n"
		}
		runner.Wait()
		err = isWhole(append(journal, rest...))
		if code := runner.ProcessState.ExitCode(); code != 128+int(signal) || err != nil || !strings.Contains(said, says) {
			t.Errorf("%v: exit code %d, %v:\n%s", signal, code, err, said)
		}
		read.Close()
	}
}
