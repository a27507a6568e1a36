//go:build unix

package conformance

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// limit ends a program that hangs.
const limit = 2 * time.Minute

// program is one of the two that are compared.
type program struct {
	path    string
	toolkit bool    // the Chaos Toolkit, which has --settings before its command
	driver  *driver // runs the toolkit in forks, if not nil
}

// result is an outcome with what only serves to explain or to judge it.
type result struct {
	outcome        Outcome
	word           string // our verdict's
	stdout, stderr string
}

// programUnderTest is what a flag names, an executable named chaos being the
// toolkit, or our runner. That it cannot be built is a failure.
func programUnderTest(t *testing.T) program {
	t.Helper()
	if *programFlag != "" {
		return program{path: *programFlag, toolkit: filepath.Base(*programFlag) == "chaos"}
	}
	path := filepath.Join(t.TempDir(), "runner")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "chaosworkshop.example/runner").CombinedOutput()
	if err != nil {
		t.Fatalf("the runner does not build: %v\n%s", err, out)
	}
	return program{path: path}
}

// run runs a case in a folder, against a server of its own.
func (p program) run(ctx context.Context, c *Case, folder string) (*result, error) {
	s := startServer(folder)
	defer s.Close()
	folder, err := c.unpack(folder, s.URL)
	if err != nil {
		return nil, err
	}
	execute := p.execute
	if p.driver != nil {
		execute = p.driver.execute
	}
	exit, err := execute(ctx, c, folder, p.arguments(c, s.URL), p.environment(c, folder, s.URL))
	if err != nil {
		return nil, err
	}
	stdout, err := os.ReadFile(folder + ".stdout")
	if err != nil {
		return nil, err
	}
	stderr, err := os.ReadFile(folder + ".stderr")
	if err != nil {
		return nil, err
	}
	r := &result{stdout: string(stdout), stderr: string(stderr)}
	n := newNormaliser(folder, s.URL)
	o := Outcome{"exit": exit}
	if class := crash(r.stderr); class != "" {
		o["crash"] = class
	}
	if log := events(r.stderr, n, c.Log); log != nil {
		o["log"] = log
	}
	r.word = o.addJournal(filepath.Join(folder, c.journal()), n, c)
	files := map[string]any{}
	for _, name := range c.Observe {
		files[name] = nil
		if data, err := os.ReadFile(filepath.Join(folder, name)); err == nil {
			files[name] = n.text(string(data))
		}
		o["files"] = files
	}
	r.outcome = plain(o).(map[string]any)
	return r, nil
}

func (p program) execute(ctx context.Context, c *Case, folder string, args, env []string) (exit int, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Dir, cmd.Env = folder, env
	// A group of its own, so that what it leaves running can be ended with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := os.Create(folder + ".stdout")
	if err != nil {
		return 0, err
	}
	defer stdout.Close()
	stderr, err := os.Create(folder + ".stderr")
	if err != nil {
		return 0, err
	}
	defer stderr.Close()
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }() // nothing may be left, which is no error
	go sendSignals(ctx, cmd.Process, c.Signals, folder)
	err = cmd.Wait()
	var failed *exec.ExitError
	switch status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); {
	case ctx.Err() != nil:
		return 0, fmt.Errorf("the program was still running after %v", limit)
	case err != nil && !errors.As(err, &failed):
		return 0, err
	case ok && status.Signaled():
		return -int(status.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}

// sendSignals sends each signal in turn, once its file exists.
func sendSignals(ctx context.Context, to *os.Process, signals []Signal, folder string) {
	numbers := map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2}
	for _, signal := range signals {
		for missing(filepath.Join(folder, signal.When)) && ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(signal.Delay):
			_ = to.Signal(numbers[signal.Name]) // it may have ended by itself
		}
	}
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func (p program) arguments(c *Case, url string) []string {
	args := []string{c.Command}
	settings := []string{"--settings", c.Settings}
	if p.toolkit {
		if c.Settings == "" {
			settings[1] = "no-settings.yaml"
		}
		args = append(append([]string{"--no-version-check", "--no-log-file"}, settings...), c.Command)
	} else if c.Settings != "" {
		args = append(args, settings...)
	}
	if c.Command == "run" && !slices.Contains(c.Args, "--journal-path") {
		args = append(args, "--journal-path", "journal.json")
	}
	for _, arg := range append(slices.Clone(c.Args), c.Source) {
		if arg != "-" { // for a command without an experiment
			args = append(args, fillIn(arg, url))
		}
	}
	return args
}

