//go:build unix

package conformance

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/exercise"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/target"
)

// TestExercises plays the solved exercises with the real toolkit: each experiment ends as it
// should. The experiments as learners get them are valid.
func TestExercises(t *testing.T) {
	if *chaosFlag == "" {
		t.Skip("-chaos is not given; the tests of the runner play the exercises with our runner")
	}
	root := t.TempDir()
	for _, folder := range []string{"chapter5", "targets"} {
		if err := os.CopyFS(filepath.Join(root, folder), os.DirFS(filepath.Join("..", "..", "..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	copyFile := func(from, to string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(root, from))
		if err == nil {
			err = os.WriteFile(filepath.Join(root, to), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	originals := filepath.Join("chapter5", "originals")
	err := fs.WalkDir(os.DirFS(root), filepath.ToSlash(originals), func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err == nil && (ext == ".json" || ext == ".yaml") {
			if out, err := chaos(t, root, nil, "validate", path); err != nil || strings.Contains(out, "warning") {
				t.Errorf("%s: %v\n%s", path, err, out)
			}
		}
		if err == nil && !d.IsDir() {
			copyFile(path, filepath.Join("chapter5", strings.TrimPrefix(path, originals)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "go.work"), []byte("go 1.25.0\n\nuse ./chapter5\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := exercise.Load(root, "go")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		copyFile(e.Learner().Solution, e.Learner().Edit)
	}
	for _, e := range all {
		for _, play := range e.Plays {
			t.Run(e.Name+" "+play.Name, func(t *testing.T) {
				t.Parallel()
				status, deviated := playWithToolkit(t, root, e, play)
				if status != "completed" && status != "deviated" || play.Verdict != "measured" && deviated != (play.Verdict == "deviated") {
					t.Errorf("the toolkit ends with %s, deviated is %t; want %s", status, deviated, play.Verdict)
				}
			})
		}
	}
}

// playWithToolkit is what the toolkit's journal says about a play.
func playWithToolkit(t *testing.T, root string, e *exercise.Exercise, play exercise.Play) (status string, deviated bool) {
	system, found := target.Load(filepath.Join(root, filepath.FromSlash(play.Target)))
	if system == nil {
		t.Fatal(found)
	}
	port, release, err := target.Reserve(0, false)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	folder := t.TempDir()
	system = system.In(target.Places{Root: root, Bin: filepath.Join(folder, "bin"), Run: folder, Port: port, Interval: time.Hour})
	var owner process.Owner
	defer owner.Close()
	service, err := system.Begin(t.Context(), target.Setting{Owner: &owner, Records: filepath.Join(folder, "processes")})
	if err != nil {
		t.Fatal(err)
	}
	defer service.End(t.Context())
	for name, text := range e.Setup {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var environment []string
	for name, text := range system.Environment {
		environment = append(environment, name+"="+text)
	}
	out, _ := chaos(t, folder, environment, "run", "--journal-path", "journal.json", filepath.Join(root, play.Experiment)) // a deviation is an error too
	text, err := os.ReadFile(filepath.Join(folder, "journal.json"))
	var journal struct {
		Status   string
		Deviated bool
	}
	if err == nil {
		err = json.Unmarshal(text, &journal)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return journal.Status, journal.Deviated
}

func chaos(t *testing.T, folder string, environment []string, args ...string) (said string, err error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), *chaosFlag, append([]string{"--no-version-check", "--no-log-file"}, args...)...)
	c.Dir, c.Env = folder, append(os.Environ(), environment...)
	out, err := c.CombinedOutput()
	return strings.ToLower(string(out)), err
}
