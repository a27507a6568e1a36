//go:build unix

package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNamedCommandOfMake is the same for those who came by make.
func TestNamedCommandOfMake(t *testing.T) {
	project := copyOfProject(t)
	for file, text := range map[string]string{"mine.yaml": undone("rm -f file; kill -9 $PPID; sleep 20", "cp copy file"), "nothing.yaml": undone("true"), "file": "x", "copy": "x"} {
		if err := os.WriteFile(filepath.Join(project, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := inCopy(t, project, nil, "recover"); err != nil || !strings.Contains(strings.Join(strings.Fields(out), " "), "nothing is to be undone here. If your run has its journal elsewhere: make recover FILE=journal.json") {
		t.Errorf("%v\n%s", err, out)
	}
	inCopy(t, project, nil, "experiment", "FILE=mine.yaml")
	out, err := inCopy(t, project, nil, "experiment", "FILE=nothing.yaml")
	command := regexp.MustCompile(`make recover FILE=(\S+)`).FindStringSubmatch(out)
	if err != nil || command == nil || exists(filepath.Join(project, "file")) {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := inCopy(t, project, nil, "recover", "FILE="+command[1]); err != nil || !exists(filepath.Join(project, "file")) {
		t.Errorf("%s: %v\n%s", command[0], err, out)
	}
}

// TestRecoverOfMakeWarnsOfOthers: who types the command that undoes a run is not told to.
func TestRecoverOfMakeWarnsOfOthers(t *testing.T) {
	project := copyOfProject(t)
	for file, text := range map[string]string{"mine.yaml": undone("rm -f file; kill -9 $PPID; sleep 20", "cp copy file"), "copy": "x"} {
		if err := os.WriteFile(filepath.Join(project, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"folder": ".workshop", "link.json": ".workshop/journal.json"} {
		if err := os.Symlink(target, filepath.Join(project, link)); err != nil {
			t.Fatal(err)
		}
	}
	other := []string{"run", "--journal-path", "journal.json", "mine.yaml"} // this one stays
	runIn(t, project, other...)
	for _, file := range []string{"folder/journal.json", "*", "link.json"} {
		os.Remove(filepath.Join(project, "file"))
		inCopy(t, project, nil, "experiment", "FILE=mine.yaml")
		if file == "*" {
			left, _ := filepath.Glob(filepath.Join(project, ".workshop", "journal.json.partial-*"))
			file = strings.TrimPrefix(strings.Join(left, " "), project+"/")
		}
		out, err := inCopy(t, project, nil, "recover", "FILE="+file)
		said := strings.Join(strings.Fields(regexp.MustCompile(waits).ReplaceAllString(out, "")), " ")
		if err != nil || strings.Count(said, "Undo it: ") != 1 || !strings.Contains(said, "A run was ended; what it did is perhaps still there. Undo it: make recover FILE=journal.json ") || !exists(filepath.Join(project, "file")) {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}
