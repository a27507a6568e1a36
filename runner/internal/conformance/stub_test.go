package conformance

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMakeStubs(t *testing.T) {
	folder := t.TempDir()
	s, err := makeStubs(folder, [][]byte{
		[]byte(`{"module": "deep.er", "func": "act", "path": "no-such-program", "key": "A_KEY"}`),
		[]byte("provider:\n  module: os.path\n  func: exists\nflow: {module: one, func: two, path: sh}\nothers: {modules: x, a_func: y}\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"python/deep/__init__.py": true, "python/deep/er/__init__.py": true, "python/one/__init__.py": true,
		"bin/no-such-program": true, "python/os/path/__init__.py": false, "bin/sh": false, "python/x/__init__.py": false,
	} {
		if got := exists(filepath.Join(folder, name)); got != want {
			t.Errorf("%s is there: %v", name, got)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "python", "one", "__init__.py"))
	if err != nil || !strings.Contains(string(text), "def act(**kwargs):") || strings.Contains(string(text), "def y(") {
		t.Errorf("the module has %q (%v)", text, err)
	}
	if !slices.Contains(s.env, "A_KEY=1") {
		t.Errorf("the environment is %q", s.env)
	}
}
