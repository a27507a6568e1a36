package exercise

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestProgress: two runners lose nothing of each other's, nothing is left beside the file, and one
// that cannot be read stays as it is.
func TestProgress(t *testing.T) {
	root := t.TempDir()
	load := func() *Progress {
		t.Helper()
		p, err := LoadProgress(root)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first, second := load(), load()
	change := func(p *Progress, change func()) {
		t.Helper()
		if err := p.Change(change); err != nil {
			t.Error(err)
		}
	}
	change(first, func() { first.Solved["1-gone"] = true })
	change(second, func() { second.Predicted["2-catch"] = "HELD" })
	change(first, func() { first.Hint.Step = 2 })
	if p := load(); !p.Solved["1-gone"] || p.Predicted["2-catch"] != "HELD" || p.Hint.Step != 2 {
		t.Errorf("got %+v", p)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			p, err := LoadProgress(root)
			if err == nil {
				err = p.Change(func() { p.Hint.Step++ })
			}
			if err != nil {
				t.Error("the file is not whole at each moment:", err)
			}
		})
	}
	all.Wait()
	kept := filepath.Join(root, ".workshop", "kept")
	if left, err := os.ReadDir(kept); err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
	file := filepath.Join(kept, "progress.json")
	for _, broken := range []string{"", "{", `{"Solved": null}`, `{"Saw": null}`, `[]`} {
		if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadProgress(root); err == nil {
			t.Errorf("%q is read", broken)
		}
		if err := first.Change(func() { t.Errorf("%q is changed", broken) }); err == nil {
			t.Errorf("%q is written over", broken)
		}
	}
}
