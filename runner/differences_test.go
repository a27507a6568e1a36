package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDifferencesAreNamed holds docs/differences.md to the cases: each difference
// that a case means has a row, and each row names a case that shows it.
func TestDifferencesAreNamed(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "docs", "differences.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\|.*\\| ([a-z0-9-]+) \\|$").FindAllStringSubmatch(string(doc), -1) {
		rows[row[1]] = row[2]
	}
	folder := filepath.Join("internal", "conformance", "testdata", "cases")
	cases, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(cases) < 150 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	shown := map[string][]string{}
	for _, path := range cases {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`"difference":\s*"([^"]+)"`).FindSubmatch(text); found != nil {
			name := string(found[1])
			shown[name] = append(shown[name], strings.TrimSuffix(filepath.Base(path), ".txtar"))
		}
	}
	for name, by := range shown {
		if _, ok := rows[name]; !ok {
			t.Errorf("docs/differences.md has no row %q, which %v shows", name, by)
		}
	}
	for name, by := range rows {
		if !slices.Contains(shown[name], by) {
			t.Errorf("docs/differences.md says that %s shows %q, and it is shown by %v", by, name, shown[name])
		}
	}
}
