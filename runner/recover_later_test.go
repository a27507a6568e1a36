package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// undone is an experiment of shell lines: a fault, and rollbacks.
func undone(fault string, rollbacks ...string) string {
	action := func(name, line string) any {
		return value.MapOf("type", "action", "name", name, "provider", value.MapOf("type", "process", "path", "sh", "arguments", []any{"-c", line}))
	}
	all := []any{}
	for i, line := range rollbacks {
		all = append(all, action(fmt.Sprint("back-", i+1), line))
	}
	return value.JSON(value.MapOf("title", "T", "description", "D", "method", []any{action("fault", fault)}, "rollbacks", all))
}

// runIn runs the runner in a folder, and returns all that it says.
func runIn(t *testing.T, folder string, args ...string) (out string, code int) {
	t.Helper()
	runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), args...)
	runner.Dir = folder
	text, _ := runner.CombinedOutput()
	return string(text), endOf(runner.ProcessState)
}

// TestUndoneLater: a run that has not undone its fault names the command that does it, the next run
// names it too, and the journal says which rollbacks have not succeeded. It plays only these.
func TestUndoneLater(t *testing.T) {
	const (
		twice = "test -e second || { touch second; kill -INT $PPID; sleep 0.1; kill -INT $PPID; sleep 20; }"
		first = "echo >>once"
	)
	for name, c := range map[string]struct {
		fault, rollback string
		flags           []string
		code            int
		notUndone       string // in the journal
		names           bool   // the command
	}{
		"a second signal":           {"rm file", twice + "; cp copy file", nil, 5, `["back-2"]`, true},
		"a signal before":           {"rm file; kill -INT $PPID; sleep 20", "test -e ok || { sleep 0.1; kill -INT $PPID; sleep 20; }; cp copy file", nil, 5, `["back-2"]`, true},
		"one that does not listen":  {"rm file", "trap '' INT TERM; " + twice + "; cp copy file", nil, 5, `["back-2"]`, true},
		"a rollback fails":          {"rm file", "test -e ok && cp copy file", nil, 5, `["back-2"]`, true},
		"none was asked for":        {"rm file; trap '' INT TERM; " + twice, "cp copy file", []string{"--rollback-strategy", "never"}, 130, "", false},
		"none was asked for, twice": {"rm file; " + twice, "cp copy file", []string{"--rollback-strategy", "never"}, 130, "", false},
		"none, by a signal":         {"rm file; kill -USR2 $PPID; sleep 20", "cp copy file", nil, 140, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needsSignals(t, c.fault, c.rollback)
			folder := killedIn(t, undone(c.fault, first, c.rollback))
			journal := filepath.Join(folder, "journal.json")
			out, code := runIn(t, folder, append(c.flags, "run", "experiment.yaml")...)
			if code != c.code || strings.Contains(out, "recover journal.json") != c.names {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			if out, _ = runIn(t, folder, "run", "none.yaml"); strings.Contains(out, "recover journal.json") != c.names {
				t.Errorf("the next run says\n%s", out)
			}
			if c.notUndone != "" {
				text, err := os.ReadFile(journal)
				v, _ := value.ParseJSON(text)
				m, _ := v.(*value.Map)
				if got := value.JSON(m.Map("verdict").Value("not_undone")); err != nil || got != c.notUndone {
					t.Errorf("the journal has %s (%v)", got, err)
				}
			}
			if !c.names {
				return
			}
			if name == "a rollback fails" {
				if out, code = runIn(t, folder, "recover", "journal.json"); code != 5 || !strings.Contains(out, "recover journal.json") || !strings.Contains(out, "have not succeeded: back-2\n") {
					t.Errorf("recover that fails: exit code %d:\n%s", code, out)
				}
			}
			if err := os.WriteFile(filepath.Join(folder, "ok"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := recoverKilled(filepath.Join(programs, "runner"), journal); err != nil {
				t.Error(err)
			}
			if once, err := os.ReadFile(filepath.Join(folder, "once")); err != nil || string(once) != "\n" || !exists(filepath.Join(folder, "file")) {
				t.Errorf("the rollback that had succeeded was played %d times (%v), or the fault is still on", len(once), err)
			}
		})
	}
}

// TestRecoverAtOnce: of all that undo a run at the same moment one plays the rollbacks, and the
// others say so. No run begins meanwhile.
func TestRecoverAtOnce(t *testing.T) {
	folder := killedIn(t, undone("rm file; kill -9 $PPID; sleep 20", "echo >>once; until test -e go; do sleep 0.01; done; cp copy file"))
	runIn(t, folder, "run", "experiment.yaml")
	var all sync.WaitGroup
	codes := make([]int, 5)
	said := make([]string, len(codes))
	for i := range codes {
		all.Go(func() { said[i], codes[i] = runIn(t, folder, "recover", "journal.json") })
	}
	for !exists(filepath.Join(folder, "once")) { // one plays the rollback now
	}
	for command, want := range map[string]string{"recover journal.json": "undoes at this moment", "run experiment.yaml": "undoes at this moment"} {
		if out, code := runIn(t, folder, strings.Fields(command)...); code != 4 || !strings.Contains(out, want) {
			t.Errorf("%s ended with exit code %d:\n%s", command, code, out)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	played := 0
	for i, code := range codes {
		switch {
		case code == 0 && strings.Contains(said[i], "all rollbacks were played"):
			played++
		case code == 0 && strings.Contains(said[i], "nothing is to be undone"), code == 4 && strings.Contains(said[i], "at this moment"):
		default:
			t.Errorf("exit code %d:\n%s", code, said[i])
		}
	}
	if once, err := os.ReadFile(filepath.Join(folder, "once")); err != nil || len(once) != 1 || played != 1 {
		t.Errorf("%d have played it, and it was played %d times (%v)", played, len(once), err)
	}
	if err := recoverKilled(filepath.Join(programs, "runner"), filepath.Join(folder, "journal.json")); err != nil || !exists(filepath.Join(folder, "file")) {
		t.Errorf("the fault is on, or %v", err)
	}
}

// TestRecoverWhileItRuns: a run that is alive undoes its fault itself.
func TestRecoverWhileItRuns(t *testing.T) {
	folder := killedIn(t, undone("rm file; $RUNNER recover journal.json >said 2>&1; echo $? >>said", "cp copy file"))
	t.Setenv("RUNNER", filepath.Join(programs, "runner"))
	if out, code := runIn(t, folder, "run", "experiment.yaml"); code != 0 {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	said, err := os.ReadFile(filepath.Join(folder, "said"))
	if err != nil || !strings.Contains(string(said), "is still going on, in process") || !strings.HasSuffix(string(said), "\n4\n") {
		t.Errorf("recover said %q (%v)", said, err)
	}
}

// TestUndoneFromElsewhere: a run whose journal's folder is gone keeps its lines in another place, and
// names the command that undoes it from there. The journal's path leads there too.
func TestUndoneFromElsewhere(t *testing.T) {
	for _, by := range []string{"the path", "the command"} {
		t.Run(by, func(t *testing.T) {
			keepsOpenFiles(t)
			t.Setenv("TMPDIR", t.TempDir())
			folder := killedIn(t, undone("rm file; rm -r sub", "test -e second || { touch second; kill -9 $PPID; sleep 20; }", "cp copy file"))
			again := func() {
				if err := os.Mkdir(filepath.Join(folder, "sub"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			again()
			out, _ := runIn(t, folder, "run", "--journal-path", "sub/journal.json", "experiment.yaml")
			named := regexp.MustCompile(`If the runner is killed, undo the run: \S+ (recover \S+)\n`).FindStringSubmatch(out)
			if named == nil || exists(filepath.Join(folder, "file")) {
				t.Fatalf("it names no command, or was not killed:\n%s", out)
			}
			again()
			if out, _ := runIn(t, folder, "run", "--journal-path", "sub/journal.json", "none.yaml"); !strings.Contains(out, "A run was ended") {
				t.Errorf("the next run says\n%s", out)
			}
			command := []string{"recover", "sub/journal.json"}
			if by == "the command" {
				command = strings.Fields(named[1])
			}
			if out, code := runIn(t, folder, command...); code != 0 || !exists(filepath.Join(folder, "file")) {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			if out, code := runIn(t, folder, command...); code != 0 && by == "the path" || strings.Contains(out, "INTERRUPTED") {
				t.Errorf("once more: exit code %d:\n%s", code, out)
			}
			left, _ := filepath.Glob(filepath.Join(os.TempDir(), "runner-journal-*", "*.partial-*"))
			if len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
}

// TestRecoverDamaged: where lines cannot be read, nothing is undone, and nothing is removed. A last line that
// is half is left out: the run was killed while it wrote it.
func TestRecoverDamaged(t *testing.T) {
	const noLine = -1
	for name, c := range map[string]struct {
		damage func(first, others string) string
		lost   int // lines that cannot be read
	}{
		"all but the first line": {func(first, _ string) string { return first + "\x00\x01 odd\nodd\n" }, 2},
		"the first line":         {func(_, others string) string { return "odd\n" + others }, 1},
		"all":                    {func(_, _ string) string { return "odd" }, 1},
		"everything is gone":     {func(_, _ string) string { return "" }, noLine},
		"but for half a line":    {func(first, _ string) string { return first[:100] }, noLine},
		"but for a few letters":  {func(first, _ string) string { return first[:3] }, noLine},
		"zeros in their place":   {func(first, others string) string { return strings.Repeat("\x00", len(first+others)) }, 1},
		"zeros behind the first": {func(first, others string) string { return first[:100] + strings.Repeat("\x00", len(others)) }, noLine},
		"a line between":         {func(first, others string) string { return first + `{"part": "method", "run": {` + "\n" + others }, 1},
		"the last line":          {func(first, others string) string { return first + others + "\x00odd" }, 1},
		"zeros at the end":       {func(first, others string) string { return first + others + "\x00\x00\x00" }, 0},
		"a half last line":       {func(first, others string) string { return first + others + `{"part": "meth` }, 0},
		"it was gone on with":    {func(first, others string) string { return first + others + `{"part": "meth` + "\n" }, 0},
	} {
		folder := killedIn(t, undone("rm file; kill -9 $PPID; sleep 20", "cp copy file"))
		runIn(t, folder, "run", "experiment.yaml")
		left, _ := filepath.Glob(filepath.Join(folder, "journal.json.partial-*"))
		text, err := os.ReadFile(strings.Join(left, " "))
		if err != nil {
			t.Fatal(err)
		}
		first, others, _ := strings.Cut(string(text), "\n")
		damaged := c.damage(first+"\n", others)
		if err := os.WriteFile(left[0], []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		want, wantCode := "all rollbacks were played", 0
		if c.lost != 0 {
			want, wantCode = fmt.Sprintf("cannot be read (%d), so it is not known what the run did: nothing was undone", c.lost), 3
			if c.lost == noLine {
				want = "has no whole line, so it is not known what the run did: nothing was undone"
			}
			if out, _ := runIn(t, folder, "run", "none.yaml"); !strings.Contains(out, "not all that it has left can be read. Look at the system, then remove "+filepath.Base(left[0])) {
				t.Errorf("%s: the next run says\n%s", name, out)
			}
		}
		for _, file := range []string{filepath.Base(left[0]), "journal.json"} {
			if out, code := runIn(t, folder, "recover", file); code != wantCode || !strings.Contains(out, want) {
				t.Errorf("%s: exit code %d:\n%s", name, code, out)
			}
			if kept, _ := os.ReadFile(left[0]); c.lost != 0 && string(kept) != damaged || exists(filepath.Join(folder, "file")) != (c.lost == 0) {
				t.Errorf("%s: left is %q", name, kept)
			}
			want = map[bool]string{true: want, false: "nothing is to be undone"}[c.lost != 0]
		}
	}
}

// TestRecoverOfNone: where a run was told to play no rollbacks, its fault may still be on, and recover says so.
// Where nothing was done, or there is nothing to play, nothing is to be undone.
func TestRecoverOfNone(t *testing.T) {
	for name, c := range map[string]struct {
		experiment string
		flags      string
		code       int
	}{
		"by the strategy":   {undone("rm file", "cp copy file"), "--rollback-strategy never", 5},
		"by another":        {undone("rm file", "cp copy file"), "--rollback-strategy deviated", 5},
		"by a signal":       {undone("rm file; kill -USR2 $PPID; sleep 20", "cp copy file"), "", 5},
		"only pretended":    {undone("rm file", "cp copy file"), "--rollback-strategy never --dry actions", 0},
		"without rollbacks": {undone("rm file"), "", 0},
		"all were played":   {undone("rm file", "cp copy file"), "--rollback-strategy always", 0},
	} {
		t.Run(name, func(t *testing.T) {
			needsSignals(t, c.experiment)
			folder := killedIn(t, c.experiment)
			runIn(t, folder, append(append([]string{"run"}, strings.Fields(c.flags)...), "experiment.yaml")...)
			out, code := runIn(t, folder, "recover", "journal.json")
			if isSaid := strings.Contains(out, "has played no rollbacks, as it was told"); code != c.code || isSaid != (c.code == 5) || isSaid == strings.Contains(out, "nothing is to be undone") {
				t.Errorf("exit code %d:\n%s", code, out)
			}
		})
	}
}
