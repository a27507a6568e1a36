//go:build unix

package doctor

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Who examines with a runner that was built before is told so, and why, unless no Go can build it.
func TestOldRunner(t *testing.T) {
	p := healthy(t)
	p.Old, p.Environment = true, p.environment()
	if found := p.runner(t.Context()); len(found) > 0 {
		t.Errorf("without Go: %+v", found)
	}
	p.golang(t.Context())
	if found := p.runner(t.Context()); len(found) != 1 || found[0].Level != Bad || found[0].Fix != "{prepare}" {
		t.Errorf("it compiles now: %+v", found)
	}
	p.write(filepath.Join(p.Root, "runner", "main.go"), "package main\n\nfunc main() {}\nx\n")
	if found := p.runner(t.Context()); len(found) != 1 || found[0].Level != Bad || found[0].Fix != correct || !strings.Contains(found[0].What, ": runner/main.go:4:1: syntax error") {
		t.Errorf("%+v", found)
	}
}

// A Python that hangs leaves Go its time.
func TestPythonHangs(t *testing.T) {
	p := healthy(t)
	p.fakePython("exec tail -f /dev/null")
	p.Limit = 3 * time.Second
	if found := of("Go", p.examined("Go")); len(found) != 1 || found[0].Level != Good {
		t.Errorf("%+v", found)
	}
}
