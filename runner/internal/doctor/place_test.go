//go:build unix

package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What a killed doctor has left is removed; what looks like it, or is of another doctor that
// works now, stays.
func TestOwnLeftovers(t *testing.T) {
	p := healthy(t)
	p.write(filepath.Join(p.Root, ".workshop", "doctor-12", "program"), "")
	p.write(filepath.Join(p.Root, ".workshop", "doctor-13", "program"), "")
	p.write(filepath.Join(p.Root, "doctor-14", "program"), "")
	p.write(filepath.Join(p.Root, "doctor-notes", "mine"), "")
	earlier := time.Now().Add(-time.Hour)
	for _, name := range []string{".workshop/doctor-12", "doctor-14", "doctor-notes"} {
		if err := os.Chtimes(filepath.Join(p.Root, name), earlier, earlier); err != nil {
			t.Fatal(err)
		}
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
	if got := strings.Join(left, " "); got != "doctor-notes doctor-13" {
		t.Errorf("left: %s", got)
	}
}
