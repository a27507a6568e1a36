//go:build linux

package cli

import (
	"bufio"
	"os"
	"strings"
	"syscall"
	"testing"
)

// Ctrl-C at any question ends the questions, and no file is there.
func TestInitInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("price.txt", []byte("12"), 0o600); err != nil {
		t.Fatal(err)
	}
	for stopAt := 1; stopAt <= 5; stopAt++ {
		keyboard, stdin := terminal(t)
		from, stderr, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		signals, heard := make(chan os.Signal), make(chan string)
		go func() {
			var all strings.Builder
			questions := 0
			for in := bufio.NewReader(from); ; {
				c, err := in.ReadByte()
				if err != nil {
					heard <- all.String()
					return
				}
				all.WriteByte(c)
				if !strings.HasSuffix(all.String(), "> ") {
					continue
				}
				switch questions++; questions {
				case stopAt:
					signals <- syscall.SIGINT
				case 3:
					keyboard.WriteString("price.txt\n")
				default:
					keyboard.WriteString("\n")
				}
			}
		}()
		stdout := file(t, "out")
		code := Run(World{Args: []string{"init"}, Stdin: stdin, Stdout: stdout, Stderr: stderr, Environment: environment(""), Signals: signals})
		stderr.Close()
		said := <-heard
		if want := "> \nrunner: stopped by Ctrl-C (SIGINT); nothing was written\n"; code != 130 || content(t, stdout) != "" || !strings.HasSuffix(said, want) {
			t.Errorf("at question %d: exit code %d\n%s%s", stopAt, code, content(t, stdout), said)
		}
		if isThere("mine.yaml") {
			t.Errorf("at question %d: there is a file", stopAt)
		}
	}
}
