package target

import (
	"context"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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

// A build that takes long says so after a second, and then every two seconds, until it is
// over or stopped.
func TestTellTime(t *testing.T) {
	for _, stop := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			over, told := make(chan struct{}), []time.Duration{}
			go tellTime(ctx, over, func(sofar time.Duration) { told = append(told, sofar) })
			time.Sleep(6 * time.Second)
			if stop {
				cancel()
			} else {
				close(over)
			}
			time.Sleep(6 * time.Second)
			synctest.Wait()
			if want := []time.Duration{time.Second, 3 * time.Second, 5 * time.Second}; !slices.Equal(told, want) {
				t.Errorf("told %v, want %v", told, want)
			}
		})
	}
}
