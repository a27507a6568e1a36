package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// everything is an experiment with a fault, processes in the background that leave their group and
// their session, Python, a control, and rollbacks that take a while. It lasts about a second.
var everything = map[string]string{
	"file": "here\n",
	"slow.py": `import time


def work():
    time.sleep(0.15)
    return True
`,
	"watch.py": `import time


def before_activity_control(context, **kwargs):
    time.sleep(0.01)


def after_activity_control(context, **kwargs):
    time.sleep(0.01)
`,
	"experiment.yaml": `title: everything that a signal may meet
description: The file must be back at the end, whenever the signal comes.
controls:
  - {name: watch, provider: {type: python, module: watch}}
steady-state-hypothesis:
  title: the file can be asked for
  probes:
    - {type: probe, name: asked, tolerance: true, provider: {type: python, module: slow, func: work}}
method:
  - {type: action, name: family, background: true, provider: {type: process, path: sh, arguments: [-c, "setsid sleep 301 & sleep 302"]}}
  - {type: action, name: fault, provider: {type: python, module: os, func: rename, arguments: {src: file, dst: moved}}}
  - {type: probe, name: gone, tolerance: false, provider: {type: python, module: os.path, func: exists, arguments: {path: file}}}
  - {type: probe, name: work, provider: {type: python, module: slow, func: work}}
  - {type: probe, name: wait, provider: {type: process, path: sleep, arguments: ["0.1"]}}
rollbacks:
  - {type: action, name: slowly, provider: {type: process, path: sleep, arguments: ["0.1"]}}
  - {type: action, name: back, provider: {type: process, path: sh, arguments: [-c, "test ! -e moved || mv moved file"]}}
`}

// meet writes the experiment. Where it is not stopped, what it has in the background ends soon.
func (t *try) meet(stopped bool) {
	t.write(everything)
	if !stopped {
		t.write(map[string]string{"experiment.yaml": strings.Replace(everything["experiment.yaml"], "setsid sleep 301 & sleep 302", "setsid sleep 2 & sleep 0.3", 1)})
	}
}

var signals = []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGSTOP}

// kill sends a signal to a run at a random moment. After KILL, recover undoes the fault.
func kill(t *try) {
	sent := signals[t.number%len(signals)]
	t.meet(sent != syscall.SIGSTOP)
	log, err := os.Create(filepath.Join(t.folder, "output"))
	if err != nil {
		t.fail("%v", err)
		return
	}
	defer log.Close()
	c := t.command("run", "experiment.yaml", "--rollback-strategy", "always")
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.fail("%v", err)
		return
	}
	code := t.interrupted(c, sent, 1300*time.Millisecond)
	t.readAll(sent)
	if sent == syscall.SIGKILL && code == -1 {
		t.recover()
	} else if text, err := os.ReadFile(log.Name()); err == nil && tooEarly(code, text) {
		// The system, or Go, ended it before it was a runner.
	} else if code != 128+int(sent) && (code != 0 || sent != syscall.SIGSTOP) {
		t.fail("%v: exit code %d", sent, code)
	}
	if !t.isThere("file") || t.isThere("moved") {
		t.fail("%v: the fault is still on", sent)
	}
}

// interrupted sends a signal to a command at a random moment, and returns the exit code.
func (t *try) interrupted(c *exec.Cmd, sent syscall.Signal, within time.Duration) int {
	ended := make(chan int, 1)
	go func() { ended <- t.ends(c, 20*time.Second) }()
	select {
	case code := <-ended:
		return code
	case <-time.After(t.upTo(within)):
	}
	c.Process.Signal(sent)
	if sent == syscall.SIGSTOP {
		time.Sleep(100 * time.Millisecond)
		c.Process.Signal(syscall.SIGCONT)
	}
	return <-ended
}

// killDemo sends a signal to a demo at a random moment. The next demo in the same place is as if nothing had been.
func killDemo(t *try) {
	sent := signals[t.number%len(signals)]
	target, word := "weak", "deviated"
	if t.number/len(signals)%2 == 1 {
		target, word = "resilient", "held"
	}
	if err := t.ownRoot(); err != nil {
		t.fail("%v", err)
		return
	}
	var out bytes.Buffer
	c := t.command("demo", target, "--root", t.root)
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.fail("%v", err)
		return
	}
	code := t.interrupted(c, sent, 400*time.Millisecond)
	if killed := sent == syscall.SIGKILL && code == -1; !killed && code != 0 && code != 128+int(sent) && !tooEarly(code, out.Bytes()) {
		t.fail("%v: exit code %d:\n%s", sent, code, out.String())
	}
	t.allEnd()
	runs, _ := filepath.Glob(filepath.Join(t.root, ".workshop", "runs", "*"))
	for _, run := range runs {
		t.readable(run)
	}
	if j, code := t.demo(target); code != 0 || j.Verdict.Word != word {
		t.fail("%v: the next demo: exit code %d, %s", sent, code, j.Verdict.Word)
	}
	left, err := os.ReadDir(filepath.Join(t.root, ".workshop"))
	for _, entry := range left {
		if !slices.Contains([]string{"bin", "runs"}, entry.Name()) {
			t.fail("%v: %s is left in .workshop", sent, entry.Name())
		}
	}
	if err != nil {
		t.fail("%v", err)
	}
}

