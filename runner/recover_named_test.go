package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNamedCommand types the command that the last of the commands names, from where the user stands.
func TestNamedCommand(t *testing.T) {
	const (
		kill   = "rm file; kill -9 $PPID; sleep 20"
		twice  = "test -e ok || { kill -INT $PPID; sleep 0.1; kill -INT $PPID; sleep 20; }; cp copy file"
		needs  = "test -e ok && cp copy file"
		back   = "cp copy file"
		folder = "my dir"
	)
	inside := []string{"--change-dir", folder, "run", "experiment.yaml"}
	nothing := []string{"--change-dir", folder, "run", "nothing.yaml"}
	missing := []string{"--change-dir", folder, "run", "missing.yaml"}
	recovered := []string{"--change-dir", folder, "recover"}
	for name, c := range map[string]struct {
		fault, rollback string
		typed           [][]string
		commands        int // how many different ones the last of them names
	}{
		"in another folder":                     {kill, back, [][]string{inside, missing}, 1},
		"in another folder, not undone":         {"rm file", twice, [][]string{inside}, 1},
		"a journal of another name":             {kill, back, [][]string{{"--change-dir", folder, "run", "--journal-path", "mine.json", "experiment.yaml"}, nothing}, 1},
		"another run has the journal":           {kill, back, [][]string{inside, nothing}, 1},
		"another run, then recover":             {kill, back, [][]string{inside, nothing, append(recovered, "journal.json")}, 1},
		"two were killed":                       {kill, back, [][]string{inside, inside, nothing}, 2},
		"two were killed, then recover":         {kill, back, [][]string{inside, inside, append(recovered, "journal.json")}, 2},
		"not undone, beside one that is killed": {kill, needs, [][]string{inside, {"--change-dir", folder, "run", "other.yaml"}}, 2},
		"another run, and recover fails":        {kill, needs, [][]string{inside, nothing, append(recovered, "*")}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needsSignals(t, c.fault, c.rollback)
			above := t.TempDir()
			place := filepath.Join(above, folder)
			if err := os.Rename(killedIn(t, undone("rm -f file; "+strings.TrimPrefix(c.fault, "rm file; "), c.rollback)), place); err != nil {
				t.Fatal(err)
			}
			for file, text := range map[string]string{"nothing.yaml": undone("true"), "other.yaml": undone("true", needs)} {
				if err := os.WriteFile(filepath.Join(place, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out := ""
			for _, args := range c.typed {
				if args[len(args)-1] == "*" {
					left, _ := filepath.Glob(filepath.Join(place, "journal.json.partial-*"))
					args[len(args)-1] = filepath.Base(strings.Join(left, " "))
				}
				out, _ = runIn(t, above, args...)
			}
			if err := os.WriteFile(filepath.Join(place, "ok"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			typed := map[string]bool{}
			for _, found := range regexp.MustCompile(`\S+[/\\]runner .*recover .+`).FindAllString(out, -1) {
				if typed[found] {
					continue
				}
				typed[found] = true
				shell := userShell(found)
				shell.Dir = above
				if said, err := shell.CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s", found, err, said)
				}
			}
			if len(typed) != c.commands || !exists(filepath.Join(place, "file")) {
				t.Errorf("%d commands are named, or the fault is still on:\n%s", len(typed), out)
			}
			if left, _ := filepath.Glob(filepath.Join(place, "journal.json.partial-*")); len(left) > 0 {
				t.Errorf("left are %q", left)
			}
		})
	}
}

// TestNextAfterADemoIsUndone: its service was ended with it, so the whole demo is played again.
func TestNextAfterADemoIsUndone(t *testing.T) {
	for run, want := range map[string]string{
		".workshop/runs/20260102-030405-weak":          "  next     run the demo again: make demo-weak\n",
		".workshop/runs/20260102-030405-weak-python-2": "  next     run the demo again: make demo-weak IN=python\n",
		".workshop/runs/20260102-030405-first":         "  next     play it again\n",
		"runs/20260102-030405-weak":                    "  next     run the experiment again\n",
	} {
		root := t.TempDir()
		folder := filepath.Join(root, filepath.FromSlash(run))
		for _, place := range []string{filepath.Dir(folder), filepath.Join(root, "targets")} {
			if err := os.MkdirAll(place, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"weak.yaml", "weak-python.yaml"} {
			if err := os.WriteFile(filepath.Join(root, "targets", name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Rename(killedIn(t, undone("rm file; kill -9 $PPID; sleep 20", "cp copy file")), folder); err != nil {
			t.Fatal(err)
		}
		runIn(t, folder, "run", "experiment.yaml")
		t.Setenv("CHAOSWORKSHOP_MAKE", "1")
		if out, code := runIn(t, root, "recover", filepath.Join(run, "journal.json")); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d:\n%s", run, code, out)
		}
	}
}

// TestDemoThatIsNotUndone: a rollback that has failed in a demo, which may have been for another place
// than the demo's own folder, can be played later.
func TestDemoThatIsNotUndone(t *testing.T) {
	project, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	if err := copyProject(project); err != nil {
		t.Fatal(err)
	}
	weak, err := os.ReadFile(filepath.Join(project, "targets", "weak.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	mine := strings.Replace(string(weak), "chapter5/experiment.json", "mine.yaml", 1)
	for name, text := range map[string]string{"targets/mine.yaml": mine, "mine.yaml": undone("touch "+file, "test -e "+file+".ok && rm "+file)} {
		if err := os.WriteFile(filepath.Join(project, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, code := runIn(t, project, "demo", "mine")
	command := regexp.MustCompile(`recover (\.workshop\S+journal.json)\n`).FindStringSubmatch(out)
	if code != 5 || command == nil {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	if out, _ := runIn(t, project, "stop"); !strings.Contains(out, command[0]) {
		t.Errorf("stop says\n%s", out)
	}
	if err := os.WriteFile(file+".ok", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := runIn(t, project, "recover", command[1]); code != 0 || exists(file) {
		t.Errorf("recover: exit code %d:\n%s", code, out)
	}
}

// TestLatestFirst: several runs that were killed are named in the order in which they are to be undone.
func TestLatestFirst(t *testing.T) {
	folder := killedIn(t, undone("rm -f file; kill -9 $PPID; sleep 20", "cp copy file"))
	if err := os.Mkdir(filepath.Join(folder, "targets"), 0o700); err != nil { // a project
		t.Fatal(err)
	}
	var all, same, seen []string // all that are left, and those that have the same journal
	for _, journal := range []string{"b.json", "same.json", "c.json", "same.json", "a.json"} {
		runIn(t, folder, "run", "--journal-path", journal, "experiment.yaml")
		left, _ := filepath.Glob(filepath.Join(folder, "*.partial-*"))
		left = slices.DeleteFunc(left, func(file string) bool { return slices.Contains(seen, file) })
		if len(left) != 1 {
			t.Fatalf("left is %q", left)
		}
		seen = append(seen, left...)
		if journal == "same.json" {
			journal = filepath.Base(left[0])
			same = append([]string{journal}, same...)
		}
		all = append([]string{journal}, all...)
	}
	for command, want := range map[string][]string{
		"stop":                                   all,
		"run none.yaml":                          all,
		"run --journal-path same.json none.yaml": all,
		"recover same.json":                      same,
	} {
		out, _ := runIn(t, folder, strings.Fields(command)...)
		var named []string
		for _, is := range regexp.MustCompile(`recover (\S+)\n`).FindAllStringSubmatch(out, -1) {
			named = append(named, is[1])
		}
		if !slices.Equal(named, want) {
			t.Errorf("%s: want %q\n%s", command, want, out)
		}
	}
}
