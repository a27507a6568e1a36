package target

import (
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// Settings of Go that belong to other projects do not count in a build, and HOME is there.
func TestBuildEnvironment(t *testing.T) {
	foreign := []string{"GOFLAGS", "GOWORK", "GO111MODULE", "GOOS", "GOARCH"}
	for _, name := range append(foreign, "GOPROXY") {
		t.Setenv(name, "x")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	settings := func() map[string]string {
		last := map[string]string{} // which counts
		for _, variable := range BuildEnvironment() {
			name, text, _ := strings.Cut(variable, "=")
			last[name] = text
		}
		return last
	}
	all := settings()
	if all["GOPROXY"] != "x" || all["HOME"] != home {
		t.Errorf("something is missing in %q", all)
	}
	for _, name := range foreign {
		if all[name] == "x" || all[name] == "" { // where it is empty, "go env -w" counts
			t.Errorf("%s=%s reaches a build", name, all[name])
		}
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for _, missing := range []string{"", filepath.Join(home, "none")} {
		t.Setenv("HOME", missing)
		if home := settings()["HOME"]; home != me.HomeDir {
			t.Errorf("HOME is %s", home)
		}
	}
}
