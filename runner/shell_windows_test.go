package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"
)

// killed is the exit code of a process that a test has killed.
const killed = 128 + 9

func kill(pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	return windows.TerminateProcess(process, killed)
}

// endOf is the exit code of a program; -1 if a test has killed it.
func endOf(state *os.ProcessState) int {
	if code := state.ExitCode(); code != killed {
		return code
	}
	return -1
}

// needsSignals skips a test of lines that Windows cannot do.
func needsSignals(t *testing.T, lines ...string) {
	if regexp.MustCompile(`kill -[^9]|trap`).MatchString(strings.Join(lines, "; ")) {
		t.Skip("Windows has no signals to send")
	}
}

// keepsOpenFiles skips a test in which a file goes that is open.
func keepsOpenFiles(t *testing.T) { t.Skip("Windows keeps the place of a file that is open") }

// userShell is a line in the shell that a user types into.
func userShell(line string) *exec.Cmd {
	shell := exec.Command("cmd")
	shell.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /s /c "` + line + `"`}
	return shell
}

func makePipe(string) error { return errors.ErrUnsupported } // none stands in a folder

// shell reads a line of a shell, word by word.
type shell struct {
	words []string
	last  int      // the exit code of the last command
	args  []string // $0 and those behind it
}

var shellWord = regexp.MustCompile(`2>&1|>&2|&&|\|\||[;|]|>>?|(?:'[^']*'|"[^"]*"|[^\s;&|>'"])+`)

// list runs commands, or only reads them, until a word comes that ends them. It returns how the last one has ended.
func (s *shell) list(does bool, end string) (code int) {
	for now := does; len(s.words) > 0; {
		switch word := s.words[0]; word {
		case end:
			s.words = s.words[1:]
			return code
		case ";", "&&", "||":
			s.words = s.words[1:]
			now = does && (word == ";" || (code == 0) == (word == "&&"))
		default:
			if c := s.command(now); now {
				code, s.last = c, c
			}
		}
	}
	return code
}

func (s *shell) command(does bool) (code int) {
	first := s.words[0]
	s.words = s.words[1:]
	switch first {
	case "{":
		return s.list(does, "}")
	case "!":
		return 1 - min(s.command(does), 1)
	case "until":
		for begin := s.words; ; {
			s.words = begin
			code := s.list(does, "do")
			s.list(does && code != 0, "done")
			if !does || code == 0 {
				return 0
			}
		}
	}
	var in io.Reader = os.Stdin
	for {
		var piped bytes.Buffer
		code = s.simple(does, first, in, &piped)
		if len(s.words) == 0 || s.words[0] != "|" {
			return code
		}
		first, s.words, in = s.words[1], s.words[2:], &piped
	}
}

// simple runs one program, whose output goes into a pipe if one comes behind it.
func (s *shell) simple(does bool, first string, in io.Reader, piped io.Writer) int {
	var out, err io.Writer = os.Stdout, os.Stderr
	args := []string{first}
	for len(s.words) > 0 && !slices.Contains([]string{";", "&&", "||", "|"}, s.words[0]) {
		word := s.words[0]
		s.words = s.words[1:]
		switch word {
		case "2>&1":
			err = out
		case ">&2":
			out = err
		case ">", ">>":
			if does {
				how := map[string]int{">": os.O_TRUNC, ">>": os.O_APPEND}[word]
				file, _ := os.OpenFile(strings.Join(s.expand(s.words[0]), ""), os.O_CREATE|os.O_WRONLY|how, 0o600)
				defer file.Close()
				out = file
			}
			s.words = s.words[1:]
		default:
			args = append(args, word)
		}
	}
	if !does {
		return 0
	}
	if len(s.words) > 0 && s.words[0] == "|" {
		out = piped
	}
	return s.run(args, in, out, err)
}

// run runs one program, one of ours or another.
func (s *shell) run(words []string, in io.Reader, out, err io.Writer) int {
	var args []string
	for _, word := range words {
		args = append(args, s.expand(word)...)
	}
	switch {
	case args[0] == "exec":
		return s.run(words[1:], in, out, err)
	case args[0] == "unset":
		os.Unsetenv(args[1])
		return 0
	case args[0] == "exit":
		code, _ := strconv.Atoi(args[1])
		os.Exit(code)
	case tools[args[0]] != nil:
		if e := tools[args[0]](args[1:], in, out); e != nil {
			fmt.Fprintf(err, "%s: %v\n", args[0], e)
			return 1
		}
		return 0
	}
	program := exec.Command(args[0], args[1:]...)
	program.Stdin, program.Stdout, program.Stderr = in, out, err
	if e := program.Run(); program.ProcessState == nil {
		fmt.Fprintln(err, e)
		return 127
	}
	return program.ProcessState.ExitCode()
}

// expand takes a word out of its quotes, with the values of its variables and the files that it means.
func (s *shell) expand(word string) []string {
	if word == `"$@"` {
		return s.args[1:]
	}
	var b strings.Builder
	for _, part := range regexp.MustCompile(`'[^']*'|"[^"]*"|[^'"]+`).FindAllString(word, -1) {
		if part[0] == '\'' {
			b.WriteString(strings.Trim(part, "'"))
			continue
		}
		b.WriteString(os.Expand(strings.Trim(part, `"`), func(name string) string {
			switch name {
			case "PPID":
				return strconv.Itoa(os.Getppid())
			case "$":
				return strconv.Itoa(os.Getpid())
			case "0":
				return s.args[0]
			case "?":
				return strconv.Itoa(s.last)
			}
			return os.Getenv(name)
		}))
	}
	if found, err := filepath.Glob(b.String()); err == nil && len(found) > 0 && !strings.ContainsAny(word, `'"`) {
		return found
	}
	return []string{b.String()}
}

// asTool runs the test binary as one of the tools, where it bears its name.
func asTool() {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	run, is := tools[name]
	switch {
	case !is:
	case run == nil:
		s := shell{words: shellWord.FindAllString(os.Args[2], -1), args: os.Args[3:]}
		os.Exit(s.list(true, ""))
	default:
		if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// installTools puts the tools into a folder, which becomes the first of the PATH.
func installTools(folder string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(self)
	if err != nil {
		return err
	}
	first := filepath.Join(folder, "sh.exe")
	if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(first, text, 0o700)); err != nil {
		return err
	}
	for name := range tools {
		if name != "sh" {
			err = errors.Join(err, os.Link(first, filepath.Join(folder, name+".exe")))
		}
	}
	return errors.Join(err, os.Setenv("PATH", folder+";"+os.Getenv("PATH")))
}
