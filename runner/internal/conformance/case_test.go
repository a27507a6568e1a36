package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// TestCases checks the cases themselves, without running any.
func TestCases(t *testing.T) {
	all, err := Load(filepath.Join("testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 150 {
		t.Errorf("there are %d cases, and 150 were promised", len(all))
	}
	quirks := map[string]bool{}
	for _, c := range all {
		if strings.HasPrefix(c.Name, "quirk-") {
			quirks[c.Name[:len("quirk-00")]] = true
		}
		for _, complaint := range complaints(c) {
			t.Errorf("%s: %s", c.Name, complaint)
		}
	}
	for n := 1; n <= 36; n++ {
		if name := fmt.Sprintf("quirk-%02d", n); !quirks[name] {
			t.Errorf("no case shows %s", name)
		}
	}
}

func complaints(c *Case) (list []string) {
	word, exit := c.Verdict.Word, c.Verdict.Exit
	exits := map[string]int{"held": 0, "explored": 0, "deviated": 1, "no-verdict": 4, "not-undone": 5}
	want, known := exits[word]
	switch {
	case c.Toolkit == nil:
		list = append(list, "the toolkit's outcome is not recorded")
	case word == "" && !slices.Contains([]int{0, 2, 3}, exit), word == "" && exit == 0 && c.Command == "run":
		list = append(list, fmt.Sprintf("the exit code %d has no verdict", exit))
	case word == "interrupted" && exit <= 128, word != "interrupted" && word != "" && (!known || want != exit):
		list = append(list, fmt.Sprintf("the verdict %s does not end with %d", word, exit))
	case !strings.HasSuffix(c.About, "."):
		list = append(list, "the first line is no sentence")
	case c.Toolkit["crash"] != nil && exit < 2 && c.Ours == nil:
		list = append(list, "the toolkit crashes, ours does not, and ours.json does not say so")
	}
	if name, ok := c.Ours["difference"].(string); c.Ours != nil && (!ok || !kebab.MatchString(name)) {
		list = append(list, "the difference has no name in small letters and hyphens")
	}
	return list
}

// TestDifferencesAreNamed finds differences that docs/differences.md knows
// nothing of.
func TestDifferencesAreNamed(t *testing.T) {
	path := filepath.Join("..", "..", "..", "docs", "differences.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skip("there are no differences written down yet: ", err)
	}
	all, err := Load(filepath.Join("testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if name, _ := c.Ours["difference"].(string); !strings.Contains(string(text), name) {
			t.Errorf("%s: %s has no row %q", c.Name, path, name)
		}
	}
}

func TestLoadCaseRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no header":  {"About.\n-- experiment.json --\n{}\n", "needs and topic"},
		"bad key":    {"About.\ncolour: red\n", "unknown key"},
		"no colon":   {"About.\nneeds basic\n", "no colon"},
		"no command": {"About.\ncommand: walk\nneeds: a\ntopic: b\n-- experiment.json --\n{}\n", "neither run nor validate"},
		"no file":    {"About.\nneeds: a\ntopic: b\n", "no experiment"},
		"no row":     {"About.\nneeds: a\ntopic: b\n-- experiment.json --\n{}\n-- ours.json --\n{}\n", "names no difference"},
		"bad json":   {"About.\nneeds: a\ntopic: b\n-- experiment.json --\n{}\n-- verdict.json --\n{\n", "verdict.json"},
		"bad signal": {"About.\nsignal: INT soon\n", "unknown word"},
		"no about":   {"\nneeds: a\ntopic: b\n-- experiment.json --\n{}\n", "what the case shows"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "case.txtar")
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := loadCase(path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something of %q", err, c.want)
			}
		})
	}
}

func TestSaveKeepsTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "case.txtar")
	const text = "About.\nneeds: a\ntopic: b\nsignal: INT when=f delay=5ms\n-- experiment.json --\n{}\n-- verdict.json --\n{\"exit\": 3}\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, exit := range []int{1, 2} { // a second outcome replaces the first
		c, err := loadCase(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.save(plain(map[string]any{"exit": exit, "log": []string{"a < b"}}).(map[string]any)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := text + "-- toolkit.json --\n{\n  \"exit\": 2,\n  \"log\": [\n    \"a < b\"\n  ]\n}\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
