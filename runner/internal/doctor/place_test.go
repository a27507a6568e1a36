//go:build unix

package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a killed doctor has left is removed; what looks like it, or is of another doctor that
// works now, stays.
func TestOwnLeftovers(t *testing.T) {
	p := healthy(t)
	alive, gone := fmt.Sprintf("doctor-%d-1", os.Getpid()), "doctor-1073741824-1"
	for _, name := range []string{".workshop/" + gone, ".workshop/" + alive, gone, "doctor-notes", "doctor-12"} {
		p.write(filepath.Join(p.Root, name, "program"), "")
	}
	if found := p.leftovers(t.Context()); len(found) != 1 || found[0].Level != Good {
		t.Errorf("%+v", found)
	}
	var left []string
	for _, form := range []string{"doctor-*", ".workshop/doctor-*"} {
		paths, _ := filepath.Glob(filepath.Join(p.Root, form)) // the form is right
		for _, path := range paths {
			left = append(left, filepath.Base(path))
		}
	}
	if got := strings.Join(left, " "); got != "doctor-12 doctor-notes "+alive {
		t.Errorf("left: %s", got)
	}
}