// fillIn puts the server's address in the place of its markers.
func fillIn(text, url string) string {
	host := strings.TrimPrefix(url, "http://")
	return strings.NewReplacer("SERVER_HOST", host, "http://SERVER", url).Replace(text)
}

func (c *Case) journal() string {
	if i := slices.Index(c.Args, "--journal-path"); i >= 0 && i+1 < len(c.Args) {
		return c.Args[i+1]
	}
	return "journal.json"
}

// environment is small and the same everywhere. Ours finds the few names of the
// toolkit's own library that extensions import beside the cases.
func (p program) environment(c *Case, folder, url string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TZ=UTC", "LANG=C.UTF-8", "LC_ALL=C.UTF-8",
		"PYTHONDONTWRITEBYTECODE=1", "NO_COLOR=1", "COLUMNS=10000", "SERVER=" + url, // so wide that ours wraps no line
	}
	stand, err := filepath.Abs(filepath.Join("testdata", "python"))
	for _, pair := range c.Env {
		pair = fillIn(pair, url)
		if !p.toolkit && err == nil && strings.HasPrefix(pair, "PYTHONPATH=") && strings.Contains(c.Needs, "chaoslib") {
			pair += string(os.PathListSeparator) + stand
		}
		env = append(env, pair)
	}
	return env
}

// unpack writes the files of the case into a new folder, and returns its name
// without symbolic links, as a program sees it.
func (c *Case) unpack(folder, url string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	folder, err := filepath.EvalSymlinks(folder)
	for _, file := range c.Files {
		path := filepath.Join(folder, file.Name)
		data := fillIn(string(file.Data), url)
		if file.Name == c.BOM {
			data = "\ufeff" + data
		}
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(data), 0o755))
	}
	return folder, err
}

// driver runs the toolkit in forks of one Python process, because starting
// Python takes ten times as long as most experiments. It does one thing at a
// time and knows no signals.
type driver struct {
	orders  io.Writer
	answers *bufio.Reader
}

// driven is the toolkit by way of a driver.
func driven(t *testing.T) program {
	t.Helper()
	python := filepath.Join(filepath.Dir(*chaosFlag), "python")
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), python, filepath.Join("testdata", "driver.py"))
	orders, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(orders.Close(), cmd.Wait()); err != nil {
			t.Log("the driver ended badly:", err)
		}
	})
	return program{toolkit: true, driver: &driver{orders, bufio.NewReader(answers)}}
}

func (d *driver) execute(_ context.Context, _ *Case, folder string, args, env []string) (exit int, err error) {
	pairs := map[string]string{}
	for _, pair := range env {
		key, v, _ := strings.Cut(pair, "=")
		pairs[key] = v
	}
	order := line(map[string]any{"args": args, "dir": folder, "env": pairs, "stdout": folder + ".stdout", "stderr": folder + ".stderr"})
	if _, err := d.orders.Write(append(order, '\n')); err != nil {
		return 0, fmt.Errorf("the driver takes no orders: %w", err)
	}
	answer, err := d.answers.ReadBytes('\n')
	if err != nil {
		return 0, fmt.Errorf("the driver does not answer: %w", err)
	}
	var result struct{ Exit int }
	return result.Exit, json.Unmarshal(answer, &result)
}
