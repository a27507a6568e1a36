//go:build unix

package main_test

import (
	"bufio"
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestMakeEndsWithTheVerdict: whatever the verdict, make does not call it an error, and its
// commands are named in make's form. The runner itself has an exit code for each verdict.
func TestMakeEndsWithTheVerdict(t *testing.T) {
	project := filepath.Join(t.TempDir(), "it's $x")
	if err := os.Rename(copyOfProject(t), project); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(project, "targets", "weak.yaml")
	text, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	// Nothing listens on port 1, so the book's way has no verdict; and the weak service does not hold.
	if err := os.WriteFile(target, []byte(strings.Replace(string(text), "expect: deviated", "expect: held", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command string
		code    int
		want    []string // lines of the output
	}{
		{"make experiment PORT=1", 0, []string{"NO VERDICT: this run cannot say if the system is weak", "           make start-weak PORT=1", "           make experiment PORT=1"}},
		{"EXCHANGE_PORT=x make experiment PORT=1", 0, []string{"           make start-weak PORT=1"}}, // another program's variable
		{"make demo-weak", 0, []string{"WEAKNESS FOUND (deviated), but this demo should end with HELD"}},
		{".workshop/bin/runner demo weak", 1, []string{"WEAKNESS FOUND (deviated), but this demo should end with HELD"}},
		{"make demo-resilient STEP=0 VERBOSE=no", 0, []string{"HELD, as this demo should", "  next     make diff, which shows the lines that repair the service"}},
		{".workshop/bin/runner demo resilient", 0, []string{"HELD, as this demo should"}},
		{"make demo-weak DEMO=./Makefile", 2, nil}, // a runner that cannot be started: 126
		{"make demo-weak DEMO=./nothing", 2, nil},  // 127
	} {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", c.command)
		cmd.Dir = project
		cmd.Env = slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "MAKE") || strings.HasPrefix(pair, "COLUMNS=") })
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.code || c.code == 0 && strings.Contains(string(out), "make: ") {
			t.Errorf("%s: exit code %d, want %d\n%s", c.command, code, c.code, out)
		}
		for _, line := range c.want {
			if !strings.Contains(string(out), "\n"+line+"\n") {
				t.Errorf("%s: no line %q in\n%s", c.command, line, out)
			}
		}
		if end := string(out[bytes.LastIndex(out, []byte("\n  journal"))+1:]); c.code == 0 && len(strings.Fields(strings.ReplaceAll(end, " $x", ""))) != 2 {
			t.Errorf("%s: the journal is not last:\n%s", c.command, out)
		}
	}
}

// TestMakeFailsWhereADemoDoes: a script that plays the demos in containers or in a cluster sees that one of them did not
// end as it should. Here they need neither: their system runs already, and holds.
func TestMakeFailsWhereADemoDoes(t *testing.T) {
	project, tools := copyOfProject(t), t.TempDir()
	mustSucceed(t, project, "make stop") // builds the runner
	port, _ := answer(t, "127.0.0.1:0", func(http.ResponseWriter) {})
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(tools, "kubectl"), "#!/bin/sh\n")
	write(filepath.Join(project, "mine.yaml"), "title: T\ndescription: D\n"+
		"steady-state-hypothesis: {title: H, probes: [{type: probe, name: ask, tolerance: 0, provider: {type: process, path: 'true'}}]}\n"+
		"method: [{type: action, name: fault, provider: {type: process, path: 'true'}}]\n")
	targets := []string{"containers/weak-container", "containers/resilient-container", "containers/weak-killed", "containers/resilient-killed", "kubernetes/weak-pod", "kubernetes/resilient-pod"}
	for _, c := range []struct {
		command string
		odd     []string // each is not as expected once; empty: all are
	}{{"demo-docker", append(targets[:4:4], "")}, {"demo-kubernetes", append(targets[4:], "")}} {
		for _, odd := range c.odd {
			for _, name := range targets {
				expect := map[bool]string{true: "deviated", false: "held"}[name == odd]
				write(filepath.Join(project, "targets", name+".yaml"), "title: it runs already\nurl: http://127.0.0.1:"+port+"/\nexperiment: mine.yaml\nexpect: "+expect+"\n")
			}
			out, err := inCopy(t, project, append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH")), c.command, "CONTEXT=kind")
			if isOdd := strings.Contains(out, "HELD, but this demo should end with WEAKNESS FOUND (deviated)\n"); (err != nil) != (odd != "") || isOdd != (odd != "") {
				t.Errorf("%s, where %q is odd: %v\n%s", c.command, odd, err, out)
			}
		}
	}
}

