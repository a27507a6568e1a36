package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// How a target is brought up, with something that stays, and taken down, perhaps twice.
const bringsUp, takesDown = "setsid sleep 304 >$ON-log 2>&1 & echo $! >$ON-up", "kill $(cat $ON-up); true"

// growing is a project whose experiments start trees of processes, some in sessions of their own, and last
// LONG seconds; so does a rollback, BACK seconds. They say that they are under way with the file ON.
var growing = map[string]string{
	"targets/demo.yaml":    "title: a service with children\nstart: [sh, -c, 'setsid sleep 301 & sleep 302']\nready: {url: ADDRESS, status: 404}\nexperiment: tree.yaml\nexpect: explored\n",
	"targets/builds.yaml":  "title: a target that is built\nbuild: [sh, -c, 'test $TMPDIR = $GOTMPDIR && mkdir $TMPDIR/go-build1 && echo >$ON && sleep $LONG']\nstart: [sleep, '303']\nready: {url: ADDRESS, status: 404}\nexperiment: tree.yaml\nexpect: explored\n",
	"targets/fails.yaml":   "title: a service that does not start\nstart: [sh, -c, 'setsid sleep 301 & exit 3']\nready: {url: ADDRESS, status: 200}\nexperiment: tree.yaml\nexpect: explored\n",
	"targets/brought.yaml": "title: a target that is brought up\nup: [sh, -c, '" + bringsUp + "']\ndown: [sh, -c, '" + takesDown + "']\nready: {url: ADDRESS, status: 404}\nexperiment: tree.yaml\nexpect: explored\n",
	"targets/coming.yaml":  "title: a target that takes long to come up\nup: [sh, -c, '" + bringsUp + "; echo >$ON; sleep $LONG']\ndown: [sh, -c, '" + takesDown + "']\nready: {url: ADDRESS, status: 404}\nexperiment: quick.yaml\nexpect: explored\n",
	"targets/going.yaml":   "title: a target that does not go down, the first time\nup: [sh, -c, '" + bringsUp + "']\ndown: [sh, -c, 'test -e $ON || { echo >$ON; sleep $LONG; }; " + takesDown + "']\nready: {url: ADDRESS, status: 404}\nexperiment: quick.yaml\nexpect: explored\n",
	"quick.yaml":           "title: What is left?\ndescription: Nothing.\nmethod: [{type: action, name: nothing, provider: {type: process, path: 'true'}}]\n",
	"tree.yaml": `title: What is left?
description: Nothing.
secrets: {secret: {type: env, key: HOME}}
method:
  - {type: action, name: tree, background: true, provider: {type: process, path: sh, arguments: [-c, 'setsid sleep $LONG & sleep $LONG']}}
  - {type: action, name: hold, provider: {type: process, path: sh, arguments: [-c, 'setsid sleep $LONG & echo >$ON; sleep $LONG']}}
rollbacks:
  - {type: action, name: back, provider: {type: process, path: sh, arguments: [-c, 'echo >$ON-back; sleep $BACK']}}
`,
	"python.yaml": "title: What is left?\ndescription: Nothing.\nmethod:\n  - {type: action, name: grow, provider: {type: python, module: tree, func: grow}}\n",
	"tree.py":     "import os, subprocess\ndef grow():\n    long = ['sleep', os.environ['LONG']]\n    subprocess.Popen(long, start_new_session=True)\n    sleep = subprocess.Popen(long)\n    open(os.environ['ON'], 'w').close()\n    return sleep.wait()\n",
}

// ending is a run of a runner in a project, and its end.
type ending struct {
	*testing.T
	runner  *exec.Cmd
	out     bytes.Buffer
	project string
	on      string // the file by which it says that it is under way
	mark    string // a variable of all that it starts
	over    chan struct{}
}

