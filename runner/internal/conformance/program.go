package conformance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// limit ends a program that hangs.
const limit = 60 * time.Second

// program is one of the two that are compared.
type program struct {
	path    string
	toolkit bool // the Chaos Toolkit, which has --settings before its command
}

// programAt takes an executable named chaos for the toolkit.
func programAt(path string) program {
	return program{path: path, toolkit: filepath.Base(path) == "chaos"}
}

// result is an outcome with what only serves to explain or to judge it.
type result struct {
	outcome        Outcome
	word           string // our verdict's
	stdout, stderr string
}

// run runs a case in a folder, against a server of its own.
func (p program) run(ctx context.Context, c *Case, folder string) (*result, error) {
	server, err := StartServer(folder)
	if err != nil {
		return nil, err
	}
	defer server.Close()
	if folder, err = c.unpack(folder, server.URL); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	exit, err := p.execute(ctx, c, folder, server.URL)
	if err != nil {
		return nil, err
	}
	return collect(c, folder, server.URL, exit)
}

// collect reads what a run has left in its folder.
func collect(c *Case, folder, url string, exit int) (*result, error) {
	stdout, err := os.ReadFile(folder + ".stdout")
	if err != nil {
		return nil, err
	}
	stderr, err := os.ReadFile(folder + ".stderr")
	if err != nil {
		return nil, err
	}
	r := &result{stdout: string(stdout), stderr: string(stderr)}
	n := newNormaliser(folder, strings.TrimPrefix(url, "http://"))
	o := Outcome{"exit": exit}
	if class := crash(r.stderr); class != "" {
		o["crash"] = class
	}
	if log := arrange(events(r.stderr, n), c.Log); log != nil {
		o["log"] = log
	}
	r.word = o.addJournal(filepath.Join(folder, c.journal()), n, !c.NoDuring)
	if c.Unordered {
		o["run"], o["rollbacks"] = inOrder(o["run"]), inOrder(o["rollbacks"])
	}
	if len(c.Observe) > 0 {
		o["files"] = observe(folder, c.Observe, n)
	}
	r.outcome = plain(o).(map[string]any)
	return r, nil
}

func observe(folder string, names []string, n *normaliser) any {
	files := map[string]any{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil {
			files[name] = n.text(string(data))
		} else {
			files[name] = nil
		}
	}
	return files
}

func (p program) execute(ctx context.Context, c *Case, folder, url string) (exit int, err error) {
	cmd := exec.CommandContext(ctx, p.path, p.arguments(c, url)...)
	cmd.Dir = folder
	cmd.Env = environment(c, folder, url)
	if !p.toolkit {
		cmd.Env = withChaoslib(c, cmd.Env)
	}
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
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer endGroup(cmd)
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	go sendSignals(stop, cmd.Process, c.Signals, folder)
	err = cmd.Wait()
	if ctx.Err() != nil {
		return 0, fmt.Errorf("the program was still running after %v", limit)
	}
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return 0, err
	}
	return exitCode(cmd.ProcessState), nil
}

// sendSignals sends each signal in turn, once its file exists.
func sendSignals(ctx context.Context, to *os.Process, signals []Signal, folder string) {
	for _, signal := range signals {
		for signal.When != "" && !exists(filepath.Join(folder, signal.When)) {
			if !rest(ctx, 10*time.Millisecond) {
				return
			}
		}
		if !rest(ctx, signal.Delay) {
			return
		}
		_ = to.Signal(signalNamed(signal.Name)) // it may have ended by itself
	}
}

func rest(ctx context.Context, d time.Duration) (on bool) {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
