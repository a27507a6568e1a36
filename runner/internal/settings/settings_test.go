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
	s, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		s.Strategy("rollbacks"):            "always",
		s.Strategy("hypothesis") + "-":     "-",
		s.Authorization("example.com"):     "bearer XYZ",
		s.Authorization("localhost:8081"):  "digest UIY",
		s.Authorization("localhost") + "-": "-",
		value.Repr(s.Controls()):           "{'tracing': {'provider': {'type': 'python', 'module': 'chaostracing.control'}}}",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestNoSettings(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"broken.yaml": "a: [", "list.yaml": "- a"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := Read(path); err == nil || s.Written != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	for name, text := range map[string]string{"empty.yaml": "", "comment.yaml": "# nothing\n", "null.yaml": "null\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"", "none.yaml", "empty.yaml", "comment.yaml", "null.yaml"} {
		path := name
		if name != "" {
			path = filepath.Join(folder, name)
		}
		if s, err := Read(path); err != nil || s.Strategy("rollbacks") != "" || s.Controls().Len() != 0 {
			t.Errorf("%q: %v, %v", path, s, err)
		}
	}
	home := func(string) (string, bool) { return "/home/ada", true }
	if got := DefaultPath(home); got != filepath.Join("/home/ada", ".chaostoolkit", "settings.yaml") {
		t.Errorf("the default path is %s", got)
	}
}

func TestUnknownStrategy(t *testing.T) {
	for text, want := range map[string]string{
		"runtime: {hypothesis: {strategy: skip}, rollbacks: {strategy: never}}": "",
		"controls: {}":                           "",
		"runtime: {hypothesis: {strategy: zzz}}": ":1:34: there is no strategy \"zzz\" for hypothesis; choose one of: default, ",
		"runtime:\n  rollbacks: {strategy: allways}\n  hypothesis: {strategy: skipp}": ":2:25: there is no strategy \"allways\" for rollbacks; did you mean 'always'?\n" +
			"PATH:3:26: there is no strategy \"skipp\" for hypothesis; did you mean 'skip'?",
	} {
		path := filepath.Join(t.TempDir(), "settings.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := s.Check(); err != nil {
			got = err.Error()
		}
		if want = strings.ReplaceAll(want, "PATH", path); want == "" && got != "" || want != "" && !strings.HasPrefix(got, path+want) {
			t.Errorf("%s\n got %s\nwant %s", text, got, path+want)
		}
	}
}