func begin(t *testing.T, variables []string, args ...string) *ending {
	t.Helper()
	project, temporary := t.TempDir(), t.TempDir()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	for name, text := range growing {
		path := filepath.Join(project, name)
		text = strings.ReplaceAll(text, "ADDRESS", server.URL)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	e := &ending{T: t, project: project, on: filepath.Join(t.TempDir(), "on"), mark: "ENDING=" + project}
	e.runner = exec.Command(args[0], args[1:]...)
	e.runner.Dir, e.runner.Stdout, e.runner.Stderr = project, &e.out, &e.out
	e.runner.Env = append(os.Environ(), "LONG=300", "BACK=0", "PYTHONPATH="+project, "TMPDIR="+temporary, "ON="+e.on, e.mark)
	e.runner.Env = append(e.runner.Env, variables...)
	if err := e.runner.Start(); err != nil {
		t.Fatal(err)
	}
	e.over = make(chan struct{})
	go func() {
		e.runner.Wait()
		close(e.over)
	}()
	return e
}

// until waits until a file is there.
func (e *ending) until(file string) {
	for !exists(file) {
		select {
		case <-e.over:
			e.Fatalf("it has ended:\n%s", e.out.String())
		case <-time.After(time.Millisecond):
		}
	}
}

func (e *ending) send(s syscall.Signal) { e.runner.Process.Signal(s) }

// watchdog sends a signal to the watchdog, and returns its number.
func (e *ending) watchdog(s syscall.Signal) int {
	for pid, what := range e.left() {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if strings.HasSuffix(what, "runner watchdog ") && bytes.Contains(stat, fmt.Appendf(nil, " %d ", e.runner.Process.Pid)) {
			for s == syscall.SIGTERM && !listens(pid) {
			}
			syscall.Kill(pid, s)
			return pid
		}
	}
	e.Error("there is no watchdog")
	return 0
}

// listens tells whether a watchdog has read what it was told: by then it does not end because of a signal.
func listens(pid int) bool {
	pipe, err := os.Open(fmt.Sprintf("/proc/%d/fd/0", pid))
	if err != nil {
		return false
	}
	defer pipe.Close()
	waiting, err := unix.IoctlGetInt(int(pipe.Fd()), unix.TIOCINQ)
	return err == nil && waiting == 0
}

// both kills the runner, after it has sent the watchdog a signal; it is paused between, and can start no other.
func (e *ending) both(s syscall.Signal) {
	e.send(syscall.SIGSTOP)
	pauses(e.runner.Process.Pid)
	if pid := e.watchdog(s); s == syscall.SIGSTOP {
		pauses(pid)
	}
	e.send(syscall.SIGKILL)
}

// pauses waits until each thread of a process is paused: until then, it may do what it does.
func pauses(pid int) {
	for running := true; running; {
		paths, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		running = slices.ContainsFunc(paths, func(path string) bool {
			stat, _ := os.ReadFile(path)
			return !bytes.Contains(stat, []byte(") T "))
		})
	}
}

// call calls another runner in the project.
func (e *ending) call(args ...string) string {
	c := exec.Command(filepath.Join(programs, "runner"), args...)
	c.Dir, c.Env = e.project, append(slices.Clip(e.runner.Env), "LONG=0")
	out, err := c.CombinedOutput()
	if err != nil {
		e.Errorf("runner %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// left are the processes that the run has started, and what they run.
func (e *ending) left() map[int]string {
	all := map[int]string{}
	paths, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range paths {
		if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte(e.mark+"\x00")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			what, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			all[pid] = strings.ReplaceAll(string(what), "\x00", " ")
		}
	}
	return all
}

// isClean tells of what is left: of processes, after the time that a watchdog may need, and of files.
func (e *ending) isClean() {
	for until := time.Now().Add(20 * time.Second); len(e.left()) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			e.Errorf("these still run: %q", e.left())
			for pid := range e.left() {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
	temporary := e.runner.Env[slices.IndexFunc(e.runner.Env, func(v string) bool { return v == e.mark })-2]
	files, _ := filepath.Glob(filepath.Join(strings.TrimPrefix(temporary, "TMPDIR="), "*"))
	more, _ := filepath.Glob(filepath.Join(e.project, ".workshop", "*"))
	hidden, _ := filepath.Glob(filepath.Join(e.project, ".workshop", ".*"))
	inside, _ := filepath.Glob(filepath.Join(e.project, ".workshop", "bin", "*"))
	runs, _ := filepath.Glob(filepath.Join(e.project, ".workshop", "runs", "*", "*"))
	for _, file := range slices.Concat(files, more, hidden, inside, runs) {
		name := filepath.Base(file)
		if name != "runs" && name != "bin" && name != "report.html" && !strings.HasPrefix(name, "journal.json") {
			e.Errorf("left is %s", file)
		}
	}
}

// end is a way in which a run ends.
type end struct {
	name string
	code int // of the runner; -1: it was killed
	do   func(*ending)
}

// isGuarded tells whether the watchdog outlives the runner.
func (e end) isGuarded() bool {
	return e.name == "SIGKILL" || strings.HasPrefix(e.name, "SIGKILL after")
}

func sends(s syscall.Signal) func(*ending) {
	return func(e *ending) {
		e.until(e.on)
		e.send(s)
	}
}

// twice sends Ctrl-C again while a rollback is played: two within a moment are one.
func twice(e *ending) {
	sends(syscall.SIGINT)(e)
	e.until(e.on + "-back")
	for {
		select {
		case <-e.over:
			return
		case <-time.After(30 * time.Millisecond):
			e.send(syscall.SIGINT)
		}
	}
}

// insist sends Ctrl-C until the runner has ended.
func insist(e *ending) {
	for e.until(e.on); ; e.send(syscall.SIGINT) {
		select {
		case <-e.over:
			return
		case <-time.After(30 * time.Millisecond):
		}
	}
}

var ends = []end{
	{"by itself", 0, func(*ending) {}},
	{"Ctrl-C", 130, sends(syscall.SIGINT)},
	{"Ctrl-C twice", 5, twice},
	{"SIGTERM", 143, sends(syscall.SIGTERM)},
	{"SIGHUP", 129, sends(syscall.SIGHUP)},
	{"SIGKILL", -1, sends(syscall.SIGKILL)},
	{"SIGKILL of the watchdog", 143, func(e *ending) { e.until(e.on); e.watchdog(syscall.SIGKILL); e.send(syscall.SIGTERM) }},
	{"SIGKILL after SIGTERM of the watchdog", -1, func(e *ending) { e.until(e.on); e.watchdog(syscall.SIGTERM); e.send(syscall.SIGKILL) }},
	{"SIGSTOP of the watchdog", 143, func(e *ending) { e.until(e.on); e.watchdog(syscall.SIGSTOP); e.send(syscall.SIGTERM) }},
	{"SIGKILL of both, then stop", -1, func(e *ending) { e.until(e.on); e.both(syscall.SIGKILL) }},
	{"SIGKILL of both, then run", -1, func(e *ending) { e.until(e.on); e.both(syscall.SIGKILL) }},
	{"SIGKILL of both, then demo", -1, func(e *ending) { e.until(e.on); e.both(syscall.SIGKILL) }},
	{"SIGKILL with a stopped watchdog", -1, func(e *ending) { e.until(e.on); e.both(syscall.SIGSTOP) }},
}

// TestEnds: after each end of a run or a demo, no process is left, and no file but the journals and what
// belongs to runs; after SIGKILL, once stop or the next command has been called.
func TestEnds(t *testing.T) {
	for _, command := range []string{"run tree.yaml", "run python.yaml", "demo demo", "demo builds", "demo brought", "demo coming", "demo going"} {
		for _, end := range ends {
			_, err := exec.LookPath("python3")
			noRollback := command == "run python.yaml" || command == "demo builds" || command == "demo coming"
			isOver := command == "demo going" && end.code > 0 // it is waited for what goes down, unless it is asked twice
			if command == "run python.yaml" && err != nil || noRollback && end.name == "Ctrl-C twice" || isOver && end.name != "Ctrl-C twice" {
				continue
			}
			if isOver {
				end.code, end.do = 130, insist
			}
			t.Run(command+" "+end.name, func(t *testing.T) {
				t.Parallel()
				variables := []string{}
				switch end.name {
				case "by itself":
					variables = []string{"LONG=0"}
				case "Ctrl-C twice":
					variables = []string{"BACK=300"}
				}
				e := begin(t, variables, append([]string{filepath.Join(programs, "runner")}, strings.Fields(command)...)...)
				end.do(e)
				<-e.over
				if code := e.runner.ProcessState.ExitCode(); code != end.code {
					t.Errorf("exit code %d:\n%s", code, e.out.String())
				}
				if end.isGuarded() && command != "demo builds" { // a half-built program is left to the next command
					e.isClean()
				}
				if end.code == -1 {
					e.callAgain(end)
				}
				e.isClean()
			})
		}
	}
}

// callAgain calls what ends the rest after SIGKILL: what it is, the name of the end says.
func (e *ending) callAgain(end end) {
	out, said := "", "stopped what a killed runner had left running: "
	switch {
	case strings.HasSuffix(end.name, "run"):
		out = e.call("run", "--journal-path", "another.json", "tree.yaml")
	case strings.HasSuffix(end.name, "demo"):
		out = e.call("demo", "demo")
	default:
		out = e.call("stop")
	}
	if !end.isGuarded() && !strings.Contains(out, said) {
		e.Errorf("it does not say %q:\n%s", said, out)
	}
}

// TestEndsBefore: a run or a demo that does not come to its experiment leaves nothing.
func TestEndsBefore(t *testing.T) {
	const full = `trap "" XFSZ; ulimit -f 0; exec "$0" "$@"`
	runner := filepath.Join(programs, "runner")
	for name, c := range map[string]struct {
		code int
		args []string
	}{
		"a service that fails":     {4, []string{runner, "demo", "fails"}},
		"a run on a full disk":     {2, []string{"sh", "-c", full, runner, "run", "tree.yaml"}},
		"a demo on a full disk":    {4, []string{"sh", "-c", full, runner, "demo", "demo"}},
		"a recover of nothing":     {3, []string{runner, "recover", "journal.json"}},
		"a stop with nothing left": {0, []string{runner, "stop"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := begin(t, nil, c.args...)
			<-e.over
			if code := e.runner.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d:\n%s", code, e.out.String())
			}
			e.isClean()
		})
	}
}

// TestRecoverWithAnotherTMPDIR: recover first ends what still runs, also where it has another folder for temporary files than the
// run, or the run had none: what runs could bring the fault back.
func TestRecoverWithAnotherTMPDIR(t *testing.T) {
	for _, temporary := range []string{"", "TMPDIR=/none"} {
		e := begin(t, strings.Fields(temporary), filepath.Join(programs, "runner"), "run", "tree.yaml")
		e.until(e.on)
		e.both(syscall.SIGKILL)
		<-e.over
		e.runner.Env = append(e.runner.Env, "TMPDIR="+t.TempDir())
		if out := e.call("recover", "journal.json"); !strings.Contains(out, "stopped what a killed runner had left running: ") || !strings.Contains(out, "all rollbacks were played") {
			t.Errorf("it says:\n%s", out)
		}
		e.isClean()
	}
}
