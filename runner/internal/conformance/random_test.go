package conformance

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var (
	countFlag = flag.Int("random", 50, "how many experiments TestRandom makes")
	seedFlag  = flag.Uint64("seed", 1, "the seed of TestRandom's first experiment; the next has the next number")
)

// TestRandom runs experiments made by chance through the toolkit and through our
// runner. A failure names its seed, which -seed and -random 1 repeat, and a file that
// becomes a case when it is moved into testdata/cases.
func TestRandom(t *testing.T) {
	if *chaosFlag == "" {
		t.Skip("-chaos is not given; TestReplay compares with what was recorded")
	}
	p := programAt(*programFlag)
	if *programFlag == "" {
		p = program{path: build(t)}
	}
	workers := min(runtime.GOMAXPROCS(0), *countFlag)
	for worker := range workers {
		t.Run(fmt.Sprintf("worker-%d", worker), func(t *testing.T) {
			t.Parallel()
			d := driverOf(t)
			ends := map[string]int{}
			for i := worker; i < *countFlag; i += workers {
				ends[tryRandom(t, d, p, *seedFlag+uint64(i))]++
			}
			t.Log("how they ended, or the difference that explains it:", ends)
		})
	}
}

// tryRandom returns the verdict, or the known difference that explains the outcome.
func tryRandom(t *testing.T, d *driver, p program, seed uint64) (end string) {
	c := generate(seed)
	if !selected(c) {
		return "left out by -needs"
	}
	folder := t.TempDir()
	theirs, err := d.run(c, filepath.Join(folder, "toolkit", "work"))
	if err != nil {
		t.Fatalf("seed %d: the toolkit: %v", seed, err)
	}
	c.Toolkit = theirs.outcome
	e := expect(c, theirs.outcome)
	if e.skip {
		return e.known
	}
	if p.toolkit { // it can only show that the generator's outcomes are stable
		e = expectation{exits: []int{0, 1, 2}}
	}
	ours, err := p.run(t.Context(), c, filepath.Join(folder, "ours", "work"))
	if err != nil {
		t.Errorf("seed %d: %v", seed, err)
		return e.known
	}
	if diff := e.deviations(c, p, ours); len(diff) > 0 {
		t.Errorf("seed %d, kept as %s", seed, keep(t, c))
		report(t, c, diff, ours)
	}
	return e.end()
}

// keep writes a case into the folder for temporary files.
func keep(t *testing.T, c *Case) string {
	t.Helper()
	var text strings.Builder
	text.WriteString(fmt.Sprintf("%s\nneeds: %s\ntopic: %s\n", c.About, c.Needs, c.Topic))
	for _, arg := range c.Args {
		text.WriteString("flag: " + arg + "\n")
	}
	for _, pair := range c.Env {
		text.WriteString("env: " + pair + "\n")
	}
	for _, name := range c.Observe {
		text.WriteString("observe: " + name + "\n")
	}
	if c.Log != "" {
		text.WriteString("log: " + c.Log + "\n")
	}
	if c.Unordered {
		text.WriteString("order: none\n")
	}
	if c.Settings != "" {
		text.WriteString("settings: " + c.Settings + "\n")
	}
	archive := &txtar.Archive{Comment: []byte(text.String()), Files: append(c.Files[:len(c.Files):len(c.Files)],
		txtar.File{Name: toolkitFile, Data: c.Toolkit.format()})}
	path := filepath.Join(os.TempDir(), c.Name+".txtar")
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Error(err)
	}
	return path
}
