package exercise

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A file of an exercise that is damaged or missing is told, and nothing is played.
func TestDamagedExercises(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"no plays":   {"4-own-fault/exercise.yaml", "title: x\nkind: repair\n", "a part of this file is missing: "},
		"no hints":   {"hints.yaml", "[]\n", "a part of this file is missing: "},
		"no list":    {"SHA256SUMS", "", "an exercise cannot be read: "},
		"an odd key": {"3-emptied/exercise.yaml", "titel: x\n", "an exercise cannot be read: "},
		"it is gone": {"4-own-fault/exercise.yaml", "", "an exercise cannot be read: "},
		"as it came": {"README", "a text", ""},
	} {
		root := t.TempDir()
		folder := filepath.Join(root, "chapter5", "exercises")
		if err := os.CopyFS(folder, os.DirFS(filepath.Join("..", "..", "..", "chapter5", "exercises"))); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(folder, filepath.FromSlash(c.file))
		err := os.WriteFile(file, []byte(c.text), 0o600)
		if c.text == "" {
			err = os.Remove(file)
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = Load(root, "go")
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAddedTarget: a target that somebody puts beside those of exercise 2 takes the place of none.
func TestAddedTarget(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{"chapter5/exercises", "targets"} {
		if err := os.CopyFS(filepath.Join(root, folder), os.DirFS(filepath.Join("..", "..", "..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "chapter5/exercises/2-catch/frozen-python.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := Load(root, "python")
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, e := range all[:3] {
		for _, p := range e.Plays {
			targets = append(targets, filepath.Base(p.Target))
		}
	}
	if want := "weak-python.yaml weak-python.yaml always-503.yaml nothing.yaml frozen.yaml resilient-python.yaml target-python.yaml target-python.yaml"; strings.Join(targets, " ") != want {
		t.Errorf("the targets are %v, want %s", targets, want)
	}
}

var record = flag.Bool("record", false, "write the list of the files that exercises use: go test ./runner/internal/exercise -run TestSums -record")

// TestSums: the list has each file that decides about an exercise, and that no learner changes, as it
// is in the project.
func TestSums(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an exercise is left out here")
	}
	root := filepath.Join("..", "..", "..")
	sums := map[string]string{}
	learners := map[string]bool{}
	for _, language := range []string{"go", "python"} {
		all, err := Load(root, language)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			for _, f := range e.Editables() {
				learners[f.Edit] = true
			}
			for _, folder := range []string{"targets/*", "chapter5/*/*", "chapter5/exercises/*/*", "chapter5/exercises/*/*/*"} {
				files, _ := filepath.Glob(filepath.Join(root, folder))
				for _, file := range files {
					text, err := os.ReadFile(file)
					name, _ := filepath.Rel(root, file)
					if ext := filepath.Ext(name); err == nil && slices.Contains([]string{".yaml", ".go", ".py"}, ext) && !strings.HasSuffix(name, "_test.go") && e.uses(name) {
						sums[name] = sumOf(text) + "  " + name + "\n"
					}
				}
			}
		}
	}
	maps.DeleteFunc(sums, func(name, _ string) bool { return learners[name] })
	var want strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		want.WriteString(sums[name])
	}
	list := filepath.Join(root, "chapter5", "exercises", "SHA256SUMS")
	if *record {
		if err := os.WriteFile(list, []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(list); err != nil || string(got) != want.String() {
		t.Errorf("the list is not as the files are (-record writes it), %v:\n%s", err, want.String())
	}
}
