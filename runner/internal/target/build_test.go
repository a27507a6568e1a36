package target

import (
	"context"
	"os/user"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Settings of Go that belong to other projects do not reach a build, and HOME is there.
func TestBuildEnvironment(t *testing.T) {
	foreign := []string{"GOFLAGS", "GOWORK", "GO111MODULE", "GOOS", "GOARCH"}
	for _, name := range append(foreign, "GOPROXY") {
		t.Setenv(name, "x")
	}
	t.Setenv("HOME", "/somewhere")
	all := BuildEnvironment()
	if !slices.Contains(all, "GOPROXY=x") || !slices.Contains(all, "HOME=/somewhere") {
		t.Errorf("something is missing in %q", all)
	}
	for _, variable := range all {
		if name, _, _ := strings.Cut(variable, "="); slices.Contains(foreign, name) {
			t.Errorf("%s reaches a build", variable)
		}
	}
	t.Setenv("HOME", "")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if all := BuildEnvironment(); all[len(all)-1] != "HOME="+me.HomeDir {
		t.Errorf("the last variable is %s, not HOME", all[len(all)-1])
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
