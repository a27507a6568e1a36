package main_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds every wait for another process; what is waited for takes
// milliseconds, but for a build.
const patience = time.Minute

// exits N PROGRAM ARG... runs a program that must end with exit code N.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = endOf(exit.ProcessState)
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s ended with exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// project FOLDER makes a project like this one: chapter 5 and its targets.
func project(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(copyProject(ts.MkAbs(args[0])))
}

// copyProject copies chapter 5 and its targets, as they came.
func copyProject(to string) error {
	for _, folder := range []string{"chapter5", "targets"} {
		if err := os.CopyFS(filepath.Join(to, folder), os.DirFS(filepath.Join("..", folder))); err != nil {
			return err
		}
	}
	chapter := filepath.Join(to, "chapter5")
	left, err := fs.Glob(os.DirFS(chapter), "exchange.dat*") // by who tried the book's way
	if err != nil {
		return err
	}
	for _, name := range left {
		if err := os.Remove(filepath.Join(chapter, name)); err != nil {
			return err
		}
	}
	if err := asItCame(to); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "go.work"), []byte("go 1.25.0\n\nuse ./chapter5\n"), 0o644)
}

// asItCame undoes what a learner has changed in the copy of a project: a repaired service is
// no reason for a test to fail.
func asItCame(project string) error {
	originals := filepath.Join(project, "chapter5", "originals")
	return filepath.WalkDir(originals, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(project, "chapter5", strings.TrimPrefix(path, originals)), text, 0o644)
	})
}

// fill FILE COUNT TEXT writes a text so many times into a file.
func fill(ts *testscript.TestScript, _ bool, args []string) {
	count, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(args[2], count)), 0o644))
}

// hold NAME listens on a port until the script ends, and puts its number into
// the variable NAME.
func hold(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// free NAME puts the number of a port that is free into the variable NAME.
func free(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	ts.Check(l.Close())
}

// edit FILE OLD NEW replaces a text in a file, which must be there.
func edit(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}

// until PATTERN waits until a file of that name is there.
func until(ts *testscript.TestScript, _ bool, args []string) {
	wait(ts, patience, func() error {
		found, err := fs.Glob(os.DirFS(ts.MkAbs(".")), args[0])
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("there is no %s", args[0])
		}
		return err
	})
}

// freed PORT waits until nobody listens on a port, for the five seconds that a
// killed runner's processes may take to end.
func freed(ts *testscript.TestScript, _ bool, args []string) {
	wait(ts, 5*time.Second, func() error {
		l, err := net.Listen("tcp", "127.0.0.1:"+args[0])
		if err == nil {
			l.Close()
		}
		return err
	})
}

// gone FILE waits until the process whose number is in a file has ended, for the
// same five seconds. A zombie has ended.
func gone(ts *testscript.TestScript, _ bool, args []string) {
	pid := strings.TrimSpace(ts.ReadFile(args[0]))
	wait(ts, 5*time.Second, func() error {
		state, _ := exec.Command("ps", "-o", "stat=", "-p", pid).Output() // fails where there is none
		if text := strings.TrimSpace(string(state)); text != "" && text[0] != 'Z' {
			return fmt.Errorf("process %s is still there, in state %s", pid, text)
		}
		return nil
	})
}

func wait(ts *testscript.TestScript, limit time.Duration, check func() error) {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("within %v: %v", limit, err)
		}
		time.Sleep(10 * time.Millisecond) // between two looks at another process
	}
}