// tooEarly tells whether a signal ended a program that had said nothing and heard no signals yet. Go
// itself hears QUIT from the start: it prints its stacks.
func tooEarly(code int, said []byte) bool {
	return code == -1 && len(said) == 0 || code == 2 && bytes.HasPrefix(said, []byte("SIGQUIT: quit\n"))
}

// readAll looks at the journals: each is whole, and all that had ended before the last that began is
// in one of them.
func (t *try) readAll(sent syscall.Signal) {
	all := t.readable(t.folder)
	text, _ := os.ReadFile(filepath.Join(t.folder, "output"))
	begun := regexp.MustCompile(`(?:Action|Probe): (\S+)`).FindAllSubmatch(text, -1)
	for i, name := range begun {
		if i+1 < len(begun) && string(name[1]) != "family" && !bytes.Contains(all, append([]byte(`"name": "`), name[1]...)) && !bytes.Contains(all, append([]byte(`"name":"`), name[1]...)) {
			t.fail("%v: %s had ended, and is in no journal", sent, name[1])
		}
	}
}

// recover undoes what a killed run has left, twice: the second time there is nothing to do.
func (t *try) recover() {
	partial, _ := filepath.Glob(filepath.Join(t.folder, "journal.json.partial-*"))
	for range 2 {
		out, err := t.command("recover", "journal.json").CombinedOutput()
		t.write(map[string]string{"recovered": string(out)})
		if err != nil && len(partial) > 0 && t.isThere("moved") {
			t.fail("recover: %v\n%s", err, out)
		}
	}
	t.readable(t.folder)
}

// loseOutput takes the reader away from a run, in four ways, and stops it where it would go on for
// long. Its rollbacks must be played.
func loseOutput(t *try) {
	t.meet(t.number%4 != 0)
	c := t.command("run", "experiment.yaml", "--rollback-strategy", "always")
	lose := []func(*exec.Cmd) error{t.closedPipe, t.fullPipe, t.closedTerminal, t.stoppedTerminal}[t.number%4]
	if err := lose(c); err != nil {
		t.fail("%v", err)
		return
	}
	t.ends(c, 10*time.Second)
	if !t.isThere("file") || t.isThere("moved") {
		t.fail("the fault is still on")
	}
	t.readable(t.folder)
}

// moment waits for a random moment of the run.
func (t *try) moment() { time.Sleep(t.upTo(900 * time.Millisecond)) }

func (t *try) closedPipe(c *exec.Cmd) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	c.Stdout, c.Stderr = write, write
	if err := c.Start(); err != nil {
		return err
	}
	write.Close()
	t.moment()
	return read.Close()
}

func (t *try) fullPipe(c *exec.Cmd) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	c.Stdout, c.Stderr = write, write
	for err == nil {
		write.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
		_, err = write.Write(make([]byte, 4096))
	}
	if err := c.Start(); err != nil {
		return err
	}
	time.AfterFunc(15*time.Second, func() { read.Close(); write.Close() })
	t.moment()
	return c.Process.Signal(syscall.SIGINT)
}

func (t *try) closedTerminal(c *exec.Cmd) error {
	keyboard, err := onTerminal(c)
	if err != nil {
		return err
	}
	t.moment()
	return keyboard.Close()
}

func (t *try) stoppedTerminal(c *exec.Cmd) error {
	keyboard, err := onTerminal(c)
	if err != nil {
		return err
	}
	time.AfterFunc(15*time.Second, func() { keyboard.Close() })
	t.moment()
	if _, err := keyboard.WriteString("\x13"); err != nil { // Ctrl-S
		return err
	}
	time.Sleep(100 * time.Millisecond)
	_, err = keyboard.WriteString("\x03") // Ctrl-C
	return err
}

// onTerminal starts a command on a terminal of its own. What it prints is read for as long as the
// terminal is open.
func onTerminal(c *exec.Cmd) (keyboard *os.File, err error) {
	fd, err := syscall.Open("/dev/ptmx", syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	keyboard = os.NewFile(uintptr(fd), "/dev/ptmx") // not blocking, so that it can be closed while it is read
	var unlock, number int32
	for request, at := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &number} {
		if _, _, wrong := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(at))); wrong != 0 {
			return nil, wrong
		}
	}
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	c.Stdin, c.Stdout, c.Stderr = screen, screen, screen
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		return nil, err
	}
	go func() {
		for buffer := make([]byte, 4096); ; {
			if _, err := keyboard.Read(buffer); err != nil {
				return
			}
		}
	}()
	return keyboard, nil
}
