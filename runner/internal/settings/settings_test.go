package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

func TestSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.yaml")
	text := `
runtime:
  rollbacks: {strategy: always}
controls:
  tracing: {provider: {type: python, module: chaostracing.control}}
auths:
  example.com: {type: bearer, value: XYZ}
  localhost:8081: {type: digest, value: UIY}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Read(path, false)
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		s.Written.Map("runtime").Map("rollbacks").Text("strategy"):        "always",
		s.Written.Map("runtime").Map("hypothesis").Text("strategy") + "-": "-",
		s.Authorization("example.com"):                                    "bearer XYZ",
		s.Authorization("localhost:8081"):                                 "digest UIY",
		s.Authorization("localhost") + "-":                                "-",
		value.Repr(s.Written.Map("controls")):                             "{'tracing': {'provider': {'type': 'python', 'module': 'chaostracing.control'}}}",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNoSettings(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"broken.yaml": "a: [", "list.yaml": "- a", "broken.txt": "a: b: c"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, optional := range []bool{true, false} {
			if s, err := Read(path, optional); err == nil || s.Written != nil {
				t.Errorf("%s: %v, %v", name, s, err)
			}
		}
	}
	for name, text := range map[string]string{"empty.yaml": "", "blank.yaml": " \n", "comments.yaml": "# none yet\n", "null.yaml": "---\n"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := Read(path, false); err != nil || s.Written != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	for _, path := range []string{"", filepath.Join(folder, "none.yaml")} {
		if s, err := Read(path, false); err == nil || s.Written != nil {
			t.Errorf("%q, which is asked for: %v, %v", path, s, err)
		}
		if s, err := Read(path, true); err != nil || s.Written.Map("runtime").Map("rollbacks").Text("strategy") != "" || s.Written.Map("controls").Len() != 0 {
			t.Errorf("%q: %v, %v", path, s, err)
		}
	}
	if s, err := Read(folder, true); err == nil || !strings.Contains(err.Error(), "is a folder; name a file in it") {
		t.Errorf("a folder: %v, %v", s, err)
	}
	home := func(string) (string, bool) { return "/home/ada", true }
	if got := DefaultPath(home); got != filepath.Join("/home/ada", ".chaostoolkit", "settings.yaml") {
		t.Errorf("the default path is %s", got)
	}
}
