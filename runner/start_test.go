package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// TestStart: each start pays for what a package makes before main. What only some commands need,
// such as a template, is made when it is needed.
func TestStart(t *testing.T) {
	const most = 250
	start := exec.Command(filepath.Join(programs, "runner"), "--version")
	start.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := start.CombinedOutput()
	made := regexp.MustCompile(`(?m)^init `+regexp.QuoteMeta(module)+`(\S+) .* (\d+) allocs$`).FindAllSubmatch(out, -1)
	if err != nil || made == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if first := string(made[0][1]); first != "signals" {
		t.Errorf("package %s is initialised before signals are heard", first)
	}
	for _, m := range made {
		if n, _ := strconv.Atoi(string(m[2])); n > most {
			t.Errorf("package %s allocates %d times at each start", m[1], n)
		}
	}
}