// What make itself refuses it says in one line, which fits into 80 columns but for a long number, before anything runs.
func TestMakeRefuses(t *testing.T) {
	const port = "PORT must be a number, 1 to 65535, and it is "
	for command, want := range map[string]string{
		"make demo PORT=x":                               port + "'x'.",
		"make demo-weak PORT=0":                          port + "'0'.",
		"make experiment PORT=70000":                     port + "'70000'.",
		"make start-weak PORT='80 80'":                   port + "'80 80'.",
		`make start-weak PORT="8'0"`:                     port + "'8'0'.",
		"make start-resilient PORT=99999999999999999999": port + "'99999999999999999999'.",
		"make experiment PORT=08080":                     port + "'08080'.",
		"make diff IN=ruby":                              "IN must be go or python, and it is 'ruby'.",
		"make start-resilent":                            "there is no 'make start-resilent': type make alone.",
	} {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		cmd.Dir = ".."
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.HasSuffix(string(out), "*** "+want+"  Stop.\n") || strings.Count(string(out), "\n") != 1 || len(out) > 81 && !strings.Contains(command, "9999") {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
}

// make clean removes nothing while a run is under way, or a killed one is to be undone, and says what to do.
func TestMakeCleanRefuses(t *testing.T) {
	project := copyOfProject(t)
	mustSucceed(t, project, "make stop") // builds the runner
	for name, text := range map[string]string{"clean.json": undone("make clean >clean.txt 2>&1; rm file", "cp copy file"), "mine.json": undone("rm file; kill -9 $PPID; sleep 20", "cp copy file"), "file": "x", "copy": "x"} {
		if err := os.WriteFile(filepath.Join(project, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inCopy(t, project, os.Environ(), "experiment", "FILE=clean.json")
	mustSucceed(t, project, "grep 'nothing was removed: a run is under way (process [0-9]*); wait for its end' clean.txt && test -e .workshop/journal.json && cmp file copy")
	inCopy(t, project, os.Environ(), "experiment", "FILE=mine.json")
	out, err := inCopy(t, project, os.Environ(), "clean")
	if want := "Undo it: make recover\nrunner: nothing was removed: the fault of a run is not undone, and its file is needed for that"; err == nil || !strings.Contains(out, want) {
		t.Errorf("make clean: %v\n%s", err, out)
	}
	mustSucceed(t, project, "cp -pR .workshop as-it-was && make clean FORCE=1 && test ! -e .workshop && mv as-it-was .workshop")
	mustSucceed(t, project, "make recover && test -e file && make clean && test ! -e .workshop")
	mustSucceed(t, project, "make stop; .workshop/bin/runner run --journal-path .workshop/other.json mine.json; ! make clean")
	mustSucceed(t, project, ".workshop/bin/runner recover .workshop/other.json && test -e file && make clean && test ! -e .workshop")
}

// TestMakePassesOnASignal: who ends make ends the runner and the service too.
func TestMakePassesOnASignal(t *testing.T) {
	project := copyOfProject(t)
	mustSucceed(t, project, "make stop") // builds the runner
	source := filepath.Join(project, "chapter5", "service", "main.go")
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	slow := strings.Replace(string(text), "func main() {", "func main() {\n\tlog.Print(\"waits\")\n\ttime.Sleep(time.Hour)", 1)
	if err := os.WriteFile(source, []byte(slow), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "make", "demo-weak")
	cmd.Dir = project
	output, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := false
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		told = told || strings.Contains(lines.Text(), "stopped by SIGTERM before the experiment began")
		if strings.HasSuffix(lines.Text(), " waits") {
			cmd.Process.Signal(syscall.SIGTERM)
		}
	} // until nobody has the pipe any more: the runner has ended
	cmd.Wait()
	if !told {
		t.Error("the runner did not notice the signal")
	}
	out, err := exec.Command(filepath.Join(project, ".workshop", "bin", "runner"), "stop", "--root", project).CombinedOutput()
	if err != nil || string(out) != "nothing to stop\n" {
		t.Errorf("%v: %s", err, out)
	}
}
