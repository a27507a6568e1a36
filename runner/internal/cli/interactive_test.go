//go:build linux

package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"golang.org/x/sys/unix"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// terminal is a pseudo-terminal: what is written to the keyboard can be read at
// the other end.
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

var question = regexp.MustCompile(`next is the \w+ '([^']*)': \[Enter\] run it, \[s\]kip it, \[q\]uit\? $`)

// ask runs the program at a terminal and answers each of its questions. It returns
// the exit code, what the program said, and its journal.
func ask(t *testing.T, answer func(name string) string, args ...string) (code int, out, said string, journal *value.Map) {
	t.Helper()
	keyboard, stdin := terminal(t)
	from, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan string)
	go func() {
		var all []byte
		start := 0 // of what was not answered yet
		for in := bufio.NewReader(from); ; {
			c, err := in.ReadByte()
			if err != nil {
				heard <- string(all)
				return
			}
			if all = append(all, c); c != ' ' {
				continue
			}
			if q := question.FindSubmatch(all[start:]); q != nil {
				start = len(all)
				keyboard.WriteString(answer(string(q[1])) + "\n")
			}
		}
	}()
	stdout := file(t, "out")
	code = Run(World{Args: args, Stdin: stdin, Stdout: stdout, Stderr: stderr, Environment: environment("")})
	stderr.Close()
	said = <-heard
	doc, _ := document.Read("journal.json")
	return code, content(t, stdout), said, doc.Map()
}

// One question is open at a time, however many want to ask: each answer reaches the
// activity that its question names.
func TestOneQuestionAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, said := testConsole("never")
		s := &session{console: c, asking: make(chan struct{}, 1), lines: make(chan string)}
		var got, want sync.Map // by the activities' names
		for i := range 300 {
			go func() {
				name := fmt.Sprint(i)
				got.Store(name, s.askUser(t.Context(), value.MapOf("type", "probe", "name", name)))
			}()
		}
		for i := range 300 {
			synctest.Wait() // until all of them wait: one for its answer, the others for their turn
			questions := regexp.MustCompile(`'(\d+)'`).FindAllStringSubmatch(said.String(), -1)
			if len(questions) != i+1 {
				t.Fatalf("after %d answers there are %d questions", i, len(questions))
			}
			name := questions[i][1]
			if i%3 == 0 {
				s.lines <- "s"
				want.Store(name, engine.ErrSkip)
			} else {
				s.lines <- ""
			}
		}
		synctest.Wait()
		got.Range(func(name, err any) bool {
			if asked, _ := want.Load(name); asked != err {
				t.Errorf("%s got %v, want %v", name, err, asked)
			}
			return true
		})
	})
}

// Whoever quits, or whose input ends, is not asked again.
func TestUnattended(t *testing.T) {
	for _, last := range [][]string{{"q"}, {}} {
		c, _, said := testConsole("never")
		s := &session{console: c, asking: make(chan struct{}, 1), lines: make(chan string, 1)}
		for _, text := range last {
			s.lines <- text
		}
		close(s.lines)
		activity := value.MapOf("type", "probe", "name", "a")
		var stop *verdict.Stop
		if err := s.askUser(t.Context(), activity); !errors.As(err, &stop) {
			t.Errorf("%v: %v", last, err)
		}
		before := said.String()
		if err := s.askUser(t.Context(), activity); err != nil || said.String() != before {
			t.Errorf("%v: asked again: %v, %q", last, err, said)
		}
	}
}

// Three hundred activities in the background and a hypothesis beside the method,
// each asked about: every answer counts, and none is lost.
func TestInteractiveInTheBackground(t *testing.T) {
	const activities = 300
	t.Chdir(t.TempDir())
	var b strings.Builder
	b.WriteString(`{"title": "T", "description": "D", "steady-state-hypothesis": {"title": "H", "probes": [
		{"type": "probe", "name": "here", "tolerance": true, "provider": {"type": "python", "module": "os.path", "func": "exists", "arguments": {"path": "."}}}]}, "method": [`)
	for i := range activities {
		fmt.Fprintf(&b, `{"type": "probe", "name": "p%d", "background": true, "provider": {"type": "python", "module": "os.path", "func": "exists", "arguments": {"path": "."}}},`, i)
	}
	b.WriteString(`{"type": "probe", "name": "last", "provider": {"type": "python", "module": "os.path", "func": "exists", "arguments": {"path": "."}}}]}`)
	if err := os.WriteFile("many.json", []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	skips := func(name string) bool { return strings.HasSuffix(name, "3") || strings.HasSuffix(name, "7") }
	asked := 0
	_, _, said, journal := ask(t, func(name string) string {
		asked++
		if skips(name) {
			return "s"
		}
		return ""
	}, "run", "many.json", "--interactive", "--hypothesis-strategy", "continuously", "--hypothesis-frequency", "0.001")
	runs := journal.List("run")
	if len(runs) != activities+1 || asked < activities+1 {
		t.Errorf("%d activities ran, %d questions were asked\n%.2000s", len(runs), asked, said)
	}
	for _, run := range runs {
		run := run.(*value.Map)
		name := run.Map("activity").Text("name") // one that is skipped has no output
		if output, _ := run.Get("output"); (output != nil) == skips(name) {
			t.Errorf("the answer to %s went to another activity: %s", name, value.Repr(run))
		}
	}
}

// Whoever quits at the last question, the proof after the hypothesis, has an
// interrupted run: undone, in the journal, and without a trace of our code.
func TestQuitAtTheProof(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "quit-at-the-proof.json"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("quit.json", text, 0o600); err != nil {
		t.Fatal(err)
	}
	var asked []string
	code, out, said, journal := ask(t, func(name string) string {
		asked = append(asked, name)
		if len(asked) == 5 {
			return "q"
		}
		return ""
	}, "run", "quit.json", "--interactive")
	if want := []string{"here", "touch", "gone", "here", "gone"}; !slices.Equal(asked, want) {
		t.Errorf("asked about %q, want %q", asked, want)
	}
	if code != 130 || !strings.Contains(out, "INTERRUPTED") || !strings.Contains(out, "all rollbacks were played") || journal.Text("status") != "interrupted" {
		t.Errorf("exit code %d, journal status %q\n%s%s", code, journal.Text("status"), out, said)
	}
	if len(journal.List("rollbacks")) != 1 || journal.Map("verdict").Text("word") != "interrupted" {
		t.Errorf("the journal says %s, %s", value.Repr(journal.List("rollbacks")), value.Repr(journal.Map("verdict")))
	}
	for _, trace := range []string{"goroutine", "panic", "fatal", ".go:"} {
		if strings.Contains(said, trace) {
			t.Errorf("%q is a trace of our code:\n%s", trace, said)
		}
	}
	if _, err := os.Stat("f"); err == nil {
		t.Error("the file is still there")
	}
}
