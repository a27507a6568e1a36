package exercise

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file of an exercise that is damaged or missing is told, and nothing is played.
func TestDamagedExercises(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"no plays":   {"4-own-fault/exercise.yaml", "title: x\nkind: repair\n", "a part of this file is missing: "},
		"no hints":   {"hints.yaml", "[]\n", "a part of this file is missing: "},
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
