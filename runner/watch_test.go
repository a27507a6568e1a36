//go:build linux

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// sitting is a runner that somebody uses: what it prints, and its keyboard if it is at a terminal.
type sitting struct {
	*testing.T
	command  *exec.Cmd
	keyboard *os.File
	output   chan []byte
	said     string // since the last text that was awaited
}

// sit starts the runner in a project. Its output is read as it comes.
func sit(t *testing.T, root string, atTerminal bool, args ...string) *sitting {
	t.Helper()
	s := &sitting{T: t, command: exec.Command(filepath.Join(programs, "runner"), args...), output: make(chan []byte, 100)}
	s.command.Dir = root
	if atTerminal {
		keyboard, stdin := terminal(t)
		s.keyboard, s.command.Stdin = keyboard, stdin
	}
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.command.Stdout, s.command.Stderr = to, to
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.command.Process.Kill() }) // does nothing where it has ended
	to.Close()
	go func() {
		defer close(s.output)
		defer from.Close()
		for {
			text := make([]byte, 4096)
			n, err := from.Read(text)
			if err != nil {
				return
			}
			s.output <- text[:n]
		}
	}()
	return s
}

// terminal is a pseudo-terminal: what is written to the keyboard is read at the other end.
func terminal(t *testing.T) (keyboard, stdin *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	stdin, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	return keyboard, stdin
}

// until waits until the runner has printed a text, and returns all that came before it.
func (s *sitting) until(want string) string {
	s.Helper()
	limit := time.After(patience)
	for {
		if before, after, found := strings.Cut(s.said, want); found {
			s.said = after
			return before
		}
		select {
		case text, more := <-s.output:
			if !more {
				s.Fatalf("it ended without %q:\n%s", want, s.said)
			}
			s.said += string(bytes.ReplaceAll(text, []byte("\r"), nil))
		case <-limit:
			s.Fatalf("no %q within %v:\n%s", want, patience, s.said)
		}
	}
}

// types types a line.
func (s *sitting) types(line string) {
	s.Helper()
	if _, err := s.keyboard.WriteString(line + "\n"); err != nil {
		s.Fatal(err)
	}
}

// ends waits for the end, which must have this exit code, and returns what was printed last.
func (s *sitting) ends(code int) string {
	s.Helper()
	for text := range s.output {
		s.said += string(text)
	}
	s.command.Wait()
	if got := s.command.ProcessState.ExitCode(); got != code {
		s.Errorf("exit code %d, want %d", got, code)
	}
	return s.said
}

// TestWatch: a learner at a terminal predicts, saves, asks for hints, and comes to the next
// exercise. Who is at no terminal is not asked.
func TestWatch(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "kit")
	if err := copyProject(root); err != nil {
		t.Fatal(err)
	}
	save := func(from, more string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(root, from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "chapter5", "service", "main.go"), append(text, more...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	w := sit(t, root, true, "watch")
	w.until("Exercise 1: The exchange file is taken away.")
	w.until("Your prediction (a number; Enter alone gives none): ")
	w.types("9")
	w.until("please type a number from 1 to 4, or press Enter to give none\n")
	if again := w.until("Enter alone gives none): "); again != "Your prediction (a number; " {
		t.Errorf("not only the prompt is shown again: %q", again)
	}
	w.types("3")
	w.until("NOT SOLVED YET")
	if shown := w.until("h helps, q stops (press"); !strings.Contains(shown, "  after    500  internal server error\n  you said an internal server error\n  wanted ") {
		t.Errorf("the prediction is not beside what was seen:\n%s", shown)
	}
	w.types("z")
	w.until("please type h or q, and press Enter\n")
	w.types("H")
	w.until("HINT 1 OF 3 for exercise 1")

	// Another runner, at no terminal, goes on with the hints; then this one does.
	hint := sit(t, root, false, "hint")
	if said := hint.ends(0); !strings.Contains(said, "HINT 2 OF 3") || strings.Contains(said, "prediction") {
		t.Error(said)
	}
	w.types("h")
	w.until("HINT 3 OF 3 for exercise 1")

	// Each save is played: what does not compile, and what is solved. After it comes the next one.
	save("chapter5/originals/service/main.go", "func broken( {")
	if before := w.until("syntax error: "); !strings.Contains(before, "\nchapter5/service/main.go:") || strings.Contains(before, "go build") {
		t.Errorf("the learner's file is not first:\n%s", before)
	}
	w.until("h helps, q stops")
	save("chapter5/resilient-service/main.go", "")
	w.until("\nSOLVED\n")
	const said = "\n  you said an internal server error; at the start it was: 500 internal server\n           error\n  learned "
	if shown := w.until("exercise 2: services that look well\n"); strings.Count(shown, "you said") != 1 || !strings.Contains(shown, said) {
		t.Errorf("the prediction is not beside what was seen at the start:\n%s", shown)
	}
	w.until("Exercise 2: A service always answers 503.")
	w.until("Enter alone gives none): ")
	w.types("")
	w.until("service  always-503  HELD")
	if shown := w.until("h helps, q stops"); strings.Contains(shown, "you said") {
		t.Errorf("nothing was said:\n%s", shown)
	}
	w.types("q")
	w.ends(0)

	// Nobody is asked twice, in another language neither, and only a terminal is asked at all.
	w = sit(t, root, true, "exercise")
	if said := w.ends(1); strings.Contains(said, "prediction") || !strings.Contains(said, "EXERCISE 2 OF 6") {
		t.Error(said)
	}
	if err := os.WriteFile(filepath.Join(root, "chapter5", "python", "service.py"), []byte("def broken(\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	w = sit(t, root, true, "exercise", "--in", "python")
	if said := w.until("NOT SOLVED YET"); !strings.Contains(said, "EXERCISE 1 OF 6") {
		t.Error(said)
	}
	w.ends(1)
	w = sit(t, root, false, "watch", "--exercise", "3")
	if shown := w.until("change the file and save it;"); strings.Contains(shown, "prediction") {
		t.Error(shown)
	}
	// An editor may remove the file and make a new one; who works in Go may have no file in Python.
	folder := filepath.Join(root, "chapter5", "exercises", "3-emptied")
	repaired, err := os.ReadFile(filepath.Join(root, "chapter5", "solutions", "3-emptied", "main.go"))
	for _, err := range []error{err, os.Remove(filepath.Join(folder, "service.py")), os.Remove(filepath.Join(folder, "main.go")), os.WriteFile(filepath.Join(folder, "main.go"), repaired, 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.until("\nSOLVED\n")
	if err := w.command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if said := w.ends(130); strings.Contains(said, "q stops") {
		t.Error(said)
	}

	// Ctrl-C ends while a question is open, and the input's end is no answer.
	for _, stop := range []string{"\x03", "\x04"} {
		w = sit(t, root, true, "watch", "--exercise", "4")
		w.until("Enter alone gives none): ")
		if stop == "\x03" {
			if err := w.command.Process.Signal(os.Interrupt); err != nil { // as the terminal does
				t.Fatal(err)
			}
			w.ends(130)
			continue
		}
		w.keyboard.WriteString(stop)
		w.until("NOT SOLVED YET")
		w.ends(0)
	}
}
