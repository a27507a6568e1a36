package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
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
	ended := make(chan int, 1)
	go func() { ended <- t.ends(c, 20*time.Second) }()
	code := -2
	select {
	case code = <-ended:
	case <-time.After(t.upTo(1300 * time.Millisecond)):
		c.Process.Signal(sent)
		if sent == syscall.SIGSTOP {
			time.Sleep(100 * time.Millisecond)
			c.Process.Signal(syscall.SIGCONT)
		}
		code = <-ended
	}
	t.readAll(sent)
	if sent == syscall.SIGKILL && code == -1 {
		t.recover()
	} else if info, err := log.Stat(); code == -1 && err == nil && info.Size() == 0 {
		// The system ended it before it was a runner.
	} else if code != 128+int(sent) && (code != 0 || sent != syscall.SIGSTOP) {
		t.fail("%v: exit code %d", sent, code)
	}
	if !t.isThere("file") || t.isThere("moved") {
		t.fail("%v: the fault is still on", sent)
	}
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
