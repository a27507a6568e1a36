//go:build unix

package worker

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
)

func TestFind(t *testing.T) {
	here := t.TempDir()
	for _, path := range []string{"venv/bin/python", "path/python3", "path/python3.9", "path2/python3", "path3/python", "not/python3"} {
		full := filepath.Join(here, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o755)
		if strings.HasPrefix(path, "not") {
			mode = 0o644
		}
		if err := os.WriteFile(full, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(here, "folder", "python3"), 0o777); err != nil {
		t.Fatal(err)
	}
	search := strings.ReplaceAll(":H/none:H/not:H/folder:H/path:H/path2", "H", here)
	for _, tt := range []struct{ given, venv, path, want string }{
		{"", "", search, "H/path/python3"},
		{"", "H/venv", search, "H/venv/bin/python"},
		{"", "", "H/path3:H/path2", "H/path2/python3"},
		{"", "", "H/path3", "H/path3/python"},
		{"", "H/gone", search, "H/path/python3"},
		{"", "H/venv", "", "H/venv/bin/python"},
		{"python3.9", "H/venv", search, "H/path/python3.9"},
		{"H/path2/python3", "H/venv", search, "H/path2/python3"},
		{"", "", "", "Python is needed for it (m.f), and no Python interpreter is found, neither in an active virtual environment nor as python3 or python on PATH; install Python 3, activate the virtual environment that has it, or give --python its path"},
		{"H/not/python3", "H/venv", search, "Python is needed for it (m.f), and there is no Python interpreter 'H/not/python3'; give --python the path of one, as in --python /usr/bin/python3"},
		{"python4", "", search, "Python is needed for it (m.f), and there is no Python interpreter 'python4'; give --python the path of one, as in --python /usr/bin/python3"},
	} {
		world := map[string]string{"VIRTUAL_ENV": strings.ReplaceAll(tt.venv, "H", here)}
		t.Setenv("PATH", strings.ReplaceAll(tt.path, "H", here))
		got, err := find(strings.ReplaceAll(tt.given, "H", here), func(name string) (string, bool) { v, ok := world[name]; return v, ok }, "it (m.f)")
		if err != nil {
			var p *problem.Problem
			if !errors.As(err, &p) {
				t.Errorf("%v is no problem that says what to do", err)
			}
			got = err.Error()
		}
		if want := strings.ReplaceAll(tt.want, "H/", here+"/"); got != want {
			t.Errorf("%+v\ngot  %s\nwant %s", tt, got, want)
		}
	}
}
