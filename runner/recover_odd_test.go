package main_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestRecoverFromOddPlaces: whatever the folder of a run is called, and whatever is a secret, a run that was
// killed there can be undone, with the files that it was given, and one that is stopped undoes its fault.
func TestRecoverFromOddPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		folder, secret string
		stop           string // how the runner is stopped
		elsewhere      bool   // its lines are kept in the temporary folder
		code           int
	}{
		"not UTF-8":             {"caf\xe9", "", "kill -9 $PPID", false, -1},
		"not UTF-8, and moved":  {"caf\xe9", "", "kill -9 $PPID", true, -1},
		"not UTF-8, a signal":   {"caf\xe9", "", "kill -TERM $PPID", false, 143},
		"a secret in the path":  {"learner", "learner", "kill -9 $PPID", false, -1},
		"and its lines moved":   {"learner", "learner", "kill -9 $PPID", true, -1},
		"a secret of our words": {"folder", "journal", "kill -9 $PPID", true, -1},
		"a flag is a secret":    {"folder", "always", "kill -9 $PPID", false, -1},
		"a word is a secret":    {"folder", "begun", "kill -9 $PPID", false, -1},
	} {
		t.Run(name, func(t *testing.T) {
			needsSignals(t, c.stop)
			if c.elsewhere {
				keepsOpenFiles(t)
			}
			t.Setenv("TMPDIR", t.TempDir())
			t.Setenv("DB_USER", c.secret)
			odd := map[bool]string{true: "x\u00e9y", false: "x\xe9y"}[runtime.GOOS == "windows"]
			t.Setenv("ODD", odd)
			folder := filepath.Join(t.TempDir(), c.folder)
			if err := os.MkdirAll(filepath.Join(folder, "sub"), 0o700); err != nil {
				t.Skip("no such folder can be made here: ", err)
			}
			fault, first := "rm -f file; "+c.stop+"; sleep 20", "true"
			if c.elsewhere {
				fault, first = "rm -rf sub file", "test -e second || { touch second; "+c.stop+"; sleep 20; }"
			}
			experiment := strings.Replace(undone(fault, first, "printf %s ${odd} >file; touch ${given}"), `"description"`,
				`"configuration": {"odd": {"type": "env", "key": "ODD"}, "given": "nothing"}, "secrets": {"db": {"user": {"type": "env", "key": "DB_USER", "default": "none"}}}, "description"`, 1)
			for file, text := range map[string]string{"e.json": experiment, "vars.json": `{"configuration": {"given": "vars"}}`, "file": "x"} {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out, code := runIn(t, folder, "run", "--journal-path", "sub/journal.json", "--var-file", "vars.json", "--rollback-strategy", "always", "e.json")
			if c.elsewhere {
				if err := os.Mkdir(filepath.Join(folder, "sub"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			said := ""
			if code == -1 {
				os.Unsetenv("ODD")
				said, code = runIn(t, folder, "recover", "sub/journal.json")
				if code == 0 {
					code = -1
				}
			}
			if text, err := os.ReadFile(filepath.Join(folder, "file")); code != c.code || string(text) != odd || !exists(filepath.Join(folder, "vars")) {
				t.Errorf("exit code %d, the file has %q (%v):\n%s\n%s", code, text, err, out, said)
			}
			if c.secret == "learner" && strings.Contains(out+said, c.secret) {
				t.Errorf("the secret is shown:\n%s\n%s", out, said)
			}
		})
	}
}

// TestRecoverMaxTime: a rollback may take as long as in the run, or as long as recover is told.
func TestRecoverMaxTime(t *testing.T) {
	for flags, code := range map[string]int{"": 5, "--max-time 100": 0} {
		folder := killedIn(t, undone("rm file; kill -9 $PPID; sleep 20", "sleep 1; cp copy file"))
		runIn(t, folder, "run", "--max-time", "0.3", "experiment.yaml")
		out, got := runIn(t, folder, append(append([]string{"recover"}, strings.Fields(flags)...), "journal.json")...)
		if got != code || strings.Contains(out, "0.3") != (code == 5) || strings.Contains(out, "more time: --max-time") != (code == 5) {
			t.Errorf("recover %s: exit code %d:\n%s", flags, got, out)
		}
	}
}

// TestRollbackThatKills: a rollback during which the runner is killed again and again keeps no others from being
// played, and is named.
func TestRollbackThatKills(t *testing.T) {
	folder := killedIn(t, undone("rm file; kill -9 $PPID; sleep 20", "kill -9 $PPID; sleep 20", "cp copy file"))
	runIn(t, folder, "run", "experiment.yaml")
	for n := range 3 {
		out, code := runIn(t, folder, "recover", "journal.json")
		named := strings.Contains(out, "The rollback 'back-1' is played last: the runner was ended 2 times while it was played")
		if last := n == 2; code != -1 || exists(filepath.Join(folder, "file")) != last || named != last {
			t.Errorf("recover %d: exit code %d:\n%s", n+1, code, out)
		}
	}
}

// TestLargeJournals: what a run has written that keeps large outputs is recovered and reported, with what there is
// room for.
func TestLargeJournals(t *testing.T) {
	for name, kill := range map[string]string{"killed": "kill -9 $PPID; sleep 20", "over": "true"} {
		folder := killedIn(t, "")
		for file, text := range map[string][]byte{"zeros": make([]byte, 50_000_000), "letters": bytes.Repeat([]byte("x\n"), 30_000_000)} {
			if err := os.WriteFile(filepath.Join(folder, file), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		text := strings.Replace(undone("cat zeros; rm -f file", "cp copy file"), `"method": [`, `"method": [{"type": "probe", "name": "long", "tolerance": {"type": "regex", "target": "stdout", "pattern": "x"},`+
			` "provider": {"type": "process", "path": "cat", "arguments": ["letters"]}}, `, 1)
		text = strings.Replace(text, `], "rollbacks"`, fmt.Sprintf(`, {"type": "action", "name": "end", "provider": {"type": "process", "path": "sh", "arguments": ["-c", %q]}}], "rollbacks"`, kill), 1)
		if err := os.WriteFile(filepath.Join(folder, "experiment.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		run, _ := runIn(t, folder, "run", "experiment.yaml")
		if name == "killed" {
			if out, _ := runIn(t, folder, "run", "none.yaml"); !strings.Contains(out, "Undo it: ") {
				t.Errorf("the next run names nothing:\n%s", out)
			}
			if out, code := runIn(t, folder, "recover", "journal.json"); code != 0 {
				t.Errorf("recover: exit code %d:\n%s", code, out)
			}
		}
		info, err := os.Stat(filepath.Join(folder, "journal.json"))
		if err != nil || name == "over" && info.Size() < 300<<20 || !exists(filepath.Join(folder, "file")) {
			t.Fatalf("%s: %v, %v\n%s", name, info, err, run)
		}
		out, code := runIn(t, folder, "report", "journal.json")
		page, err := os.ReadFile(filepath.Join(folder, "report.html"))
		if code != 0 || err != nil || !regexp.MustCompile(`\(left out: \d+ bytes; (there is no room|a run that is killed keeps)`).Match(page) || strings.Contains(string(page), "DOUBTFUL") {
			t.Errorf("%s: report: exit code %d, %v: %s", name, code, err, out)
		}
	}
}
