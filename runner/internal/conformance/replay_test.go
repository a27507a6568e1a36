//go:build unix

// Package conformance measures how far the runner agrees with the Chaos Toolkit.
// It knows both as programs only: each case runs in a fresh folder, and what
// counts is the exit code, the whole journal, the log on standard error and the
// files that are left. testdata/README.md describes the cases and the flags.
package conformance

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

var (
	recordFlag  = flag.Bool("record", false, "with -conformance.program of the toolkit: TestReplay rewrites recordings that differ")
	chaosFlag   = flag.String("chaos", "", "the Chaos Toolkit's executable, for TestRandom and TestDriver")
	programFlag = flag.String("conformance.program", "", "what replays the cases instead of our runner; named chaos, it is the toolkit")
	knownFlag   = flag.Bool("known", false, "TestReplay rewrites the list of known differences")
)

// TestReplay runs every case and compares with what the toolkit did, the
// differences that are meant excepted.
func TestReplay(t *testing.T) {
	p := programUnderTest(t)
	known := loadKnown(t)
	t.Run("cases", func(t *testing.T) {
		for _, c := range Load(t) {
			t.Run(c.Name, func(t *testing.T) {
				if c.ReferenceOnly != "" && !p.toolkit {
					t.Skip("only about the toolkit: " + c.ReferenceOnly)
				}
				if !p.toolkit && lacksPython(c) {
					t.Skip("this case needs a Python interpreter, and there is none here")
				}
				t.Parallel()
				got, err := p.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
				if err != nil {
					t.Fatal(err)
				}
				diff := compare(c, p, got)
				if p.toolkit && *recordFlag && len(diff) > 0 {
					if err := c.save(got.outcome); err != nil {
						t.Fatal(err)
					}
					t.Log("recorded anew")
					return
				}
				if !p.toolkit {
					diff = known.explain(c, diff)
				}
				report(t, c, diff, got)
			})
		}
	})
	known.finish(t)
}

// TestDriver shows that a fork of a Python process with the toolkit in it does
// exactly what the toolkit does, which TestRandom relies on.
func TestDriver(t *testing.T) {
	if *chaosFlag == "" {
		t.Skip("-chaos is not given; nothing but TestRandom needs the driver")
	}
	p := driven(t)
	for _, c := range Load(t) {
		if len(c.Signals) > 0 || c.Source == "-" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			got, err := p.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
			if err != nil {
				t.Fatal(err)
			}
			report(t, c, compare(c, p, got), got)
		})
	}
}

// lacksPython tells of a case whose functions or controls are the experiment's
// own, where no Python is to run them. All other cases do without.
func lacksPython(c *Case) bool {
	_, err := exec.LookPath("python3")
	return err != nil && slices.ContainsFunc([]string{"python-bridge", "controls", "chaoslib"},
		func(need string) bool { return strings.Contains(c.Needs, need) })
}

func report(t *testing.T, c *Case, diff []difference, got *result) {
	t.Helper()
	if len(diff) == 0 {
		return
	}
	list := make([]string, len(diff))
	for i, d := range diff {
		list[i] = d.String()
	}
	t.Errorf("%s\nmeant to differ: %v\n  %s\nstandard error:\n%s", c.About, c.Ours["difference"], strings.Join(list, "\n  "), got.stderr)
}

// knownDifferences are the differences that are to be mended, or to get a row in
// docs/differences.md: one line each, the case's name before it. Those of random
// experiments are regular expressions, named random, or twisted where controls
// change things.
type knownDifferences struct {
	mu    sync.Mutex
	seen  map[string]bool // the entries, and whether this run has seen them
	tried map[string]bool // the names of cases
	fresh []string        // what -known writes
}

var knownPath = filepath.Join("testdata", "known-differences.txt")

func loadKnown(t *testing.T) *knownDifferences {
	t.Helper()
	text, err := os.ReadFile(knownPath)
	if err != nil {
		t.Fatal(err)
	}
	k := &knownDifferences{seen: map[string]bool{}, tried: map[string]bool{}}
	for entry := range strings.Lines(string(text)) {
		if entry = strings.TrimSpace(entry); entry != "" && !strings.HasPrefix(entry, "#") {
			k.seen[entry] = false
		}
	}
	return k
}

// explain leaves what the list does not name.
func (k *knownDifferences) explain(c *Case, diff []difference) []difference {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tried[c.Name] = true
	return slices.DeleteFunc(diff, func(d difference) (named bool) {
		for entry := range k.seen {
			who, what, _ := strings.Cut(entry, ": ")
			byChance := c.path == "" && (who == "random" || who == "twisted" && c.Mutated)
			if who == c.Name && what == d.String() || byChance && regexp.MustCompile(what).MatchString(d.String()) {
				k.seen[entry], k.tried[who], named = true, true, true
			}
		}
		if *knownFlag && !named {
			k.fresh = append(k.fresh, c.Name+": "+d.String())
		}
		return named || *knownFlag
	})
}

// finish complains about entries of cases that ran and differ no longer.
func (k *knownDifferences) finish(t *testing.T) {
	t.Helper()
	for entry, seen := range k.seen {
		who, _, _ := strings.Cut(entry, ": ")
		switch {
		case seen || !k.tried[who]:
			k.fresh = append(k.fresh, entry)
		case !*knownFlag:
			t.Errorf("this is a difference no longer; take it out of %s:\n%s", knownPath, entry)
		}
	}
	if *knownFlag {
		slices.Sort(k.fresh)
		text := "# What differs, is to be mended, and has no row in docs/differences.md.\n" + strings.Join(k.fresh, "\n") + "\n"
		if err := os.WriteFile(knownPath, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
